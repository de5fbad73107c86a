use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::document::words;
use crate::request::fields::body;

body! {
    /// A task to be started; what is not said is its kind's policy.
    pub(crate) struct StartTask {
        /// What its kind takes.
        #[schema(value_type = Option<Object>)]
        args: Option<Value>,
        /// Not to begin before so many seconds have passed.
        #[schema(minimum = 0, maximum = 31_536_000)]
        countdown: Option<f64>,
        /// Not to begin before this time; not together with `countdown`.
        eta: Option<DateTime<Utc>>,
        /// To be revoked if it has not begun: a number of seconds from now, or a time.
        #[schema(value_type = Option<words::Expiry>)]
        expires: Option<Value>,
        /// How often it may be repeated; 0: the first failure is final.
        #[schema(minimum = 0, maximum = 1000)]
        max_retries: Option<i32>,
        /// How long it waits before a retry.
        backoff: Option<BackoffOption>,
        /// How long one attempt may run, in seconds, up to the kind's own limit.
        // Lambda gives a function 900 s, and 5 of them are to write down how it ended.
        #[schema(minimum = 1, maximum = 895)]
        time_limit: Option<f64>,
        /// Who is sent first of all that is due, and goes first behind a limit.
        #[schema(value_type = Option<words::Priority>)]
        priority: Option<String>,
        /// It shares the limit of this key.
        #[schema(min_length = 1, max_length = 255)]
        limit_key: Option<String>,
        /// Texts for its handler to read, at most 8192 bytes. Not for secrets.
        #[schema(value_type = Option<HashMap<String, String>>)]
        headers: Option<Value>,
        /// The task that it belongs to.
        parent_id: Option<Uuid>,
        /// The same request with the same key starts nothing anew.
        #[schema(min_length = 1, max_length = 255)]
        idempotency_key: Option<String>,
        /// The task's id, made by the caller; not together with `idempotency_key`.
        task_id: Option<Uuid>,
    }
}

body! {
    /// One of many tasks to be started.
    pub(crate) struct ListedTask {
        /// The name of a kind.
        #[schema(value_type = words::StartableKind)]
        kind: String,
        /// What its kind takes.
        #[schema(value_type = Option<Object>)]
        args: Option<Value>,
        /// Not to begin before so many seconds have passed.
        #[schema(minimum = 0, maximum = 31_536_000)]
        countdown: Option<f64>,
        /// Not to begin before this time; not together with `countdown`.
        eta: Option<DateTime<Utc>>,
        /// To be revoked if it has not begun: a number of seconds from now, or a time.
        #[schema(value_type = Option<words::Expiry>)]
        expires: Option<Value>,
        /// How often it may be repeated; 0: the first failure is final.
        #[schema(minimum = 0, maximum = 1000)]
        max_retries: Option<i32>,
        /// How long it waits before a retry.
        backoff: Option<BackoffOption>,
        /// How long one attempt may run, in seconds, up to the kind's own limit.
        // Lambda gives a function 900 s, and 5 of them are to write down how it ended.
        #[schema(minimum = 1, maximum = 895)]
        time_limit: Option<f64>,
        /// Who is sent first of all that is due, and goes first behind a limit.
        #[schema(value_type = Option<words::Priority>)]
        priority: Option<String>,
        /// It shares the limit of this key.
        #[schema(min_length = 1, max_length = 255)]
        limit_key: Option<String>,
        /// Texts for its handler to read, at most 8192 bytes. Not for secrets.
        #[schema(value_type = Option<HashMap<String, String>>)]
        headers: Option<Value>,
        /// The task that it belongs to.
        parent_id: Option<Uuid>,
        /// The same request with the same key starts nothing anew.
        #[schema(min_length = 1, max_length = 255)]
        idempotency_key: Option<String>,
        /// The task's id, made by the caller; not together with `idempotency_key`.
        task_id: Option<Uuid>,
    }
}

body! {
    /// A task of a group, which begins when its group lets it go.
    pub(crate) struct MemberTask {
        /// The name of a kind.
        #[schema(value_type = words::StartableKind)]
        kind: String,
        /// What its kind takes.
        #[schema(value_type = Option<Object>)]
        args: Option<Value>,
        /// To be revoked if it has not begun: a number of seconds from now, or a time.
        #[schema(value_type = Option<words::Expiry>)]
        expires: Option<Value>,
        /// How often it may be repeated; 0: the first failure is final.
        #[schema(minimum = 0, maximum = 1000)]
        max_retries: Option<i32>,
        /// How long it waits before a retry.
        backoff: Option<BackoffOption>,
        /// How long one attempt may run, in seconds, up to the kind's own limit.
        // Lambda gives a function 900 s, and 5 of them are to write down how it ended.
        #[schema(minimum = 1, maximum = 895)]
        time_limit: Option<f64>,
        /// Who is sent first of all that is due, and goes first behind a limit.
        #[schema(value_type = Option<words::Priority>)]
        priority: Option<String>,
        /// It shares the limit of this key.
        #[schema(min_length = 1, max_length = 255)]
        limit_key: Option<String>,
        /// Texts for its handler to read, at most 8192 bytes. Not for secrets.
        #[schema(value_type = Option<HashMap<String, String>>)]
        headers: Option<Value>,
        /// The task that it belongs to.
        parent_id: Option<Uuid>,
    }
}

body! {
    /// How long a task waits before its retries, in seconds.
    pub(crate) struct BackoffOption {
        /// The longest wait before the first retry.
        #[schema(exclusive_minimum = 0, maximum = 86_400)]
        factor: Option<f64>,
        /// The longest wait before any retry; not below `factor`.
        #[schema(exclusive_minimum = 0, maximum = 86_400)]
        cap: Option<f64>,
    }
}
