use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url, header};

use crate::stack::Tenant;

/// The console, signed in as a tenant.
pub(crate) struct Browser {
    http: Client,
    url: String,
    cookie: String,
}

impl Browser {
    pub(crate) async fn signed_in(tenant: &Tenant) -> Self {
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let mut browser = Self { http, url: format!("{}/console", tenant.api_url), cookie: String::new() };
        let sign_in = browser.of(browser.http.post(format!("{}/sign-in", browser.url)));
        let answer = form(sign_in, &[("token", &tenant.token)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }

    /// A page's text.
    pub(crate) async fn get(&self, page: &str) -> String {
        let answer = self.of(self.http.get(format!("{}/{page}", self.url))).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{page}");
        answer.text().await.unwrap()
    }

    /// Sends a form of a page of this session, and answers the next page's text.
    pub(crate) async fn submit(&self, page: &str, fields: &[(&str, &str)]) -> String {
        let tokens = self.get("tokens").await;
        let (_, csrf) = tokens.split_once("name=\"csrf\" value=\"").unwrap();
        let csrf = ("csrf", csrf.split('"').next().unwrap());
        let fields: Vec<_> = [csrf].into_iter().chain(fields.iter().copied()).collect();
        let request = self.of(self.http.post(format!("{}/{page}", self.url)));
        form(request, &fields).send().await.unwrap().text().await.unwrap()
    }

    fn of(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(header::COOKIE, &self.cookie).header("sec-fetch-site", "same-origin")
    }
}

fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let written = Url::parse_with_params("http://of.no.interest/", fields).unwrap();
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(written.query().unwrap_or_default().to_owned())
}
