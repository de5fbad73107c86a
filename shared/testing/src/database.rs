use std::str::FromStr;

use catalog::TASKS;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, PgConnection, PgPool};
use store::{RoleLogin, Store, Tenant};
use uuid::Uuid;

/// One migration at a time on the server: roles belong to all its databases.
const LOCK: i64 = 0x7E57;

/// A database of the test's own, migrated; dropped with this value.
#[derive(Debug)]
pub struct Database {
    name: String,
    admin: PgConnectOptions,
    owner: PgPool,
}

/// A tenant with a user.
#[derive(Debug, Clone, Copy)]
pub struct Organization {
    /// The organization.
    pub id: Uuid,
    /// Its user.
    pub user_id: Uuid,
}

impl Organization {
    /// Both, as the store wants them.
    #[must_use]
    pub fn tenant(&self) -> Tenant {
        Tenant { organization_id: Some(self.id), user_id: Some(self.user_id) }
    }
}

impl Database {
    /// Copies a migrated database; the first caller on a server makes the one that is copied.
    ///
    /// # Panics
    /// If `TEST_DATABASE_URL` is missing or its server does not do what it is told.
    pub async fn new() -> Self {
        let url = std::env::var("TEST_DATABASE_URL")
            .expect("TEST_DATABASE_URL is not set: run the tests by `make test`");
        let admin = PgConnectOptions::from_str(&url).expect("TEST_DATABASE_URL is a Postgres URL");
        let template = template(&admin).await;
        let name = format!("test_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect_with(&admin).await.expect("the test server answers");
        let statement = format!("create database {name} template {template}");
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .expect("a copy of the template");
        let owner = PgPoolOptions::new().max_connections(4).connect_lazy_with(admin.clone().database(&name));
        // The copied sweep may be days old: the first sweep of this database would take that for an outage.
        sql::query("update tasks.relay set swept_at = clock_timestamp()")
            .execute(&owner)
            .await
            .expect("an update");
        Self { name, admin, owner }
    }

    /// Connections of the owner, a superuser: sees everything, for arranging and checking only.
    #[must_use]
    pub fn owner(&self) -> &PgPool {
        &self.owner
    }

    /// A store that is logged in as `role`, with at most `connections`.
    #[must_use]
    pub fn store_with(&self, role: &str, connections: u32) -> Store {
        Store::over(self.pool_as(role, connections))
    }

    /// A store that is logged in as `role`.
    #[must_use]
    pub fn store_as(&self, role: &str) -> Store {
        self.store_with(role, 4)
    }

    /// Where a process of its own finds the database: as `role`, with the password of `FUNCTION_ROLE_PASSWORD` if there is
    /// one, or as the owner.
    #[must_use]
    pub fn url_as(&self, role: Option<&str>) -> String {
        let mut options = self.admin.clone().database(&self.name);
        if let Some(role) = role {
            options = options.username(role);
            if let Ok(password) = std::env::var("FUNCTION_ROLE_PASSWORD") {
                options = options.password(&password);
            }
        }
        options.to_url_lossy().into()
    }

    fn pool_as(&self, role: &str, connections: u32) -> PgPool {
        if let Ok(pooler) = std::env::var("TEST_POOLER") {
            return self.pool_through(&pooler, role, connections);
        }
        let become_role: &'static str = format!("set session authorization {role}").leak();
        PgPoolOptions::new()
            .max_connections(connections)
            .after_connect(move |connection, _| {
                Box::pin(async move { sqlx::raw_sql(become_role).execute(connection).await.map(drop) })
            })
            .connect_lazy_with(self.admin.clone().database(&self.name))
    }

    /// Through a pooler a role must log in: what a session sets, another client would find.
    fn pool_through(&self, pooler: &str, role: &str, connections: u32) -> PgPool {
        let (host, port) = pooler.split_once(':').expect("TEST_POOLER is host:port");
        let password =
            std::env::var("FUNCTION_ROLE_PASSWORD").expect("FUNCTION_ROLE_PASSWORD is set with TEST_POOLER");
        let options = PgConnectOptions::new_without_pgpass()
            .host(host)
            .port(port.parse().expect("TEST_POOLER has a port"))
            .username(role)
            .password(&password)
            .database(&self.name);
        PgPoolOptions::new().max_connections(connections).connect_lazy_with(options)
    }

    /// An organization with one user.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn organization(&self) -> Organization {
        let id: Uuid = sql::query_scalar("insert into organization (name) values ('test') returning id")
            .fetch_one(&self.owner)
            .await
            .expect("an organization");
        let user_id = sql::query_scalar(
            "insert into \"user\" (email, name, organization_id) values ($1, 'test', $2) returning id",
        )
        .bind(format!("{id}@example.test"))
        .bind(id)
        .fetch_one(&self.owner)
        .await
        .expect("a user");
        Organization { id, user_id }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // Dropping cannot wait, and the test's runtime may be gone: a thread with a runtime of its own can.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection =
                    PgConnection::connect_with(&admin).await.map_err(std::io::Error::other)?;
                let statement = format!("drop database if exists {name} with (force)");
                sqlx::raw_sql(AssertSqlSafe(statement))
                    .execute(&mut connection)
                    .await
                    .map_err(std::io::Error::other)
            })
        });
        if !matches!(dropped.join(), Ok(Ok(_))) {
            eprintln!("{} was left behind", self.name);
        }
    }
}

/// The name of the migrated database that tests copy.
async fn template(admin: &PgConnectOptions) -> String {
    let name = format!("template_{}", store::fingerprint(&rhesis::MIGRATIONS, TASKS));
    let mut connection = PgConnection::connect_with(admin).await.expect("the test server answers");
    sql::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await.expect("a lock");
    let ready: bool = sql::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .expect("a list of databases");
    if !ready {
        let draft = format!("draft_{}", Uuid::now_v7().simple());
        let statement = format!("create database {draft}");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("a database");
        let mut inside = PgConnection::connect_with(&admin.clone().database(&draft))
            .await
            .expect("the new database answers");
        store::migrate(&mut inside, &rhesis::MIGRATIONS, TASKS, &RoleLogin::Unchanged)
            .await
            .expect("the migrations apply");
        inside.close().await.expect("a closed connection");
        let statement = format!("alter database {draft} rename to {name}");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the template's name");
    }
    connection.close().await.expect("a closed connection, which gives the lock back");
    name
}
