use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use store::{Why, invocation};

/// What a task waits for: a word, a sentence, and what they are concluded from.
#[derive(Debug)]
pub(crate) struct Reason {
    pub(crate) waiting_for: &'static str,
    pub(crate) because: String,
    pub(crate) evidence: Value,
}

/// The first thing that would have to happen before anything else can.
pub(crate) fn reason(why: &Why) -> Reason {
    if let Some(finished_at) = why.finished_at {
        return ended(why, finished_at);
    }
    if why.awaits.is_some() {
        return handed_over(why);
    }
    if let Some(since) = why.claimed_at {
        return running(why, since);
    }
    if why.cancelled_at.is_some() && why.position.is_some() {
        return cancelled(why);
    }
    if why.held {
        return held(why);
    }
    match why.not_before {
        Some(time) if time > why.now => not_yet(why, time),
        _ if why.version > why.kind_version => newer(why),
        _ if why.limited => limit(why, "It waits for a task with the same limit_key to end."),
        _ => due(why),
    }
}

fn ended(why: &Why, finished_at: DateTime<Utc>) -> Reason {
    Reason {
        waiting_for: "nothing",
        because: format!("It ended as {} at {}.", why.status, shown(finished_at)),
        evidence: json!({
            "finished_at": shown(finished_at), "attempt": why.attempt, "error_type": why.error_type,
        }),
    }
}

fn handed_over(why: &Why) -> Reason {
    let (done, total) = (why.done.unwrap_or(0), why.total.unwrap_or(0));
    Reason {
        waiting_for: "group",
        because: if done < total {
            format!("It was handed over to a group, of which {done} of {total} members have ended.")
        } else {
            "It was handed over to a group whose members have ended, and whose callback has not.".into()
        },
        evidence: json!({ "group_id": why.awaits, "done": done, "total": total }),
    }
}

fn running(why: &Why, since: DateTime<Utc>) -> Reason {
    let (request_id, log_stream) = invocation(why.claimed_by.as_deref());
    let lease_until = why.visible_at.map(shown);
    let lost = why.visible_at.is_some_and(|until| until <= why.now);
    let evidence = json!({
        "attempt": why.attempt, "since": shown(since), "request_id": request_id, "log_stream": log_stream,
        "lease_until": lease_until, "relay_swept_at": why.swept_at.map(shown),
    });
    if lost {
        let because = "Its function has given no sign of life; the relay is to declare the attempt lost.";
        return Reason { waiting_for: "relay", because: because.into(), evidence };
    }
    let because = format!("Attempt {} has been running since {}.", why.attempt, shown(since));
    Reason { waiting_for: "function", because, evidence }
}

fn cancelled(why: &Why) -> Reason {
    Reason {
        waiting_for: "relay",
        because: "Its group was cancelled; the relay is to end it.".into(),
        evidence: json!({
            "group_id": why.group_id, "cancelled_at": why.cancelled_at.map(shown),
            "relay_swept_at": why.swept_at.map(shown),
        }),
    }
}

fn held(why: &Why) -> Reason {
    let remaining = why.remaining.unwrap_or(0);
    match why.position {
        None => Reason {
            waiting_for: "members",
            because: format!("It follows its group, of which {remaining} members have not ended."),
            evidence: json!({ "group_id": why.group_id, "remaining": remaining }),
        },
        Some(position) => {
            let (window, ahead) = (why.window.unwrap_or(0), why.ahead.unwrap_or(0));
            Reason {
                waiting_for: "window",
                because: format!("Its group lets {window} members run at a time, and {ahead} are before it."),
                evidence: json!({
                    "group_id": why.group_id, "position": position, "window": window, "ahead": ahead,
                }),
            }
        }
    }
}

fn not_yet(why: &Why, time: DateTime<Utc>) -> Reason {
    // A message is repeated before its time only for a task that came too soon for the rate of its key.
    if why.rate.is_some() && why.dispatches.unwrap_or(0) > 1 {
        return limit(why, &format!("The rate of its limit_key lets it begin at {}.", shown(time)));
    }
    Reason {
        waiting_for: "time",
        because: match why.retries {
            Some(retries) if retries > 0 => {
                format!("Attempt {} failed; the next may begin at {}.", why.attempt - 1, shown(time))
            }
            _ => format!("It may begin at {}.", shown(time)),
        },
        evidence: json!({ "not_before": shown(time), "attempt": why.attempt, "retries": why.retries }),
    }
}

fn newer(why: &Why) -> Reason {
    Reason {
        waiting_for: "deployment",
        because: format!("Its arguments are of version {}, and no function reads them yet.", why.version),
        evidence: json!({ "version": why.version, "kind_version": why.kind_version }),
    }
}

fn limit(why: &Why, because: &str) -> Reason {
    Reason {
        waiting_for: "limit",
        because: because.into(),
        evidence: json!({
            "limit_key": why.limit_key, "max_running": why.max_running, "running": why.running,
            "rate": why.rate.map(|count| json!({ "count": count, "per_seconds": why.per_seconds })),
            "not_before": why.not_before.map(shown),
        }),
    }
}

fn due(why: &Why) -> Reason {
    let evidence = json!({
        "dispatches": why.dispatches, "due_since": why.not_before.map(shown),
        "next_repeat_at": why.visible_at.map(shown), "relay_swept_at": why.swept_at.map(shown),
    });
    match why.visible_at {
        Some(next) if next > why.now => Reason {
            waiting_for: "message",
            because: format!(
                "Its message is on its way to its function, and is repeated at {}.",
                shown(next)
            ),
            evidence,
        },
        _ => Reason {
            waiting_for: "relay",
            because: "Its message is due, and the relay has not sent it yet.".into(),
            evidence,
        },
    }
}

/// A time as every answer shows it.
fn shown(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
