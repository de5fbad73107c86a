//! TLS in front of the test server's Postgres, as a proxy or a pooler has it.

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The message with which a client asks for TLS.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Answers the port of a server that speaks TLS if it has any, and is the test server behind it.
pub(crate) async fn start(tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(serve(client, tls.clone()));
        }
    });
    port
}

async fn serve(mut client: TcpStream, tls: Option<TlsAcceptor>) -> std::io::Result<()> {
    let options = behind();
    let mut server = TcpStream::connect((options.get_host(), options.get_port())).await?;
    let Some(tls) = tls else {
        let mut asked = [0; 8];
        client.read_exact(&mut asked).await?;
        assert_eq!(asked, SSL_REQUEST);
        client.write_all(b"N").await?;
        return copy_bidirectional(&mut client, &mut server).await.map(drop);
    };
    let mut client = accept(client, &tls).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Says yes to TLS and begins it.
pub(crate) async fn accept(
    mut client: TcpStream,
    tls: &TlsAcceptor,
) -> std::io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
    let mut asked = [0; 8];
    client.read_exact(&mut asked).await?;
    assert_eq!(asked, SSL_REQUEST);
    client.write_all(b"S").await?;
    tls.accept(client).await
}

/// The test server.
fn behind() -> PgConnectOptions {
    test_url().parse().unwrap()
}

/// `TEST_DATABASE_URL` for another host and port, with this at its end.
pub(crate) fn url(host: &str, port: u16, query: &str) -> String {
    let url = test_url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap();
    let user = authority.rsplit_once('@').map(|(user, _)| format!("{user}@")).unwrap_or_default();
    let path = path.split('?').next().unwrap();
    format!("{scheme}://{user}{host}:{port}/{path}?{query}")
}

fn test_url() -> String {
    std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL is not set: run the tests by `make test`")
}
