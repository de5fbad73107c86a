//! A server that asks for a password in the clear inside TLS, as Amazon RDS asks for tokens, and nothing more.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::front::accept;

const ASK_FOR_PASSWORD: [u8; 9] = [b'R', 0, 0, 0, 8, 0, 0, 0, 3];
const WELCOME: [u8; 9] = [b'R', 0, 0, 0, 8, 0, 0, 0, 0];
const READY: [u8; 6] = [b'Z', 0, 0, 0, 5, b'I'];

/// What was said at the door.
#[derive(Clone, Default)]
pub(crate) struct Door {
    opens_for: Arc<Mutex<Option<String>>>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Door {
    /// Opens the door, for this password only if there is one; answers its port.
    pub(crate) async fn start(&self, tls: TlsAcceptor) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let door = self.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(door.clone().serve(client, tls.clone()));
            }
        });
        port
    }

    pub(crate) fn only_for(&self, password: &str) {
        *self.opens_for.lock().unwrap() = Some(password.to_owned());
    }

    /// `user password` of every log-in, in their order.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    async fn serve(self, client: TcpStream, tls: TlsAcceptor) -> std::io::Result<()> {
        let mut client = accept(client, &tls).await?;
        let startup = body(&mut client).await?;
        let user =
            startup.split(|byte| *byte == 0).skip_while(|word| !word.ends_with(b"user")).nth(1).unwrap();
        client.write_all(&ASK_FOR_PASSWORD).await?;
        client.flush().await?;
        assert_eq!(client.read_u8().await?, b'p');
        let password = body(&mut client).await?;
        let password = String::from_utf8_lossy(&password).trim_end_matches('\0').to_owned();
        self.said.lock().unwrap().push(format!("{} {password}", String::from_utf8_lossy(user)));
        if self.opens_for.lock().unwrap().as_ref().is_some_and(|only| *only != password) {
            let text = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0";
            client.write_u8(b'E').await?;
            client.write_u32(u32::try_from(text.len()).unwrap() + 4).await?;
            client.write_all(text).await?;
            return client.shutdown().await;
        }
        client.write_all(&[&WELCOME[..], &READY].concat()).await?;
        client.flush().await?;
        // Whatever is asked, a ping among it, is answered by being ready; a good-bye by going.
        while client.read_u8().await? != b'X' {
            body(&mut client).await?;
            client.write_all(&READY).await?;
            client.flush().await?;
        }
        Ok(())
    }
}

/// A message without its type.
async fn body(client: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> std::io::Result<Vec<u8>> {
    let length = client.read_u32().await? as usize - 4;
    let mut body = vec![0; length];
    client.read_exact(&mut body).await?;
    Ok(body)
}
