//! AWS as far as log-ins need it: credentials of a role, and a Secrets Manager on loopback.

use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use axum::http::HeaderMap;
use axum::{Router, routing::post};

/// A secret that can be changed.
#[derive(Clone, Default)]
pub(crate) struct Secret {
    text: Arc<Mutex<String>>,
    reads: Arc<Mutex<usize>>,
}

impl Secret {
    pub(crate) fn holds(&self, text: &str) {
        text.clone_into(&mut self.text.lock().unwrap());
    }

    /// How often it was read.
    pub(crate) fn reads(&self) -> usize {
        *self.reads.lock().unwrap()
    }

    /// A Secrets Manager that has this secret only.
    pub(crate) async fn manager(&self) -> SdkConfig {
        let secret = self.clone();
        let answer = async move |headers: HeaderMap| {
            assert_eq!(headers["x-amz-target"], "secretsmanager.GetSecretValue");
            *secret.reads.lock().unwrap() += 1;
            format!("{{\"SecretString\":{:?}}}", secret.text.lock().unwrap())
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/", post(answer));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        role().into_builder().endpoint_url(url).build()
    }
}

/// What a function's role is given.
pub(crate) fn role() -> SdkConfig {
    let http = Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", Some("session".into()), None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .build()
}
