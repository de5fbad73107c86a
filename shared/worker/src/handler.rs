use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;
use task::{Error, Task};

use crate::{Context, End};

/// A handler whose types are forgotten: JSON in, JSON out. So the engine around it is compiled once.
pub(crate) type Handler = Arc<dyn Fn(Value, Context) -> Attempt + Send + Sync>;

type Attempt = Pin<Box<dyn Future<Output = task::Result<End<Value>>> + Send>>;

/// Wraps a typed handler.
pub(crate) fn erase<T, F, Fut, R>(handler: F) -> Handler
where
    T: Task,
    F: Fn(T, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = task::Result<R>> + Send + 'static,
    R: Into<End<T::Output>>,
{
    Arc::new(move |args, ctx| match serde_json::from_value::<T>(args) {
        Ok(args) => {
            let attempt = handler(args, ctx);
            Box::pin(async move {
                Ok(match attempt.await?.into() {
                    End::Output(output) => End::Output(serde_json::to_value(output)?),
                    End::HandOver(group) => End::HandOver(group),
                    End::Continue(cursor) => End::Continue(cursor),
                })
            })
        }
        Err(error) => Box::pin(async move {
            Err(Error::permanent(format_args!("args no longer fit the contract: {error}")).of_kind("BadArgs"))
        }),
    })
}
