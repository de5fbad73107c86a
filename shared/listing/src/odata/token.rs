use super::error::{BadFilter, bad, quoted};
use crate::column::Kind;
use crate::value::Value;

/// A piece of a filter, and at which character it begins, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) is: Piece,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// A column, an operator, a function, `true`, `false` or `null`.
    Word(String),
    /// A text, number, UUID or time.
    Value(Value),
    Open,
    Close,
    Comma,
    End,
}

impl Piece {
    /// What it is called in a sentence.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Word(word) => quoted(word),
            Self::Value(Value::Text(text)) => quoted(&format!("'{text}'")),
            Self::Value(_) => "a value".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::Comma => "`,`".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// The pieces of a filter; the last one is its end.
pub(super) fn tokens(filter: &str) -> Result<Vec<Token>, BadFilter> {
    let characters: Vec<char> = filter.chars().collect();
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(character) = characters.get(place) {
        let begin = place;
        let is = match character {
            ' ' | '\t' | '\r' | '\n' => {
                place += 1;
                continue;
            }
            '(' => Piece::Open,
            ')' => Piece::Close,
            ',' => Piece::Comma,
            '\'' => {
                let (text, end) = text(&characters, begin)?;
                place = end;
                Piece::Value(Value::Text(text))
            }
            _ => {
                let run = characters[begin..].iter().take_while(|next| in_a_run(**next)).count();
                place += run.saturating_sub(1);
                run_of(&characters[begin..begin + run]).ok_or_else(|| {
                    let text: String = characters[begin..begin + run.max(1)].iter().collect();
                    bad(begin + 1, format!("cannot read {}; texts stand in single quotes", quoted(&text)))
                })?
            }
        };
        place += 1;
        tokens.push(Token { at: begin + 1, is });
    }
    tokens.push(Token { at: characters.len() + 1, is: Piece::End });
    Ok(tokens)
}

fn in_a_run(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_.:+-".contains(character)
}

/// The text that begins with the quotation mark at `begin`, two of which stand for one in it; and where it ends.
fn text(characters: &[char], begin: usize) -> Result<(String, usize), BadFilter> {
    let (mut text, mut place) = (String::new(), begin + 1);
    loop {
        match (characters.get(place), characters.get(place + 1)) {
            (Some('\''), Some('\'')) => {
                text.push('\'');
                place += 2;
            }
            (Some('\''), _) => return Ok((text, place)),
            (Some(character), _) => {
                text.push(*character);
                place += 1;
            }
            (None, _) => {
                return Err(bad(begin + 1, "the text that begins here has no closing quotation mark"));
            }
        }
    }
}

fn run_of(run: &[char]) -> Option<Piece> {
    let text: String = run.iter().collect();
    for kind in [Kind::Uuid, Kind::Time] {
        // 32 digits without hyphens are a number before they are a UUID.
        if let Some(value) = Value::from_text(kind, &text).filter(|_| text.contains('-')) {
            return Some(Piece::Value(value));
        }
    }
    let first = *run.first()?;
    if first.is_ascii_alphabetic() || first == '_' {
        let plain = run.iter().all(|character| character.is_ascii_alphanumeric() || *character == '_');
        return plain.then_some(Piece::Word(text));
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Piece::Value(Value::Number(number)))
}
