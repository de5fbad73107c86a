//! Whom clients trust to be AWS.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use aws::{BundleError, Trust};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{Credentials, Region};
use aws_sdk_sqs::error::DisplayErrorContext;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const ANSWER: &str = r#"{"QueueUrl":"https://localhost/q"}"#;

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// An SQS on loopback that shows a certificate of `authority`; answers its port.
async fn sqs(authority: &CertifiedIssuer<'static, KeyPair>) -> u16 {
    let key = KeyPair::generate().unwrap();
    let shown =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let (tls, listener) =
        (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(mut client) = tls.accept(client).await else { continue };
            let _ = client.read(&mut [0; 16 * 1024]).await.unwrap();
            let length = ANSWER.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{ANSWER}");
            client.write_all(answer.as_bytes()).await.unwrap();
            client.flush().await.unwrap();
        }
    });
    port
}

/// Asks the SQS at `port` for a queue; what went wrong, if something did.
async fn ask(trust: Trust, port: u16) -> Result<String, String> {
    let aws = aws::config(trust, TimeoutConfig::disabled());
    let config = aws_sdk_sqs::Config::from(&aws)
        .to_builder()
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .endpoint_url(format!("https://localhost:{port}"))
        .build();
    let answer = Client::from_conf(config).get_queue_url().queue_name("q").send().await;
    answer
        .map(|answer| answer.queue_url().unwrap_or_default().to_owned())
        .map_err(|error| DisplayErrorContext(&error).to_string())
}

fn written(name: &str, text: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("aws-trust-{}-{name}.pem", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_has_a_certificate_of_the_bundle_is_trusted_and_nobody_else() {
    let (ours, theirs) = (authority(), authority());
    let bundle = Trust::of_file(&written("bundle", ours.pem().as_bytes())).unwrap();
    assert_eq!(ask(bundle.clone(), sqs(&ours).await).await.unwrap(), "https://localhost/q");
    for (trust, authority) in [(bundle, &theirs), (Trust::amazon(), &ours)] {
        let said = ask(trust, sqs(authority).await).await.unwrap_err();
        assert!(said.contains("invalid peer certificate"), "{said}");
    }
}

#[test]
fn a_bundle_that_is_none_is_refused_by_the_name_of_its_setting() {
    let pem = authority().pem();
    let broken = format!("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let said = |path: &str| Trust::of_file(path).unwrap_err();
    assert!(matches!(said("/nowhere/bundle.pem"), BundleError::Unreadable(_)));
    assert!(matches!(said(&written("empty", b"nothing")), BundleError::Empty));
    let broken = said(&written("broken", broken.as_bytes()));
    assert!(matches!(broken, BundleError::Broken { number: 2, .. }), "{broken}");
    assert!(broken.to_string().starts_with("AWS_CA_BUNDLE names a file whose certificate 2 "), "{broken}");
}
