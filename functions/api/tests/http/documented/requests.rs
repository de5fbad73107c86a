use axum::http::Request;
use serde_json::Value;
use shlex::Shlex;

use super::{address, fill, pages};
use crate::walk::tenant::Tenant;
use crate::world::Api;

/// Where a request goes, in the words of the documents.
const ADDRESSES: [&str; 3] = ["$API", "$url", "http://127.0.0.1:3000"];

/// A call of `curl`.
#[derive(Default)]
struct Curl {
    method: Option<String>,
    path: String,
    headers: Vec<String>,
    body: Option<String>,
}

impl Curl {
    /// Reads what stands behind the word `curl`.
    fn of(text: &str) -> Self {
        let mut curl = Self::default();
        let mut words = Shlex::new(text);
        while let Some(word) =
            words.next().filter(|word| !["|", "||", ">>", "&&", "curl"].contains(&word.as_str()))
        {
            match word.as_str() {
                "-X" => curl.method = words.next(),
                "-H" => curl.headers.extend(words.next()),
                "-d" | "--data-binary" => curl.body = words.next(),
                "-D" => drop(words.next()),
                _ => {
                    let path = ADDRESSES.iter().find_map(|address| word.strip_prefix(address));
                    if let Some(path) = path.filter(|_| curl.path.is_empty()) {
                        curl.path = path.trim_end_matches("$query").to_owned();
                    }
                }
            }
        }
        curl
    }

    fn request(&self, tenant: &Tenant) -> Request<axum::body::Body> {
        let default = if self.body.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder()
            .method(self.method.as_deref().unwrap_or(default))
            .uri(address(&self.path, tenant));
        for header in self.headers.iter().filter(|header| !header.starts_with("Authorization")) {
            let (name, value) = header.split_once(": ").unwrap();
            // Documents show the same key for several requests; a reader has one for each.
            let own = if name == "Idempotency-Key" { self.path.as_str() } else { "" };
            request = request.header(name, format!("{value}{own}"));
        }
        let body = match self.body.as_deref() {
            None => String::new(),
            Some(file) if file.starts_with('@') => "prompt,expected\na,b\n".into(),
            Some(text) => {
                let mut body: Value =
                    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
                fill(&mut body, "", tenant);
                body.to_string()
            }
        };
        request.body(body.into()).unwrap()
    }
}

#[tokio::test]
async fn every_request_that_a_document_shows_is_taken() {
    let api = Api::new().await;
    let tenant = Tenant::new(&api).await;
    let (mut sent, mut refused) = (0, Vec::new());
    for page in pages::all() {
        for block in page.blocks(&["sh", "console"]) {
            let text = block.text.replace("\\\n", " ");
            for text in text.split("curl ").skip(1) {
                let curl = Curl::of(text);
                let answer = tenant.client.send(curl.request(&tenant)).await;
                sent += 1;
                // What the rows do not allow just now was understood: a run that has not ended, say.
                if !(answer.status.is_success() || answer.status == 409) {
                    refused.push(format!("{} {}: {} {}", block.place, curl.path, answer.status, answer.body));
                }
            }
        }
    }
    assert!(sent > 20, "{sent} requests");
    assert!(refused.is_empty(), "{refused:#?}");
}
