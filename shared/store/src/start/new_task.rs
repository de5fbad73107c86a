use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use task::Task;
use uuid::Uuid;

/// A task to be started, and what it overrides of its kind's policy. Times are in seconds; Postgres's clock decides.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewTask {
    /// Its id, made by the caller so that business rows can name it.
    pub id: Uuid,
    /// Which kind.
    pub kind: String,
    /// The arguments: an object that the kind's contract can read.
    pub args: Value,
    /// Not to begin before so many seconds have passed, at most a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub countdown: Option<f64>,
    /// Not to begin before this time; contradicts `countdown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta: Option<DateTime<Utc>>,
    /// To be revoked if it has not begun so many seconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<f64>,
    /// To be revoked if it has not begun at this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// How many times it may be repeated, 0 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<i32>,
    /// The longest wait before the first retry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_factor: Option<f64>,
    /// The longest wait before any retry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_cap: Option<f64>,
    /// How long one attempt may run, at most the kind's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<f64>,
    /// -1 low, 0 normal, 1 high: the order in which one sweep sends, and waiters of a limit go. SQS knows no priorities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i16>,
    /// Shares the limits that were set for this key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_key: Option<String>,
    /// The same key answers the same task, per organization and kind, as long as that task is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// Travels with the task to its handler: an object of at most 8 KiB. Not for secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Value>,
    /// The task that started this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
}

impl NewTask {
    /// Gives it an id of the caller's: the same request with the same id is the same task, any other is refused.
    #[must_use]
    pub fn identified(self, id: Uuid) -> Self {
        Self { id, idempotency_key: Some(format!("task_id:{id}")), ..self }
    }

    /// Whether its id is the caller's own.
    #[must_use]
    pub fn is_identified(&self) -> bool {
        self.idempotency_key.as_deref().and_then(|key| key.strip_prefix("task_id:"))
            == Some(&self.id.to_string())
    }

    /// Whether it can be started without looking at another: it has no parent and no idempotency key.
    #[must_use]
    pub fn refers_to_nothing(&self) -> bool {
        self.parent_id.is_none() && self.idempotency_key.is_none()
    }

    /// Whether it differs from another in its id, arguments and idempotency key only.
    pub(crate) fn shares(&self, other: &Self) -> bool {
        let Self {
            id: _,
            args: _,
            idempotency_key: _,
            kind,
            countdown,
            eta,
            expires_in,
            expires_at,
            max_retries,
            backoff_factor,
            backoff_cap,
            time_limit,
            priority,
            limit_key,
            headers,
            parent_id,
        } = self;
        (kind, countdown, eta, expires_in, expires_at, limit_key)
            == (
                &other.kind,
                &other.countdown,
                &other.eta,
                &other.expires_in,
                &other.expires_at,
                &other.limit_key,
            )
            && (max_retries, backoff_factor, backoff_cap, time_limit)
                == (&other.max_retries, &other.backoff_factor, &other.backoff_cap, &other.time_limit)
            && (priority, headers, parent_id) == (&other.priority, &other.headers, &other.parent_id)
    }

    /// A task of a known kind, with the contract's policy.
    ///
    /// # Panics
    /// If the arguments cannot be written as JSON.
    #[must_use]
    pub fn of<T: Task>(args: &T) -> Self {
        Self::named(T::KIND, serde_json::to_value(args).expect("arguments of a task are JSON"))
    }

    /// A task of a kind known by name only; the caller has checked `args` against its contract.
    #[must_use]
    pub fn named(kind: &str, args: Value) -> Self {
        Self { id: Uuid::now_v7(), kind: kind.into(), args, ..Self::default() }
    }
}
