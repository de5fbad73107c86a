use sqlx::PgConnection;

use super::finding::Finding;

/// Rights that are missing: whoever has one too few stops at its first call.
pub(super) async fn examine(connection: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let (roles, verbs): (Vec<_>, Vec<_>) = store::verb_grants().unzip();
    let rows: Vec<(String, String, bool)> =
        sql::query_as(include_str!("sql/grants.sql")).bind(roles).bind(verbs).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(found, what_to_do, _)| Finding::fault("grants", found, what_to_do)).collect())
}
