//! What a function is given from outside: its variables, and how many connections to Postgres it may open.
//!
//! The lists here are what `tests/wiring` compares with `template.yaml`, and what the functions read through: a variable that
//! is not in a function's list answers nothing, whatever the environment holds.

mod begin;
mod connections;
mod functions;
mod setting;
mod supplied;
mod supply;

pub use begin::{Faults, begin};
pub use connections::{API_CONNECTIONS, MIGRATE_CONNECTIONS, RELAY_CONNECTIONS, TASK_CONNECTIONS};
pub use functions::of;
pub use setting::{Missing, Setting, function};
pub use supply::{Twice, supply};

/// Where Postgres is and as whom to log in, `postgres://user@host:port/name?sslmode=…`; with a password on local stacks only.
pub const DATABASE_URL: Setting =
    Setting::required("DATABASE_URL").beginning(&["postgres://", "postgresql://"]);
/// How to log in to Postgres: `password` (default, in the URL), `iam` (a token for each connection) or `secret`.
pub const DATABASE_AUTH: Setting = Setting::optional("DATABASE_AUTH").one_of(&["password", "iam", "secret"]);
/// With `secret`: the Secrets Manager secret `{"username": …, "password": …}`, read again when Postgres refuses it.
pub const DATABASE_SECRET_ARN: Setting = Setting::optional("DATABASE_SECRET_ARN");
/// `transaction` if a pooler in transaction mode stands between, else `none`.
pub const DATABASE_POOLER: Setting = Setting::optional("DATABASE_POOLER").one_of(&["none", "transaction"]);
/// What the URL of every kind's queue begins with.
pub const QUEUE_URL_PREFIX: Setting = Setting::required("QUEUE_URL_PREFIX");
/// Whether the database may sleep: then nobody asks it anything while nothing is due.
pub const SLEEPING_DATABASE: Setting = Setting::optional("SLEEPING_DATABASE").one_of(&["true", "false"]);
/// The URL of the relay's own queue, for the messages that wake it where the database may sleep.
pub const TICK_QUEUE_URL: Setting = Setting::optional("TICK_QUEUE_URL");
/// The least severe log line that is written: error, warn, info (default), debug, trace.
pub const LOG_LEVEL: Setting =
    Setting::optional("LOG_LEVEL").one_of(&["error", "warn", "info", "debug", "trace"]);
/// The CloudWatch namespace of the counters, `Rhesis/Tasks` unless set.
pub const METRICS_NAMESPACE: Setting = Setting::optional("METRICS_NAMESPACE");
/// Where spans are sent over OTLP/HTTP; nothing is traced without it.
pub const OTEL_EXPORTER_OTLP_ENDPOINT: Setting =
    Setting::optional("OTEL_EXPORTER_OTLP_ENDPOINT").beginning(&["http://", "https://"]);
/// What is sent along with spans: `name=value`, comma separated. An access key belongs into the settings' secret.
pub const OTEL_EXPORTER_OTLP_HEADERS: Setting = Setting::optional("OTEL_EXPORTER_OTLP_HEADERS").in_secret();
/// The path of a PEM file with the certificates that may vouch for Postgres; Amazon RDS's are built in.
pub const DATABASE_CA: Setting = Setting::optional("DATABASE_CA");
/// The path of a PEM file with the certificates that may vouch for AWS; Amazon's own roots are built in.
pub const AWS_CA_BUNDLE: Setting = Setting::optional("AWS_CA_BUNDLE");
/// A Secrets Manager secret, a JSON object of settings by name: those that may come from it say so.
pub const SETTINGS_SECRET_ARN: Setting = Setting::optional("SETTINGS_SECRET_ARN");
/// The keys that credentials at rest are encrypted with.
pub const DB_ENCRYPTION_KEY: Setting = Setting::optional("DB_ENCRYPTION_KEY").in_secret();
/// Hosts and networks that endpoints may name although they are private; never this machine.
pub const ENDPOINT_ALLOW: Setting = Setting::optional("ENDPOINT_ALLOW");
/// Ports of this machine that endpoints may name, `host:port` each; a local stack alone sets it.
pub const LOCAL_ENDPOINTS: Setting = Setting::optional("LOCAL_ENDPOINTS");
/// Where Lambda's runtime answers the function, which no endpoint may name; Lambda sets it.
pub const AWS_LAMBDA_RUNTIME_API: Setting = Setting::optional("AWS_LAMBDA_RUNTIME_API").of_lambda();
/// How many requests may hold an instance of the API for seconds, 12 unless set: those that wait and those that call an endpoint.
pub const LONG_CALLS: Setting = Setting::optional("LONG_CALLS");
/// The key of HS256 session tokens.
pub const JWT_SECRET_KEY: Setting = Setting::optional("JWT_SECRET_KEY").in_secret();
/// Who issues identity tokens.
pub const JWT_ISSUER: Setting = Setting::optional("JWT_ISSUER");
/// Whom identity tokens are for.
pub const JWT_AUDIENCE: Setting = Setting::optional("JWT_AUDIENCE");
/// Where the issuer's public keys are.
pub const JWT_JWKS_URL: Setting = Setting::optional("JWT_JWKS_URL");
/// How the functions' roles log in, which `migrate` prepares them for: `password` (default), `iam` or `secret`.
pub const FUNCTION_ROLE_AUTH: Setting =
    Setting::optional("FUNCTION_ROLE_AUTH").one_of(&["password", "iam", "secret"]);
/// With `password`: the roles' password.
pub const FUNCTION_ROLE_PASSWORD: Setting = Setting::optional("FUNCTION_ROLE_PASSWORD").in_secret();
/// With `secret`: the secret that holds it.
pub const FUNCTION_ROLE_SECRET_ARN: Setting = Setting::optional("FUNCTION_ROLE_SECRET_ARN");
/// The invocation's log stream; Lambda sets it, the template cannot.
pub const AWS_LAMBDA_LOG_STREAM_NAME: Setting = Setting::optional("AWS_LAMBDA_LOG_STREAM_NAME").of_lambda();
/// Where the function runs, and so its queues and secrets; Lambda sets it.
pub const AWS_REGION: Setting = Setting::optional("AWS_REGION").of_lambda();
/// Where AWS is instead, which a local stack sets.
pub const AWS_ENDPOINT_URL: Setting = Setting::optional("AWS_ENDPOINT_URL").of_lambda();
/// Which key the function's role signs with; Lambda sets it and the two below.
pub const AWS_ACCESS_KEY_ID: Setting = Setting::optional("AWS_ACCESS_KEY_ID").of_lambda();
/// The key itself.
pub const AWS_SECRET_ACCESS_KEY: Setting = Setting::optional("AWS_SECRET_ACCESS_KEY").of_lambda();
/// What makes it one that ends.
pub const AWS_SESSION_TOKEN: Setting = Setting::optional("AWS_SESSION_TOKEN").of_lambda();
