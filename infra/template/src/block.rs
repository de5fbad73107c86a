use catalog::Spec;
use settings::{DB_ENCRYPTION_KEY, ENDPOINT_ALLOW, LOCAL_ENDPOINTS};

use crate::logical_id;

/// The resources of a kind, as they are read; words in capitals are filled in.
const BLOCK: &str = include_str!("block.yaml");

/// The resources of a kind.
pub(crate) fn of(spec: &Spec, concurrency: u32) -> String {
    let mut variables = String::new();
    let reads = settings::of(spec.kind);
    if reads.contains(&ENDPOINT_ALLOW) {
        variables.push_str("          ENDPOINT_ALLOW: !Ref EndpointAllow\n");
    }
    if reads.contains(&LOCAL_ENDPOINTS) {
        variables.push_str("          LOCAL_ENDPOINTS: !If [Local, !Ref LocalEndpoints, \"\"]\n");
    }
    if reads.contains(&DB_ENCRYPTION_KEY) {
        variables.push_str("          DB_ENCRYPTION_KEY: !If [Local, !Ref EncryptionKey, \"\"]\n");
    }
    BLOCK
        .replace("          VARIABLES\n", &variables)
        .replace("LOGICAL", &logical_id(spec.kind))
        .replace("KIND", spec.kind)
        .replace("SENTENCE", &sentence(spec))
        .replace("VISIBILITY", &spec.visibility_timeout().to_string())
        .replace("TIMEOUT", &spec.function_timeout().to_string())
        .replace("CONCURRENCY", &concurrency.to_string())
}

/// The line that lets every function send to its queue.
pub(crate) fn sender(spec: &Spec) -> String {
    format!("              - !GetAtt {}Queue.Arn\n", logical_id(spec.kind))
}

/// The output with its function's name.
pub(crate) fn output(spec: &Spec) -> String {
    let id = logical_id(spec.kind);
    format!("  {id}FunctionName: {{Value: !Ref {id}Function}}\n")
}

/// What the contract says of itself, its first line.
fn sentence(spec: &Spec) -> String {
    let said = spec.arguments()["description"].as_str().unwrap_or_default().to_owned();
    let first = said.lines().next().unwrap_or_default().trim_end_matches('.');
    let mut letters = first.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
