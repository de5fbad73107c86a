use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::{Result, Store};

/// On whose behalf a transaction runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenant {
    /// Whose rows are seen; none at all for a system task.
    pub organization_id: Option<Uuid>,
    /// Who asked.
    pub user_id: Option<Uuid>,
}

impl Store {
    /// A transaction that sees the rows of one organization only.
    ///
    /// # Errors
    /// If Postgres cannot be reached.
    pub async fn begin(&self, tenant: Tenant) -> Result<Transaction<'static, Postgres>> {
        // One round trip; a statement without parameters may stand beside another, and a uuid needs no quoting.
        let begin = format!(
            "begin; select set_config('role', 'tasks_tenant', true),
               set_config('app.organization_id', '{}', true), set_config('app.user_id', '{}', true)",
            text(tenant.organization_id),
            text(tenant.user_id)
        );
        self.begin_with(begin).await
    }

    /// A transaction with the login role's own rights.
    ///
    /// # Errors
    /// If Postgres cannot be reached.
    pub async fn begin_unbound(&self) -> Result<Transaction<'static, Postgres>> {
        self.begin_with("begin".to_owned()).await
    }
}

/// Binds the transaction to a tenant: it loses the login role's rights and sees that tenant's rows only.
///
/// Everything is undone by the end of the transaction, also on a connection that a pooler hands to somebody else.
///
/// # Errors
/// If Postgres cannot be reached.
pub async fn bind(tx: &mut PgConnection, tenant: Tenant) -> Result<()> {
    sql::query(
        "select set_config('role', 'tasks_tenant', true),
           set_config('app.organization_id', $1, true), set_config('app.user_id', $2, true)",
    )
    .bind(text(tenant.organization_id))
    .bind(text(tenant.user_id))
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives a bound transaction the login role's rights back, so that it can end its task; the tenant's settings go.
///
/// # Errors
/// If Postgres cannot be reached.
pub async fn unbind(tx: &mut PgConnection) -> Result<()> {
    sql::query(
        "select set_config('role', 'none', true),
           set_config('app.organization_id', '', true), set_config('app.user_id', '', true)",
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
