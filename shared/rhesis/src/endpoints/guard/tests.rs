use std::io;
use std::pin::Pin;
use std::sync::Mutex;

use super::*;

/// Answers the addresses it was given, one list for each look-up.
struct Answers(Mutex<Vec<Vec<IpAddr>>>);

impl Lookup for Answers {
    fn look_up(&self, _: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let answer = self.0.lock().unwrap().remove(0);
        Box::pin(async { Ok(answer) })
    }
}

fn guard(allow: &str, answers: &[&[&str]]) -> Guard {
    let list = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
    let answers = Answers(Mutex::new(answers.iter().map(list).collect()));
    Guard::new(Allow::parse(allow).unwrap(), Arc::new(answers))
}

fn checked(allow: &str, url: &str) -> Result<Way, String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    let schemes = if url.scheme().starts_with("ws") { ["ws", "wss"] } else { ["http", "https"] };
    guard(allow, &[]).check("url", &url, schemes).map_err(|error| error.to_string())
}

/// URLs that reach for what is not theirs. No name in it is looked up.
const HOSTILE: &[&str] = &[
    // Other schemes.
    "file:///proc/self/environ",
    "gopher://example.com:443/_x",
    "ftp://example.com/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "jar:https://example.com!/x",
    // Not encrypted, or another port.
    "http://example.com/",
    "https://example.com:80/",
    "https://example.com:22/",
    "https://example.com:5432/",
    "https://example.com:8443/",
    "ws://example.com/",
    // Users in front of the host.
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com@127.0.0.1/",
    "https://:x@example.com/",
    // Loopback in every spelling.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0x7f.0.0.0x1/",
    "https://127.255.255.254/",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:ffff:7f00:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::127.0.0.1]/",
    "wss://127.0.0.1/",
    // Metadata, credentials, the Lambda runtime.
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://0xA9FEA9FE/",
    "https://0251.0376.0251.0376/",
    "https://169.254.170.2/v2/credentials",
    "https://169.254.100.1/2018-06-01/runtime/invocation/next",
    "http://169.254.100.1:9001/2018-06-01/runtime/invocation/next",
    "https://[fd00:ec2::254]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::]/",
    "https://metadata.google.internal/",
    "https://[fe80::1]/",
    // Private networks.
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[fc00::1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
    "https://[ff02::1]/",
    // Names of this machine and this network.
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://postgres/",
    "https://db.internal/",
    "https://printer.local/",
    "https://router.home.arpa/",
    // No host at all.
    "https://",
    "https:///",
    "https://exa mple.com/",
    "https://[::1/",
    "https://1.2.3.4.5.256/",
    "",
];

#[test]
fn hostile_urls_are_refused_before_anything_is_looked_up() {
    assert!(HOSTILE.len() >= 40);
    for url in HOSTILE {
        let refusal = checked("", url);
        assert!(refusal.is_err(), "{url} was let through");
        assert!(!refusal.unwrap_err().contains("password@"), "{url}");
    }
}

#[test]
fn the_usual_urls_are_let_through() {
    for url in [
        "https://api.openai.com/v1/chat/completions",
        "https://API.example.com:443/x?y=z",
        "https://example.com./",
        "https://xn--bcher-kva.example/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "wss://example.com/chat",
    ] {
        assert_eq!(checked("", url), Ok(Way::Public), "{url}");
    }
}

#[test]
fn the_list_makes_exceptions_for_what_it_names_but_never_for_metadata() {
    let list = "127.0.0.1:8000,localhost:8000,stub.test:8080,0.0.0.0/1,128.0.0.0/1";
    for (url, way) in [
        ("http://127.0.0.1:8000", Way::Local),
        ("ws://0x7f.1:8000", Way::Local),
        ("http://localhost:8000", Way::Local),
        ("http://stub.test:8080/", Way::Listed),
        ("https://10.0.0.1:9", Way::Listed),
    ] {
        assert_eq!(checked(list, url), Ok(way), "{url}");
    }
    for url in [
        "http://stub.test/",
        "http://169.254.169.254/",
        "http://[::ffff:169.254.100.1]:9001/",
        "http://u@127.0.0.1:8000/",
        "http://127.0.0.1:8001/",
        "http://127.0.0.2:8000/",
        "ws://[::1]:8000/",
        "http://localhost:8001/",
        "http://0.0.0.0:8000/",
        "http://[::]:8000/",
    ] {
        assert!(checked(list, url).is_err(), "{url}");
    }
}

#[tokio::test]
async fn one_forbidden_address_among_many_refuses_the_name() {
    for answer in [
        &["127.0.0.1"][..],
        &["1.1.1.1", "10.0.0.1"],
        &["2606:4700::1111", "::1"],
        &["1.1.1.1", "169.254.169.254"],
        &["::ffff:127.0.0.1"],
        &[],
    ] {
        let refused = guard("", &[answer]).addresses(Way::Public, "a.b").await;
        assert!(matches!(refused, Err(Refused::Forbidden)), "{answer:?}");
    }
    let let_through = guard("", &[&["1.1.1.1", "2606:4700::1111"]]).addresses(Way::Public, "a.b").await;
    assert_eq!(let_through.unwrap().len(), 2);
}

#[tokio::test]
async fn an_answer_that_changes_is_judged_anew_every_time() {
    let guard = guard("", &[&["1.1.1.1"], &["127.0.0.1"], &["1.1.1.1"]]);
    let found = async || guard.addresses(Way::Public, "rebind.test").await.is_ok();
    assert_eq!([found().await, found().await, found().await], [true, false, true]);
}

#[tokio::test]
async fn listed_names_may_be_private_and_public_names_in_a_listed_range_too() {
    let private = &["10.1.2.3"][..];
    assert!(guard("a.b", &[private]).addresses(Way::Listed, "a.b").await.is_ok());
    assert!(guard("10.0.0.0/8", &[private]).addresses(Way::Public, "a.b").await.is_ok());
    assert!(guard("10.0.0.0/8:444", &[private]).addresses(Way::Public, "a.b").await.is_err());
    for never in
        ["169.254.169.254", "127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "0.0.0.0", "::"]
    {
        assert!(guard("a.b", &[&[never]]).addresses(Way::Listed, "a.b").await.is_err(), "{never}");
        assert!(
            guard("a.b", &[&["10.1.2.3", never]]).addresses(Way::Listed, "a.b").await.is_err(),
            "{never}"
        );
    }
    assert!(guard("", &[&["127.0.0.1", "::1"]]).addresses(Way::Local, "localhost").await.is_ok());
    assert!(guard("", &[&["127.0.0.1", "10.0.0.1"]]).addresses(Way::Local, "localhost").await.is_err());
}

#[tokio::test]
async fn this_machine_under_its_own_name_is_refused_by_its_address() {
    let guard = Guard::of(Allow::default());
    assert!(matches!(guard.addresses(Way::Public, "localhost").await, Err(Refused::Forbidden)));
}
