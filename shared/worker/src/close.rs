use std::time::Duration;

use store::{Claimed, Ending, Group, Settled, Store};
use uuid::Uuid;

use crate::Tx;

/// How an attempt shall be closed.
pub(crate) enum Close {
    End(Ending),
    HandOver(Group),
}

/// What is left to write when a handler has returned.
pub(crate) enum Finished {
    /// Everything was committed with the handler's transaction.
    Settled(Settled),
    /// This.
    Open(Ending),
}

/// Ends the attempt in the handler's transaction, if it kept one and the end stands for good: fence, end and commit, or
/// nothing at all. An end without a transaction is left open, to be written together with its neighbours'.
pub(crate) async fn close(
    store: &Store,
    token: Uuid,
    claimed: &Claimed,
    end: Close,
    kept: Option<Tx>,
) -> store::Result<Finished> {
    let Claimed { task_id, attempt, .. } = *claimed;
    let (mut inner, wakes) = match (kept, &end) {
        (Some(_), Close::End(ending)) if !ending.stands() => return Ok(Finished::Open(ending.clone())),
        (Some(Tx { inner, wakes, .. }), _) => (inner, wakes),
        (None, Close::End(ending)) => return Ok(Finished::Open(ending.clone())),
        (None, Close::HandOver(group)) => {
            return Ok(Finished::Settled(store.hand_over(token, task_id, attempt, group).await?));
        }
    };
    store::unbind(&mut inner).await?;
    let mut settled = match &end {
        Close::End(ending) => store::finish_in(&mut inner, token, std::slice::from_ref(ending)).await?,
        Close::HandOver(group) => store::hand_over_in(&mut inner, token, task_id, attempt, group).await?,
    };
    if settled.ended.is_empty() {
        inner.rollback().await?;
        return Ok(Finished::Settled(settled));
    }
    settled.wakes.extend(wakes);
    match inner.commit().await {
        Ok(()) => Ok(Finished::Settled(settled)),
        Err(error) => after_doubt(store, token, task_id, settled, error).await,
    }
}

/// A commit whose answer was lost. A claim that still holds says that it did not happen; one that is gone, that it did, or
/// that somebody else has the task: either way there is nothing more to write.
async fn after_doubt(
    store: &Store,
    token: Uuid,
    task_id: Uuid,
    settled: Settled,
    error: sqlx::Error,
) -> store::Result<Finished> {
    for pause in [100, 400, 1600] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        match store.still_held(token, &[task_id]).await {
            Ok(held) if held.is_empty() => return Ok(Finished::Settled(settled)),
            Ok(_) => return Err(error),
            Err(_) => {}
        }
    }
    Ok(Finished::Settled(Settled::default()))
}
