use crate::document::{At, Document};

/// A function of the template, and what calls it by name.
#[derive(Clone, Copy)]
pub(crate) struct Function<'a> {
    /// The end of its name: a kind, or `api`, `relay`, `migrate`.
    pub(crate) name: &'a str,
    /// Its logical id.
    pub(crate) id: &'a str,
    /// Its properties.
    pub(crate) properties: At<'a>,
}

/// The functions of the template.
pub(crate) fn all(template: &Document) -> Vec<Function<'_>> {
    of_type(template, "AWS::Serverless::Function")
        .map(|(id, properties)| Function { name: name(properties.at("FunctionName")), id, properties })
        .collect()
}

/// The resources of a type: logical id and properties.
pub(crate) fn of_type<'a>(
    template: &'a Document,
    wanted: &'static str,
) -> impl Iterator<Item = (&'a str, At<'a>)> {
    let resources = template.root().at("Resources").entries();
    resources
        .filter(move |(_, resource)| resource.at("Type").text() == wanted)
        .map(|(id, resource)| (id, resource.get("Properties").unwrap_or(resource)))
}

/// What stands behind the stack's name.
pub(crate) fn name(value: At<'_>) -> &str {
    value.text().trim_start_matches("${AWS::StackName}-")
}
