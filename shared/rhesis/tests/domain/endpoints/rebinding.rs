//! Names whose addresses change between two look-ups.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rhesis::endpoints::{Allow, CallErrorKind, Client, Endpoint, Lookup, Protocol};
use tokio::net::TcpListener;

/// Answers the addresses it was given, one for each look-up, the last one for ever.
struct Rebinding {
    answers: Mutex<Vec<&'static str>>,
    asked: AtomicUsize,
}

impl Lookup for Rebinding {
    fn look_up(&self, _: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0] };
        Box::pin(async move { Ok(vec![answer.parse().unwrap()]) })
    }
}

fn rebinding(allow: &str, answers: &[&'static str]) -> (Arc<Rebinding>, Client) {
    let lookup = Arc::new(Rebinding { answers: Mutex::new(answers.to_vec()), asked: AtomicUsize::new(0) });
    let allow = Allow::parse(allow).unwrap();
    let client = Client::builder().allow(allow).lookup(lookup.clone()).at_most(Duration::from_secs(1));
    (lookup, client.build().unwrap())
}

#[tokio::test]
async fn what_was_public_when_it_was_stored_is_looked_up_again_when_it_is_dialled() {
    let mut endpoint = Endpoint::input_output("https://rebind.example.com/");
    for (protocol, url) in
        [(Protocol::Rest, "https://rebind.example.com/"), (Protocol::WebSocket, "wss://rebind.example.com/")]
    {
        for private in
            ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"]
        {
            endpoint.protocol = protocol;
            endpoint.url = url.to_owned();
            let (lookup, client) = rebinding("", &[private]);
            assert!(endpoint.check(client.guard()).is_ok(), "its name says nothing against it");
            let error = client.call(&endpoint, "x").await.unwrap_err();
            assert_eq!(
                (error.kind, error.is_transient()),
                (CallErrorKind::InvalidEndpoint, false),
                "{private}"
            );
            assert_eq!(lookup.asked.load(Ordering::Relaxed), 1);
            assert!(!error.to_json().to_string().contains(private), "whose network it is is not said");
        }
    }
}

#[tokio::test]
async fn an_answer_that_changes_after_it_was_checked_is_never_dialled() {
    // Whoever looked a second time to connect would come out here.
    let trap = TcpListener::bind("127.0.0.1:443").await;
    // The first answer may be dialled, because the list has it; nobody listens there.
    let (lookup, client) = rebinding("127.0.0.2/32:443", &["127.0.0.2", "127.0.0.1"]);
    let endpoint = Endpoint::input_output("https://rebind.example.com/");
    let error = client.call(&endpoint, "x").await.unwrap_err();
    assert!(error.is_transient(), "{error}: the allowed address was dialled and did not answer");
    assert_eq!(lookup.asked.load(Ordering::Relaxed), 1, "the checked answer is the dialled one");
    let again = client.call(&endpoint, "x").await.unwrap_err();
    assert_eq!(again.kind, CallErrorKind::InvalidEndpoint);
    if let Ok(trap) = trap {
        let visit = tokio::time::timeout(Duration::from_millis(50), trap.accept()).await;
        assert!(visit.is_err(), "nobody came");
    }
}
