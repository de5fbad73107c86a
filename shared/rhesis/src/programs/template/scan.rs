//! Counts the words and signs of a text, before the parser recurses through them. Takes time linear in its length.

use minijinja::machinery::{Token, tokenize};

use crate::programs::BadProgram;
use crate::programs::limits::{BLOCK_NESTING, TAG_NESTING, TAG_TOKENS, TEMPLATE_TOKENS};

/// What may stand behind `{%`; `raw` is read by the lexer.
const STATEMENTS: [&str; 9] = ["for", "if", "elif", "else", "with", "set", "endfor", "endif", "endwith"];

/// What the texts of a template have had so far, together.
#[derive(Debug, Default)]
pub(super) struct Scan {
    tokens: usize,
}

impl Scan {
    /// Takes one text in.
    pub(super) fn take(&mut self, text: &str) -> Result<(), BadProgram> {
        let (mut in_tag, mut brackets) = (0_usize, 0_usize);
        let mut blocks = Blocks::default();
        let mut opens_block = false;
        for token in tokenize(text, false, Default::default()) {
            let (token, _) = token.map_err(|error| super::unreadable(&error))?;
            if matches!(token, Token::TemplateData(_)) {
                continue;
            }
            self.tokens += 1;
            in_tag += 1;
            TEMPLATE_TOKENS.check(self.tokens)?;
            TAG_TOKENS.check(in_tag)?;
            match token {
                Token::VariableEnd | Token::BlockEnd => (in_tag, brackets) = (0, 0),
                Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                    brackets += 1;
                    TAG_NESTING.check(brackets)?;
                }
                Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                    brackets = brackets.saturating_sub(1);
                }
                Token::Ident(statement) if opens_block => blocks.take(statement)?,
                _ => {}
            }
            opens_block = matches!(token, Token::BlockStart);
        }
        Ok(())
    }
}

/// The blocks that are open, each with the levels of recursion that it is.
#[derive(Debug, Default)]
struct Blocks(Vec<usize>);

impl Blocks {
    fn take(&mut self, statement: &str) -> Result<(), BadProgram> {
        if !STATEMENTS.contains(&statement) {
            let known = STATEMENTS.join(", ");
            return Err(BadProgram::invalid(format!("says {{% {statement} %}}: there are {known}, raw")));
        }
        match statement {
            "for" | "if" | "with" => self.0.push(1),
            // An elif is an if within the else of the one before.
            "elif" => self.0.iter_mut().last().into_iter().for_each(|levels| *levels += 1),
            "endfor" | "endif" | "endwith" => drop(self.0.pop()),
            _ => {}
        }
        Ok(BLOCK_NESTING.check(self.0.iter().sum::<usize>())?)
    }
}
