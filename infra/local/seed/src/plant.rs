use rhesis::endpoints::{Allow, Endpoint, Guard};
use rhesis::import::Row;
use rhesis::metrics::Metric;
use rhesis::tokens::Identity;
use rhesis::{configurations, endpoints, metrics, organizations, sessions, test_sets};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::options::Options;

/// How often the address of the console that is printed signs in.
const SIGN_INS: i32 = 20;

/// Everything in one transaction; answers the ids and the token.
pub(crate) async fn plant(options: &Options, rows: &[Row]) -> Result<Value, String> {
    let endpoint = Endpoint::input_output(&options.endpoint_url);
    // Whoever may seed may say what is called; whether the functions call it is ENDPOINT_ALLOW's to say.
    endpoint
        .check(&Guard::of(Allow::of_url(&options.endpoint_url)))
        .map_err(|error| format!("--endpoint-url: {}", error.reason))?;
    let mut conn = PgConnection::connect(&options.database_url)
        .await
        .map_err(|error| format!("--database-url: cannot connect: {error}"))?;
    let planted = in_one_commit(&mut conn, options, &endpoint, rows);
    planted.await.map_err(|error| format!("the database refused: {error}"))
}

async fn in_one_commit(
    conn: &mut PgConnection,
    options: &Options,
    endpoint: &Endpoint,
    rows: &[Row],
) -> sqlx::Result<Value> {
    let mut tx = conn.begin().await?;
    let founded = organizations::found(&mut tx, &options.organization).await?;
    // From here on as any tenant: what it may not do, the seed may not do.
    organizations::enter(&mut tx, founded.organization_id).await?;
    let user = Some(founded.user_id);
    let endpoint_id = endpoints::create(&mut tx, "Demo endpoint", endpoint, user).await?;
    let test_set_id = test_sets::create(&mut tx, options.test_set_name(), rows, user).await?;
    for class_name in &options.metrics {
        let metric_id = metrics::create(&mut tx, &Metric::of_class(class_name), user).await?;
        metrics::assign(&mut tx, metric_id, test_set_id).await?;
    }
    let test_configuration_id = configurations::create(&mut tx, endpoint_id, test_set_id, user).await?;
    tx.commit().await?;
    // As the owner again: no tenant opens the console to somebody.
    let code = sessions::generate();
    let user = Identity { user_id: founded.user_id, organization_id: founded.organization_id };
    sessions::offer_code(conn, user, &code, SIGN_INS, sessions::LIFE).await?;
    Ok(json!({
        "organization_id": founded.organization_id,
        "user_id": founded.user_id,
        "token": founded.token,
        "sign_in_code": code,
        "test_set_id": test_set_id,
        "test_configuration_id": test_configuration_id,
        "tests": rows.len(),
    }))
}
