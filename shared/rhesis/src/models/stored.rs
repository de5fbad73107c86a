use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::BadModel;
use crate::endpoints::Guard;
use crate::secrets::{Keys, Sealed, SecretError};

/// A model that is to be kept.
#[derive(Debug, Clone)]
pub struct NewModel {
    /// Its name for users.
    pub name: String,
    /// What its API calls it, as `gpt-4o-mini`.
    pub model_name: String,
    /// Base URL of its API, to which `/chat/completions` is added: `https://api.openai.com/v1`.
    pub endpoint: String,
    /// The API key; none for an API that wants none.
    pub key: Option<SecretString>,
}

/// A model that can be asked.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its name for users.
    pub name: String,
    /// What its API calls it.
    pub model_name: String,
    /// Base URL of its API.
    pub endpoint: String,
    /// The API key, encrypted.
    pub key: Option<Sealed>,
}

/// A model as it is shown: without its key.
#[derive(Debug, Clone, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = Model)]
pub struct Shown {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What its API calls it.
    pub model_name: String,
    /// Base URL of its API.
    pub endpoint: String,
    /// Whether it has a key.
    pub has_key: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl NewModel {
    /// Checks that the model can be asked, without asking it.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn check(&self, guard: &Guard) -> Result<(), BadModel> {
        for (field, text) in [("name", &self.name), ("model_name", &self.model_name)] {
            if text.trim().is_empty() {
                return Err(BadModel::new(field, "must not be empty"));
            }
        }
        let key = self.key.as_ref().map_or("", |key| key.expose_secret());
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadModel::new("key", "must be visible ASCII characters only"));
        }
        if self.endpoint.contains(char::is_whitespace) {
            return Err(BadModel::new("endpoint", "must be a URL without white space"));
        }
        if self.endpoint.trim_end_matches('/').ends_with("/completions") {
            return Err(BadModel::new(
                "endpoint",
                "must be the base URL, as https://api.openai.com/v1: /chat/completions is added to it",
            ));
        }
        if self.endpoint.contains(['?', '#']) {
            return Err(BadModel::new(
                "endpoint",
                "must be a URL without query and fragment, as https://api.openai.com/v1",
            ));
        }
        let at = guard.check_url("endpoint", &self.endpoint);
        at.map_err(|error| BadModel::new("endpoint", error.detail()))
    }
}

impl Model {
    /// The API key, if there is one.
    ///
    /// # Errors
    /// If it cannot be opened with these keys.
    pub fn key(&self, keys: &Keys) -> Result<Option<SecretString>, SecretError> {
        self.key.as_ref().map(|sealed| keys.open(sealed)).transpose()
    }
}

/// Stores a model that was checked, with its key sealed, and returns its id.
pub async fn create(
    conn: &mut PgConnection,
    model: &NewModel,
    sealed: Option<&Sealed>,
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into model (id, name, model_name, endpoint, key, user_id) values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(&model.name)
    .bind(&model.model_name)
    .bind(&model.endpoint)
    .bind(sealed)
    .bind(user_id)
    .fetch_one(conn)
    .await
}

/// The list of models, newest first.
pub const LIST: Listing = Listing {
    name: "models",
    from: "model m",
    id: "m.id",
    columns: &[
        Column::uuid("id", "m.id"),
        Column::text("name", "m.name").sorted_by("left(m.name, 255)"),
        Column::text("model_name", "m.model_name").sorted_by("left(m.model_name, 255)"),
        Column::text("endpoint", "m.endpoint").unsorted(),
        Column::flag("has_key", "m.key is not null"),
        Column::time("created_at", "m.created_at"),
    ],
    order: (0, Direction::Descending),
};

/// Lists the tenant's models.
pub async fn list(conn: &mut PgConnection, query: &Query) -> sqlx::Result<Page<Shown>> {
    let picked = LIST.pick(conn, query, |_| ()).await?;
    let rows = sql::query_as(
        "select id, name, model_name, endpoint, key is not null as has_key, created_at
         from model where id = any ($1) order by array_position($1, id)",
    )
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(picked.page(rows))
}

/// One of them.
pub async fn show(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Shown>> {
    sql::query_as(
        "select id, name, model_name, endpoint, key is not null as has_key, created_at from model where id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// Deletes a model and its key; true if there was one. Metrics that named it ask the configuration's from now on.
pub async fn delete(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<bool> {
    let done = sql::query("delete from model where id = $1").bind(id).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}
