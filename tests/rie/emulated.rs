use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use testing::Database;

use crate::{ROOT, VENV};

/// A function's binary in an emulator of its own, until it is dropped.
pub(crate) struct Emulated {
    emulator: Child,
    url: String,
}

impl Emulated {
    /// A function that logs in to `database` as `role`, or as its owner; SQS is where nobody listens. `more` variables on top.
    pub(crate) async fn new(
        function: &str,
        database: &Database,
        role: Option<&str>,
        more: &[(&str, &str)],
    ) -> Self {
        let binary = format!("{ROOT}/target/debug/{function}");
        assert!(PathBuf::from(&binary).exists(), "{binary} is missing: `make test` builds it");
        let (invoke, runtime) = (free_port(), free_port());
        let emulator = Command::new(emulator_binary())
            .args(["--log-level", "error", "--runtime-interface-emulator-address"])
            .arg(format!("127.0.0.1:{invoke}"))
            .args(["--runtime-api-address", &format!("127.0.0.1:{runtime}"), &binary])
            .envs([
                ("DATABASE_URL", database.url_as(role).as_str()),
                ("QUEUE_URL_PREFIX", "http://127.0.0.1:9/123456789012/rhesis-"),
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
                ("AWS_REGION", "us-east-1"),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
                ("AWS_LAMBDA_FUNCTION_NAME", function),
                ("AWS_LAMBDA_FUNCTION_TIMEOUT", "30"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
                ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                ("LOG_LEVEL", "error"),
            ])
            .envs(more.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{invoke}/2015-03-31/functions/function/invocations");
        let emulated = Self { emulator, url };
        until_it_listens(invoke).await;
        emulated
    }

    /// Invokes it; answers what it answered.
    pub(crate) async fn invoke(&self, event: &Value) -> Value {
        // Only plain HTTP is spoken here, but the client wants to know whose TLS it would use.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = reqwest::Client::new();
        let answer = client.post(&self.url).json(event).send().await.unwrap();
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        // Its function ends by itself when the runtime API is gone.
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// A committed event, with `replace`ments of what is each user's own.
pub(crate) fn event(name: &str, replace: &[(&str, &str)]) -> Value {
    let text = std::fs::read_to_string(format!("{ROOT}/tests/events/{name}.json")).unwrap();
    let text = replace.iter().fold(text, |text, (from, to)| text.replace(from, to));
    serde_json::from_str(&text).unwrap()
}

/// The emulator of the SAM CLI's wheel, for this machine's processor.
fn emulator_binary() -> PathBuf {
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    let libraries =
        std::fs::read_dir(format!("{VENV}/lib")).expect("the SAM CLI is installed by `make test`");
    libraries
        .map(|python| {
            let rapid = python.unwrap().path().join("site-packages/samcli/local/rapid");
            rapid.join(format!("aws-lambda-rie-{processor}"))
        })
        .find(|path| path.exists())
        .expect("the SAM CLI brings aws-lambda-rie")
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

async fn until_it_listens(port: u16) {
    let began = Instant::now();
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "the emulator does not listen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
