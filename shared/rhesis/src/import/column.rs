//! What a column of a CSV file, or a key of a JSON object, is by its name.

/// How `prompt` and `expected` may be called, without case, white space, `_` and `-`. The second of each is the word of
/// Rhesis's own tables.
const PROMPT: [&str; 2] = ["prompt", "promptcontent"];
const EXPECTED: [&str; 5] =
    ["expected", "expectedresponse", "expectedoutput", "expectedanswer", "expectedresult"];

/// By how many letters a name may miss a word and still be taken for a slip.
const SLIPS: usize = 2;
/// The longest name that is compared letter by letter, in bytes.
const LONGEST: usize = 40;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Prompt,
    Expected,
    /// Neither, but perhaps meant for one: that one's name.
    Nearly(&'static str),
    /// Something that is not read.
    Other,
}

impl Column {
    pub(super) fn of(name: &str) -> Self {
        let name = plain(name);
        let slip = |words: &[&str]| {
            let near = |word: &&&str| word.len().abs_diff(name.chars().count()) <= SLIPS;
            words.iter().filter(near).any(|word| strsim::osa_distance(word, &name) <= SLIPS)
        };
        match name.as_str() {
            known if PROMPT.contains(&known) => Self::Prompt,
            known if EXPECTED.contains(&known) => Self::Expected,
            long if long.len() > LONGEST => Self::Other,
            _ if name.contains("expect") || slip(&EXPECTED) => Self::Nearly("expected"),
            _ if slip(&PROMPT) => Self::Nearly("prompt"),
            _ => Self::Other,
        }
    }
}

/// A name as it is compared: what a spreadsheet, an editor or a habit puts around and between its letters is left out, and a letter is
/// what it looks like.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| !is_between(*letter)).flat_map(char::to_lowercase).map(latin).collect()
}

/// White space, hyphens, and what is not seen: joiners, directions, the byte order mark.
fn is_between(letter: char) -> bool {
    let unseen = matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    letter.is_whitespace()
        || unseen
        || matches!(letter, '_' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '＿' | '－')
}

/// The Latin letter that a small letter looks like: one of full width, or of another script.
fn latin(letter: char) -> char {
    match letter {
        'ａ'..='ｚ' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'і' | 'ι' | 'ı' => 'i',
        'м' => 'm',
        'п' | 'ո' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'х' | 'χ' => 'x',
        _ => letter,
    }
}

/// What to do about a name that is nearly another.
pub(super) fn hint(name: &str, word: &str) -> String {
    let name = name.trim();
    format!(
        "{name:?} is not read, and may be meant for {word}: call it {word}, or give it quite another name"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_any_case_and_spelling_and_with_what_stands_around_it() {
        for name in [
            "expected",
            " Expected ",
            "EXPECTED",
            "expected_output",
            "Expected Output",
            "expectedOutput",
            "expected-response",
            "expected_answer",
            "expected_result",
            "\u{feff}expected",
            "\u{a0}expected\u{200b}",
            "ｅｘｐｅｃｔｅｄ",
            "Ｅｘｐｅｃｔｅｄ＿Ｏｕｔｐｕｔ",
            "ехресtеd",
            "ЕХРЕСТЕD",
            "expected\u{2013}answer",
            "ex\u{ad}pec\u{200d}ted",
        ] {
            assert_eq!(Column::of(name), Column::Expected, "{name:?}");
        }
        for name in [
            "prompt",
            "Prompt",
            "prompt_content",
            "promptContent",
            "\u{feff}PROMPT",
            "prompt\t",
            "ｐｒｏｍｐｔ",
            "рrоmрt",
        ] {
            assert_eq!(Column::of(name), Column::Prompt, "{name:?}");
        }
    }

    #[test]
    fn a_slip_is_seen_and_what_is_quite_another_word_is_not() {
        for name in ["expcted", "exepcted", "expected2", "expectation", "what_we_expect", "expektet"] {
            assert_eq!(Column::of(name), Column::Nearly("expected"), "{name}");
        }
        assert_eq!(Column::of("ехресt"), Column::Nearly("expected"));
        for name in ["promt", "prompts", "propmt", "prompt1"] {
            assert_eq!(Column::of(name), Column::Nearly("prompt"), "{name}");
        }
        for name in ["id", "", "topic", "system_prompt", "selected", "inspected", "print", "score", "answer"]
        {
            assert_eq!(Column::of(name), Column::Other, "{name}");
        }
    }
}
