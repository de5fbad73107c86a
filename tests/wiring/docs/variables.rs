use super::Document;
use super::sources::{Sources, words};
use crate::document::Document as Yaml;
use crate::{PIPELINE, TEMPLATE, read};

/// Functions whose lists have every setting.
const FUNCTIONS: [&str; 4] = ["api", "relay", "migrate", "execute_test"];

/// Variables of the environment that nothing reads, and parameters that the template does not have.
pub(super) fn problems(documents: &[Document], sources: &Sources) -> Vec<String> {
    let template = Yaml::parse(TEMPLATE, &read(TEMPLATE));
    let parameters = template.root().at("Parameters");
    let pipeline = Yaml::parse(PIPELINE, &read(PIPELINE));
    let of_the_pipeline = pipeline.root().at("Parameters");
    let mut problems = Vec::new();
    for document in documents {
        for span in document.spans() {
            for word in words(&span.text).filter(|word| is_variable(word) && !is_known(word, sources)) {
                problems.push(format!("{}:{}: nothing reads {word}", document.path, span.line));
            }
            let Some((name, _)) = span.text.split_once('=') else { continue };
            if is_parameter(name) && parameters.get(name).is_none() && of_the_pipeline.get(name).is_none() {
                problems
                    .push(format!("{}:{}: template.yaml has no parameter {name}", document.path, span.line));
            }
        }
    }
    problems
}

/// Parameters of the template that `docs/deploying.md` does not name.
pub(super) fn without_document(documents: &[Document]) -> Vec<String> {
    let template = Yaml::parse(TEMPLATE, &read(TEMPLATE));
    let explained = documents.iter().find(|document| document.path == "docs/deploying.md").unwrap();
    let parameters = template.root().at("Parameters").entries().map(|(name, _)| name);
    parameters
        .filter(|name| !explained.text.contains(&format!("`{name}`")))
        .map(|name| format!("{name}: give it a line in docs/deploying.md"))
        .collect()
}

/// Whether a word looks like a variable: capitals, with `_` between them.
fn is_variable(word: &str) -> bool {
    word.contains('_')
        && word.len() > 3
        && word.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether a word looks like a parameter: words run together, each with a capital.
fn is_parameter(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.chars().all(|letter| letter.is_ascii_alphanumeric())
        && word.chars().filter(char::is_ascii_uppercase).count() > 1
        && word.chars().any(|letter| letter.is_ascii_lowercase())
}

/// Whether a function, a command or a test reads it, or it is a constant of ours.
fn is_known(word: &str, sources: &Sources) -> bool {
    let is_setting = FUNCTIONS.iter().any(|it| settings::of(it).iter().any(|setting| setting.name() == word));
    // A setting that is read by its name, a constant, a limit of programs, or a variable of the pipeline.
    let ours =
        [format!("\"{word}\""), format!("const {word}:"), format!(" {word} = "), format!("vars.{word} ")];
    is_setting || sources.texts("").any(|text| ours.iter().any(|it| text.contains(it)))
}
