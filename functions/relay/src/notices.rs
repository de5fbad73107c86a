use store::{Notice, Store};

/// Events that are told in one commit.
const BATCH: i32 = 200;

/// Writes every event that was noted to the log, for alarms: one line each, with fields that never change their names.
///
/// The line first, then the commit: an event may be told twice if this dies between them, by the same `notice_id`, and
/// is never lost.
///
/// # Errors
/// If Postgres could not be asked.
pub(crate) async fn tell(store: &Store, told: &mut usize, in_time: impl Fn() -> bool) -> store::Result<()> {
    while in_time() {
        let mut tx = store.begin_unbound().await?;
        let notices = store::take_notices(&mut tx, BATCH).await?;
        notices.iter().for_each(write);
        tx.commit().await?;
        *told += notices.len();
        if notices.is_empty() {
            break;
        }
    }
    Ok(())
}

fn write(notice: &Notice) {
    let text = |name: &str| notice.data[name].as_str();
    let number = |name: &str| notice.data[name].as_i64();
    let notice_id = tracing::field::display(notice.id);
    let organization_id = notice.organization_id.map(tracing::field::display);
    match notice.event.as_str() {
        "test_run.ended" => tracing::info!(
            event = "test_run_ended",
            notice_id,
            organization_id,
            test_run_id = text("test_run_id"),
            test_configuration_id = text("test_configuration_id"),
            task_id = text("task_id"),
            status = text("status"),
            total = number("total"),
            passed = number("passed"),
            failed = number("failed"),
            errors = number("errors"),
            "test run ended"
        ),
        "task.failed" => tracing::warn!(
            event = "task_failed",
            notice_id,
            organization_id,
            task_id = text("task_id"),
            kind = text("kind"),
            parent_id = text("parent_id"),
            attempt = number("attempt"),
            error_type = text("error_type"),
            "task failed"
        ),
        other => tracing::error!(event = other, notice_id, "unknown event"),
    }
}
