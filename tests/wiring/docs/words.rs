use super::Document;
use super::sources::{Sources, words};

/// Words of Celery, of Postgres, of `SQLAlchemy` and of tools, to which a document says how ours relate.
const OF_OTHERS: [&str; 12] = [
    "acks_late",
    "AsyncSession",
    "cargo-lambda",
    "chrono-tz",
    "delay_on_commit",
    "result_expires",
    "shared_task",
    "starmap",
    "statement_timeout",
    "update_state",
    "visibility_timeout",
    // What a user writes for himself behind it.
    "-- lock: why",
];

/// Names, fields and messages that stand nowhere in the sources.
pub(super) fn problems(documents: &[Document], sources: &Sources) -> Vec<String> {
    let mut problems = Vec::new();
    for document in documents {
        let mut say = |line: usize, what: &str| {
            problems.push(format!("{}:{line}: {what} stands nowhere in the sources", document.path));
        };
        for span in document.spans() {
            let text = span.text.trim();
            if OF_OTHERS.contains(&text) || text.contains("::") || is_path(text) || is_command(text) {
                continue;
            }
            // Options have values, lists and headers have parts: those may come together in the document only.
            let has_parts = text.starts_with("--") || text.contains([',', ':']);
            if is_plain(text) && !has_parts && !sources.say(text) {
                say(span.line, text);
            }
            let listed = |word: &&str| has_parts && is_plain(text) && word.len() > 2;
            let known = |word: &str| sources.has_word(word) || OF_OTHERS.contains(&word);
            for word in words(text).filter(|word| is_name(word) || listed(word)).filter(|word| !known(word)) {
                say(span.line, word);
            }
        }
        for block in document.blocks().iter().filter(|block| block.language == "json") {
            for (line, number) in block.lines.iter().zip(block.line..) {
                for key in keys(line).filter(|key| words(key).any(|word| !sources.has_word(word))) {
                    say(number, key);
                }
            }
        }
    }
    problems
}

/// Whether a text is nothing but words: a name, or a message as it is logged or answered.
fn is_plain(text: &str) -> bool {
    text.len() > 2
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || " _,:'?-".contains(letter))
        && text.contains(|letter: char| letter.is_ascii_lowercase())
}

/// Whether it is looked into as a command.
fn is_command(text: &str) -> bool {
    super::commands::KNOWN.iter().any(|program| text.starts_with(&format!("{program} ")))
}

fn is_path(text: &str) -> bool {
    text.contains('/') || text.ends_with(".json")
}

/// Whether a word is spelled as nobody spells by chance.
fn is_name(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    word.trim_matches('_').contains('_')
        || letters.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// The keys of JSON on a line.
fn keys(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("\":").filter_map(move |(end, _)| Some(&line[line[..end].rfind('"')? + 1..end]))
}
