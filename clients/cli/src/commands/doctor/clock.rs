use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::finding::Finding;

/// Beyond this, times of start and expiry that people give are wrong by what they notice.
const NOTICED: TimeDelta = TimeDelta::seconds(2);
/// AWS refuses signatures that are five minutes off; tokens of a minute's life are past before they come.
const FATAL: TimeDelta = TimeDelta::seconds(60);

/// How far this machine's clock and the server's are apart, beyond what the way there and back explains.
pub(super) async fn examine(connection: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let (before, begun) = (Utc::now(), Instant::now());
    let server: DateTime<Utc> = sql::query_scalar("select clock_timestamp()").fetch_one(connection).await?;
    let way = TimeDelta::from_std(begun.elapsed()).unwrap_or(FATAL);
    Ok(judge(apart(before, server, way)))
}

fn apart(before: DateTime<Utc>, server: DateTime<Utc>, way: TimeDelta) -> TimeDelta {
    let early = before - server;
    let late = server - (before + way);
    early.max(late).max(TimeDelta::zero())
}

fn judge(apart: TimeDelta) -> Vec<Finding> {
    let found = format!("this machine's clock and the server's are {} s apart", apart.num_seconds());
    let what_to_do = "Set both by NTP; the server's counts for tasks.";
    match apart {
        apart if apart > FATAL => vec![Finding::fault("clock", found, what_to_do)],
        apart if apart > NOTICED => vec![Finding::warning("clock", found, what_to_do)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;

    #[test]
    fn clocks_that_are_apart_are_told_and_a_long_way_is_no_difference() {
        let now = Utc::now();
        let second = TimeDelta::seconds;
        assert_eq!(judge(apart(now, now + second(3), second(5))), []);
        assert_eq!(judge(apart(now, now + second(10), second(5)))[0].severity, Severity::Warning);
        assert_eq!(judge(apart(now, now - second(10), second(5)))[0].severity, Severity::Warning);
        assert_eq!(judge(apart(now, now - second(100), second(0)))[0].severity, Severity::Fault);
    }
}
