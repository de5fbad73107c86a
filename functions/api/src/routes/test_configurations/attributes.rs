use uuid::Uuid;

use crate::document::words;
use crate::request::fields::body;

body! {
    /// How the tests of a run are executed and judged.
    pub(crate) struct RunAttributes {
        /// One after the other, or several at a time.
        #[schema(value_type = Option<words::ExecutionMode>)]
        execution_mode: Option<String>,
        /// How many tests may be in flight.
        #[schema(minimum = 1, maximum = 64, default = 10)]
        batch_concurrency: Option<u16>,
        /// How long one attempt of a test may take, in seconds.
        #[schema(minimum = 1, maximum = 240, default = 120)]
        per_test_timeout: Option<u16>,
        /// The metrics that judge instead of those of the test set.
        #[schema(max_items = 100)]
        metrics: Option<Vec<MetricReference>>,
        /// The model that judges where a metric names none.
        evaluation_model_id: Option<Uuid>,
    }
}

body! {
    /// A metric by its id.
    pub(crate) struct MetricReference {
        /// The metric.
        id: Uuid,
    }
}
