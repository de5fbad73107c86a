use crate::*;

/// What every function that logs in as its own role and sends wake-up calls reads.
macro_rules! engine {
    ($($more:expr),*) => {
        &[
            DATABASE_URL,
            DATABASE_AUTH,
            DATABASE_SECRET_ARN,
            DATABASE_CA,
            AWS_CA_BUNDLE,
            DATABASE_POOLER,
            QUEUE_URL_PREFIX,
            SLEEPING_DATABASE,
            TICK_QUEUE_URL,
            LOG_LEVEL,
            METRICS_NAMESPACE,
            OTEL_EXPORTER_OTLP_ENDPOINT,
            OTEL_EXPORTER_OTLP_HEADERS,
            SETTINGS_SECRET_ARN,
            AWS_REGION,
            AWS_ENDPOINT_URL,
            AWS_ACCESS_KEY_ID,
            AWS_SECRET_ACCESS_KEY,
            AWS_SESSION_TOKEN,
            $($more),*
        ]
    };
}

const API: &[Setting] = engine![
    DB_ENCRYPTION_KEY,
    ENDPOINT_ALLOW,
    LOCAL_ENDPOINTS,
    AWS_LAMBDA_RUNTIME_API,
    LONG_CALLS,
    JWT_SECRET_KEY,
    JWT_ISSUER,
    JWT_AUDIENCE,
    JWT_JWKS_URL
];
const RELAY: &[Setting] = engine![];
const MIGRATE: &[Setting] = &[
    DATABASE_URL,
    DATABASE_AUTH,
    DATABASE_SECRET_ARN,
    DATABASE_CA,
    AWS_CA_BUNDLE,
    SETTINGS_SECRET_ARN,
    AWS_REGION,
    AWS_ENDPOINT_URL,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
    LOG_LEVEL,
    DB_ENCRYPTION_KEY,
    FUNCTION_ROLE_AUTH,
    FUNCTION_ROLE_PASSWORD,
    FUNCTION_ROLE_SECRET_ARN,
];
const TASK: &[Setting] = engine![AWS_LAMBDA_LOG_STREAM_NAME];
/// Those that call what users configured.
const CALLER: &[Setting] = engine![
    AWS_LAMBDA_LOG_STREAM_NAME,
    DB_ENCRYPTION_KEY,
    ENDPOINT_ALLOW,
    LOCAL_ENDPOINTS,
    AWS_LAMBDA_RUNTIME_API
];

/// What a function reads: `api`, `relay`, `migrate`, or that of a kind of task.
#[must_use]
pub fn of(function: &str) -> &'static [Setting] {
    match function {
        "api" => API,
        "relay" => RELAY,
        "migrate" => MIGRATE,
        "execute_test" | "deliver_webhook" => CALLER,
        _ => TASK,
    }
}
