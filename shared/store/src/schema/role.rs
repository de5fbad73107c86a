use std::fmt;

use sqlx::{AssertSqlSafe, PgConnection};

use crate::Result;

/// How the functions' roles log in.
#[derive(Clone, Default)]
pub enum RoleLogin {
    /// As somebody else arranged; only test databases are reached so.
    #[default]
    Unchanged,
    /// By this password.
    Password(String),
    /// By tokens that IAM signs: members of `rds_iam`, the role of Amazon RDS, whose members log in by nothing else.
    Iam,
}

impl fmt::Debug for RoleLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "Unchanged",
            Self::Password(_) => "Password",
            Self::Iam => "Iam",
        })
    }
}

/// What holds for every session of a login role, however it comes: a pooler does not pass on what a client asks for.
///
/// A function that dies or is frozen cannot let go of what it has locked. While Postgres runs a statement for it, it looks
/// whether the socket is still there; between two statements the transaction's time runs out, which is long enough for a
/// handler that computes there.
///
/// No statement of ours runs for long enough to be worth a compiler: where a table has a million rows, the planner's guess calls it, and
/// it takes ten times what the statement then does.
pub(crate) const SESSION: [(&str, &str); 3] = [
    ("client_connection_check_interval", "2s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("jit", "off"),
];

/// A login role. Names and passwords cannot be parameters of DDL: the server quotes them, then runs what it quoted.
///
/// Who shall log in by a password must leave `rds_iam`, and who shall log in by tokens must join it and has no password: a
/// database can be moved from one to the other. Where Amazon's role is missing, so is Amazon: joining fails.
pub(crate) async fn role(
    tx: &mut PgConnection,
    name: &str,
    member_of: &str,
    login: &RoleLogin,
) -> Result<()> {
    let (password, iam) = match login {
        RoleLogin::Unchanged => (None, None),
        RoleLogin::Password(password) => (Some(password), Some(false)),
        RoleLogin::Iam => (None, Some(true)),
    };
    let statement: String = sql::query_scalar(
        "select format('do $do$ begin create role %1$I; exception when duplicate_object or unique_violation then null;
           end $do$; alter role %1$I login inherit;', $1)
         || case when $3 <> '' then format('grant %s to %I;', $3, $1) else '' end
         || case when not $4 and exists (select from pg_auth_members m
                where m.roleid = to_regrole('rds_iam') and m.member = to_regrole(quote_ident($1)))
              then format('revoke rds_iam from %I;', $1) else '' end
         || case when $2 is not null then format('alter role %I password %L;', $1, $2) else '' end
         || case when $4 then format('alter role %1$I password null; grant rds_iam to %1$I', $1) else '' end",
    )
    .bind(name)
    .bind(password)
    .bind(member_of)
    .bind(iam)
    .fetch_one(&mut *tx)
    .await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *tx).await?;
    for (setting, value) in SESSION {
        let statement: String = sql::query_scalar("select format('alter role %I set %I = %L', $1, $2, $3)")
            .bind(name)
            .bind(setting)
            .bind(value)
            .fetch_one(&mut *tx)
            .await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *tx).await?;
    }
    Ok(())
}
