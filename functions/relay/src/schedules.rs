use queue::Queue;
use store::{Fire, Store};

use crate::Swept;

/// Schedules that are read at once.
const BATCH: i32 = 200;

/// Tasks that are started in one commit before the next: a schedule that was long away may alone bring so many.
const TICKS: usize = 1000;

/// Starts the tasks of every schedule whose tick has come, once per tick however many relays do so at once.
///
/// Each schedule is looked at once per sweep, so that one that is stuck, or catches up on thousands of ticks, holds up no
/// other.
///
/// # Errors
/// If Postgres could not be asked. What was already started stays.
pub(crate) async fn fire(
    store: &Store,
    queue: &Queue,
    swept: &mut Swept,
    in_time: impl Fn() -> bool,
) -> store::Result<()> {
    let mut after = None;
    while in_time() {
        let due = store.due_schedules(after, BATCH).await?;
        let Some(last) = due.schedules.last() else { break };
        after = Some(last.id);
        let mut fires: Vec<Fire> = Vec::new();
        let mut ticks = 0;
        for schedule in &due.schedules {
            let fire = schedule.fire(due.now);
            ticks += fire.ticks.len();
            fires.push(fire);
            if ticks >= TICKS {
                commit(store, queue, swept, &fires).await?;
                fires.clear();
                ticks = 0;
                if !in_time() {
                    return Ok(());
                }
            }
        }
        if !fires.is_empty() {
            commit(store, queue, swept, &fires).await?;
        }
    }
    Ok(())
}

async fn commit(store: &Store, queue: &Queue, swept: &mut Swept, fires: &[Fire]) -> store::Result<()> {
    let fired = store.fire_schedules(fires).await?;
    swept.scheduled += fired.tasks;
    swept.schedules_paused += fired.paused;
    swept.schedules_stuck += fired.stuck;
    swept.send(queue, &fired.wakes).await;
    Ok(())
}
