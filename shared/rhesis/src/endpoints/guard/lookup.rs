use std::io;
use std::net::IpAddr;
use std::pin::Pin;

/// Looks names up.
pub trait Lookup: Send + Sync {
    /// The addresses of a name at this moment.
    fn look_up(&self, name: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
}

/// As this machine does it.
#[derive(Debug, Clone, Copy)]
pub(in crate::endpoints) struct System;

impl Lookup for System {
    fn look_up(&self, name: &str) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}
