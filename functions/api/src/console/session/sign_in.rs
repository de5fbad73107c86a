use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use rhesis::sessions;
use url::form_urlencoded;

use super::{Posted, cookie, csrf};
use crate::answer::problem::Problem;
use crate::console::Console;
use crate::console::form::Form;
use crate::console::refusal::{Refusal, see_other};
use crate::console::view::{FIRST, Place, bare};
use crate::database::transact;
use crate::request::caller::Caller;

/// The form that asks for a token, in place of the page that was asked for.
/// `next` is where to go on from there, as what is behind `/console/`.
pub(super) fn page(place: &Place, next: &str, message: Option<&str>, status: StatusCode) -> Response {
    let page = bare(
        place,
        "Sign in",
        &html! {
            h1 { "Sign in" }
            @if let Some(message) = message { p.notice.bad role="alert" { (message) } }
            form.card method="post" action=(place.to("sign-in")) {
                input type="hidden" name="next" value=(next);
                label for="token" { "API token" }
                input #token type="password" name="token" autocomplete="off" required autofocus
                    placeholder="rh-…" aria-describedby="token-help";
                p.help #token-help { "An API token (rh-…) or a token that your identity provider signed. It is kept for 12 hours, by a cookie that no script can read." }
                button.primary type="submit" { "Sign in" }
            }
        },
    );
    (status, page).into_response()
}

/// A page that asks for itself again, which a browser counts as ours.
pub(super) fn once_more(uri: &Uri) -> Response {
    let query = uri.query().map_or_else(|| "?".to_owned(), |query| format!("?{query}"));
    let page = html! {
        (maud::DOCTYPE)
        html lang="en" { head { meta charset="utf-8"; title { "Rhesis tasks" } meta http-equiv="refresh" content=(format!("0;url={query}")); } body {} }
    };
    page.into_response()
}

/// GET `/console/sign-in?code=…`: signs in by a code, as the address that `make run` prints does; without, asks for a token.
pub(super) async fn by_code(State(console): State<Console>, request: Request) -> Result<Response, Refusal> {
    let place = Place::of(request.uri());
    let query = request.uri().query().unwrap_or_default();
    let code =
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code").map(|(_, code)| code);
    let Some(code) = code else {
        return Ok(page(&place, FIRST, None, StatusCode::OK));
    };
    let found =
        console.app.store.ask(async |connection| sessions::redeem_code(connection, &code).await).await;
    match found.map_err(Problem::from)? {
        Some(identity) => open(&console, Caller::of_identity(identity), None, FIRST).await,
        None => Ok(page(
            &place,
            FIRST,
            Some("This address has been used up or is too old: sign in with a token."),
            StatusCode::UNAUTHORIZED,
        )),
    }
}

/// POST `/console/sign-in`: signs in by a token, and goes on to the page that was asked for.
pub(super) async fn by_token(State(console): State<Console>, request: Request) -> Result<Response, Refusal> {
    if csrf::is_foreign(request.headers()) {
        return Err(Refusal::forged());
    }
    let place = Place::of(request.uri());
    let form = Form::read(request).await?;
    let token = form.text("token").trim();
    let next = within(form.text("next"));
    match Caller::of_token(&console.app, token).await {
        Ok(caller) => open(&console, caller, Some(token), next).await,
        Err(problem) => {
            let refusal = Refusal::from(problem);
            Ok(page(&place, next, Some(&refusal.sentence()), refusal.status))
        }
    }
}

/// POST `/console/sign-out`: ends the session, here and now.
pub(super) async fn sign_out(State(console): State<Console>, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, .. } = posted;
    transact!(console.app, by.caller, |tx| Ok(sessions::end(tx, by.secret()).await?))?;
    let mut answer = see_other("sign-in");
    answer.headers_mut().insert(header::SET_COOKIE, cookie::forget(&console.cookie));
    Ok(answer)
}

async fn open(
    console: &Console,
    caller: Caller,
    token: Option<&str>,
    next: &str,
) -> Result<Response, Refusal> {
    let secret = sessions::generate();
    transact!(console.app, caller, |tx| Ok(sessions::open(tx, caller.user_id, &secret, token).await?))?;
    let mut answer = see_other(next);
    answer.headers_mut().insert(header::SET_COOKIE, cookie::keep(&console.cookie, &secret));
    Ok(answer)
}

/// An address within the console; anything else is its first page.
fn within(next: &str) -> &str {
    let path = next.split('?').next().unwrap_or_default();
    let ours = |character: char| character.is_ascii_alphanumeric() || "-_/.%~".contains(character);
    let safe = !next.is_empty()
        && !next.starts_with('/')
        && !path.contains("//")
        && !path.contains("..")
        && !path.starts_with("sign-")
        && path.chars().all(ours)
        && next.chars().all(|character| character.is_ascii_graphic() && character != '\\');
    if safe { next } else { FIRST }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_sign_in_nobody_is_led_elsewhere() {
        for good in [
            "tasks",
            "tasks?status=FAILURE&cursor=a%3D",
            "runs/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23",
            "overview?window=day",
        ] {
            assert_eq!(within(good), good);
        }
        for bad in [
            "",
            "https://evil.test",
            "//evil.test",
            "/x",
            "\\evil",
            "javascript:alert(1)",
            "a/../../x",
            "sign-out",
            "a b",
            "x\r\ny",
        ] {
            assert_eq!(within(bad), FIRST, "{bad}");
        }
    }
}
