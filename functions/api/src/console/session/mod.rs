//! Who is signed in: a cookie with a random secret, whose hash is a row.

pub(super) mod cookie;
mod csrf;
mod sign_in;
mod signed_in;

use axum::Router;
use axum::routing::{get, post};

use super::Console;

pub(super) use signed_in::{Posted, SignedIn};

/// `/console/sign-in`, `/console/sign-out`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/sign-in", get(sign_in::by_code).post(sign_in::by_token))
        .route("/console/sign-out", post(sign_in::sign_out))
}
