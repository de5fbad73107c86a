use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::document::words;

/// A task, and where it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskReference {
    /// The task.
    pub(crate) task_id: Uuid,
    /// Where it stands.
    #[schema(value_type = words::TaskStatus)]
    pub(crate) status: String,
}
