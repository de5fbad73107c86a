use catalog::Spec;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};
use store::{RoleLogin, Store, Tenant};
use uuid::Uuid;

use crate::contract::Noop;

/// Tables, verbs and roles as `migrate` makes them; no domain.
pub(crate) async fn schema() {
    let mut connection = PgConnection::connect(&bench_common::database_url()).await.unwrap();
    let domain = Migrator::with_migrations(Vec::new());
    store::migrate(&mut connection, &domain, &[Spec::of::<Noop>()], &RoleLogin::Unchanged).await.unwrap();
}

/// The engine's verbs, as the login role that calls them in production.
pub(crate) async fn store_as(role: &str, connections: u32) -> Store {
    let url = bench_common::database_url().replace("//bench@", &format!("//{role}@"));
    Store::new(&url, connections).await.unwrap()
}

pub(crate) fn tenant() -> Tenant {
    let organization_id = Some(Uuid::from_u128(0xc0a8_f3de_58e1_4b7e_8f57_2f7f_6f1f_3a92));
    Tenant { organization_id, user_id: Some(Uuid::from_u128(7)) }
}
