use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use rhesis::sessions;

use super::{cookie, csrf, sign_in};
use crate::console::Console;
use crate::console::ask::Ask;
use crate::console::form::Form;
use crate::console::refusal::Refusal;
use crate::console::view::Place;
use crate::request::caller::Caller;

/// Whoever is signed in, and the place that they look at.
#[derive(Clone)]
pub(in crate::console) struct SignedIn {
    /// The JSON routes on their behalf.
    pub(in crate::console) ask: Ask,
    pub(in crate::console) caller: Caller,
    pub(in crate::console) place: Place,
    secret: String,
}

impl SignedIn {
    /// The secret of their session.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl FromRequestParts<Console> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let place = Place::of(&parts.uri);
        let secret = cookie::read(&parts.headers, &console.cookie).map(str::to_owned);
        let Some(secret) = secret else {
            // A link in a message brings no strict cookie: the page asks once more for itself, and then it does.
            if parts.method.is_safe() && csrf::is_foreign(&parts.headers) {
                return Err(sign_in::once_more(&parts.uri));
            }
            return Err(sign_in::page(&place, &place.here(), None, StatusCode::UNAUTHORIZED));
        };
        let found =
            console.app.store.ask(async |connection| sessions::authenticate(connection, &secret).await).await;
        let identity = found
            .map_err(|error| Refusal::from(crate::answer::problem::Problem::from(error)).into_response())?;
        let Some(identity) = identity else {
            let message = "Your session is over: sign in again.";
            return Err(sign_in::page(&place, &place.here(), Some(message), StatusCode::UNAUTHORIZED));
        };
        let caller = Caller::of_identity(identity);
        let ask = Ask::new(console, &parts.extensions, caller);
        let place = Place { csrf: csrf::token(&secret), ..place };
        Ok(Self { ask, caller, place, secret })
    }
}

/// A form that came from one of our own pages, of this session.
pub(in crate::console) struct Posted {
    pub(in crate::console) by: SignedIn,
    pub(in crate::console) form: Form,
}

impl FromRequest<Console> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let by = SignedIn::from_request_parts(&mut parts, console).await?;
        if csrf::is_foreign(&parts.headers) {
            return Err(Refusal::forged().into_response());
        }
        let form = Form::read(Request::from_parts(parts, body)).await.map_err(IntoResponse::into_response)?;
        if !csrf::same(form.text("csrf"), &by.place.csrf) {
            return Err(Refusal::forged().into_response());
        }
        Ok(Self { by, form })
    }
}
