use serde_json::{Map, Value};

use crate::answer::problem::Problem;
use crate::request::body::Object;

/// What a body calls the fields that have two names, ours and those of Rhesis's SDK.
pub(super) struct Names {
    /// Whether the connection is said as the SDK says it.
    pub(super) sdk: bool,
    pub(super) protocol: &'static str,
    pub(super) template: &'static str,
    pub(super) mappings: &'static str,
}

impl Names {
    /// Ours alone.
    pub(super) const OWN: Self = Self {
        sdk: false,
        protocol: "protocol",
        template: "request_body_template",
        mappings: "response_mappings",
    };

    /// The names of a body, which must not say one thing under both.
    pub(super) fn of(body: &Object) -> Result<Self, Problem> {
        if body.has("auth_token") && body.has("auth") {
            return Err(Problem::invalid("auth_token", "contradicts auth: give one of them"));
        }
        let sdk = body.has("connection_type") && !body.has("protocol");
        Ok(Self {
            sdk,
            protocol: one_of(body, "protocol", "connection_type")?,
            template: one_of(body, "request_body_template", "request_mapping")?,
            mappings: one_of(body, "response_mappings", "response_mapping")?,
        })
    }

    /// The name by which the body calls a field of ours.
    pub(super) fn spoken(&self, field: &str) -> String {
        let own = [
            ("protocol", self.protocol),
            ("request_body_template", self.template),
            ("response_mappings", self.mappings),
        ];
        let said = own.into_iter().find_map(|(own, said)| {
            let rest = field.strip_prefix(own)?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then(|| format!("{said}{rest}"))
        });
        said.unwrap_or_else(|| field.to_owned())
    }

    /// The paths of a mapping: under the SDK's name `answer.text` stands for `$.answer.text`.
    pub(super) fn paths(&self, mut mappings: Map<String, Value>) -> Map<String, Value> {
        if self.mappings == "response_mapping" {
            for path in mappings.values_mut() {
                let bare = path.as_str().filter(|path| !path.starts_with('$') && !path.contains("{{"));
                if let Some(rooted) = bare.map(|path| format!("$.{path}")) {
                    *path = rooted.into();
                }
            }
        }
        mappings
    }
}

/// The name by which a body says a field. What is shown says both, and may be sent back as it is.
fn one_of(body: &Object, own: &'static str, sdk: &'static str) -> Result<&'static str, Problem> {
    match (body.has(own), body.has(sdk)) {
        (true, true) if body.0.get(own) != body.0.get(sdk) => {
            Err(Problem::invalid(sdk, format!("contradicts {own}: give one of them")))
        }
        (false, true) => Ok(sdk),
        _ => Ok(own),
    }
}
