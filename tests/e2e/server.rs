use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server on this machine, at one of the ports that the stack lets endpoints and webhooks name, as long as this value lives.
pub(crate) struct Server {
    pub(crate) url: String,
    serving: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = listen().await;
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        Self { url, serving: tokio::spawn(async move { axum::serve(listener, service).await.unwrap() }) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// At a port that nobody has yet.
async fn listen() -> TcpListener {
    let ports =
        std::env::var("ENDPOINT_PORTS").expect("ENDPOINT_PORTS is not set: run the tests by `make test`");
    for port in ports.split(',') {
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port.parse().unwrap())).await {
            return listener;
        }
    }
    panic!(
        "more than {} servers at a time: see infra/local/stack/commands/suites/test.py",
        ports.split(',').count()
    )
}
