//! Types of fields that are texts or anything in the code, where only some texts may be there.

use catalog::Spec;
use serde_json::json;
use task::Status;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// A type that is only documented: its name, what it is, its schema, and the types that this refers to.
macro_rules! documented {
    ($(#[doc = $about:literal])+ $name:ident: $schema:expr $(; $($part:ty),+)?) => {
        $(#[doc = $about])+
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.description(Some(concat!($($about),+).trim())).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            $(fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.extend([$((<$part>::name().into_owned(), <$part>::schema())),+]);
            })?
        }
    };
}

pub(crate) use documented;

documented! {
    /// Where a task stands, in Celery's words; the last three are final.
    TaskStatus: words(Status::ALL.map(Status::as_str))
}

documented! {
    /// The name of a kind of task.
    TaskKind: kinds(|_| true)
}

documented! {
    /// The name of a kind of task that may be started from outside.
    StartableKind: kinds(|spec| !spec.internal)
}

documented! {
    /// An HTTP method that endpoints are called by.
    HttpMethod: words(["POST", "GET", "PUT", "PATCH", "DELETE"])
}

documented! {
    /// Which kinds of tests a metric is for.
    MetricScope: words(["Single-Turn", "Multi-Turn"])
}

documented! {
    /// Who is sent first of all that is due.
    Priority: words(["low", "normal", "high"])
}

documented! {
    /// When the callback of a group is fired: however its members end, or if all have succeeded.
    GroupPolicy: words(["all_ended", "all_succeeded"]).default(Some("all_ended".into()))
}

documented! {
    /// What becomes of the ticks of a schedule that nobody took up in time: nothing, one task for all, or one for each.
    CatchUp: words(["skip", "one", "all"]).default(Some("skip".into()))
}

documented! {
    /// Whether the tests of a run are executed one after the other.
    ExecutionMode: words(["Parallel", "Sequential"]).default(Some("Parallel".into()))
}

documented! {
    /// What judges an answer.
    MetricClass: words(rhesis::metrics::CLASSES)
}

documented! {
    /// How an endpoint is spoken to.
    Protocol: words(["REST", "WebSocket"]).default(Some("REST".into()))
}

documented! {
    /// The first thing that would have to happen before anything else can.
    WaitingFor: words([
        "nothing", "function", "group", "members", "window", "time", "deployment", "limit", "message", "relay",
    ])
}

documented! {
    /// A number of seconds from now, or a time.
    Expiry: AnyOfBuilder::new()
        .item(
            ObjectBuilder::new()
                .schema_type(Type::Number)
                .exclusive_minimum(Some(0))
                .maximum(Some(63_072_000))
                .examples([json!(3600)]),
        )
        .item(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
        )
}

fn words<const N: usize>(words: [&str; N]) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

/// The names of kinds; an example is of the one that takes nothing.
fn kinds(which: fn(&Spec) -> bool) -> ObjectBuilder {
    let names = catalog::TASKS.iter().filter(|spec| which(spec)).map(|spec| spec.kind);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(names.collect::<Vec<_>>()))
        .examples([json!("count_test_sets")])
}
