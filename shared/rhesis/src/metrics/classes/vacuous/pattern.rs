use std::collections::HashSet;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Hir, HirKind, Look};

/// The most states that are looked at, with 256 bytes for each, times those of the pattern; one that needs more is taken for
/// one that says something.
const MOST_STEPS: usize = 20_000_000;
/// The largest automaton, in bytes.
const MAX_COMPILED: usize = 1024 * 1024;
/// Every text there is, as bytes.
const ANY_TEXT: &str = r"(?s)\A.*\z";

/// Which texts a regular expression matches somewhere in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::metrics::classes) enum Matched {
    /// Every text, the empty one too.
    All,
    /// Some and not others, or it is not known.
    Some,
    /// No text at all.
    None,
}

impl Matched {
    /// What this pattern matches: its automaton is walked over every text, which ends where no state is new.
    pub(in crate::metrics::classes) fn by(pattern: &str) -> Self {
        walk(pattern).unwrap_or(Self::Some)
    }
}

/// An automaton as far as it was built.
struct Lazy {
    dfa: DFA,
    cache: Cache,
}

impl Lazy {
    fn of(pattern: &str) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(MAX_COMPILED)))
            .build_from_hir(&with_ascii_words(syntax::parse(pattern).ok()?))
            .ok()?;
        let dfa = DFA::builder().build_from_nfa(nfa).ok()?;
        let cache = dfa.create_cache();
        Some(Self { dfa, cache })
    }

    fn start(&mut self, anchored: Anchored) -> Option<LazyStateID> {
        self.dfa.start_state_forward(&mut self.cache, &Input::new("").anchored(anchored)).ok()
    }

    fn next(&mut self, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        self.dfa.next_state(&mut self.cache, state, byte).ok()
    }

    fn matches_at_end(&mut self, state: LazyStateID) -> Option<bool> {
        self.dfa.next_eoi_state(&mut self.cache, state).ok().map(|state| state.is_match())
    }
}

/// The same, with words of ASCII where it asks for the borders of words: the borders of others are nothing that an automaton of
/// this kind knows, and that every text has a border or has none is as true of either.
fn with_ascii_words(pattern: Hir) -> Hir {
    match pattern.into_kind() {
        HirKind::Look(look) => Hir::look(match look {
            Look::WordUnicode => Look::WordAscii,
            Look::WordUnicodeNegate => Look::WordAsciiNegate,
            Look::WordStartUnicode => Look::WordStartAscii,
            Look::WordEndUnicode => Look::WordEndAscii,
            Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
            Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
            other => other,
        }),
        HirKind::Repetition(mut repeated) => {
            repeated.sub = Box::new(with_ascii_words(*repeated.sub));
            Hir::repetition(repeated)
        }
        HirKind::Capture(mut capture) => {
            capture.sub = Box::new(with_ascii_words(*capture.sub));
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(with_ascii_words).collect()),
        HirKind::Alternation(ways) => Hir::alternation(ways.into_iter().map(with_ascii_words).collect()),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Empty => Hir::empty(),
    }
}

/// `None` if it cannot be said.
fn walk(pattern: &str) -> Option<Matched> {
    let (mut pattern, mut text) = (Lazy::of(pattern)?, Lazy::of(ANY_TEXT)?);
    let most_states = MOST_STEPS / 256 / pattern.dfa.get_nfa().states().len().max(1);
    let start = (pattern.start(Anchored::No)?, text.start(Anchored::Yes)?);
    let (mut seen, mut left) = (HashSet::from([start]), vec![start]);
    let (mut hit, mut missed) = (false, false);
    while let Some((state, at)) = left.pop() {
        if state.is_quit() || seen.len() > most_states || pattern.cache.clear_count() > 0 {
            return None;
        }
        // Where a text may end, not within a character.
        if text.matches_at_end(at)? {
            match pattern.matches_at_end(state)? {
                true => hit = true,
                false => missed = true,
            }
        }
        for byte in 0..=u8::MAX {
            let next = text.next(at, byte)?;
            if next.is_dead() {
                continue;
            }
            let step = pattern.next(state, byte)?;
            // Whatever follows, it has matched: that is known one byte later. Or it never will.
            if step.is_match() {
                hit = true;
            } else if step.is_dead() {
                missed = true;
            } else if seen.insert((step, next)) {
                left.push((step, next));
            }
        }
        if hit && missed {
            return Some(Matched::Some);
        }
    }
    Some(if hit { Matched::All } else { Matched::None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_every_text_matches_is_known() {
        for pattern in [
            "",
            ".*",
            "a?",
            "^",
            "$",
            "()",
            "|",
            "a|",
            "a*",
            "x{0}",
            "(?s)^.*$",
            "(?m)^",
            "(?m)$",
            r"\A",
            r"\z",
            r"[\s\S]*",
            "(?i)(yes)?",
            "^a?",
            "(a|b)*",
            "(?:)",
            r"\d{0,3}",
            "(?x) # nothing",
            "é?",
            r"\P{L}*",
            "a|[^a]|^$",
            r"(?s).|^\z",
            "(?-u:\\B)|(?-u:\\b)",
            "(?m)^.*$",
            r"\b|\B",
            r"\B|\b.*",
            r"(\b|\B)é?",
            r"(?:\b{start-half})?",
            r"[a-c]|[^a-c]|^$|\b",
            r"(?i)(?:\bja\b)?",
        ] {
            assert_eq!(Matched::by(pattern), Matched::All, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_says_something_is_not_taken_for_one_that_says_nothing() {
        for pattern in [
            "a",
            ".",
            ".+",
            r"\S",
            "^$",
            "^.*$",
            "^[^<>]*$",
            r"^\P{Han}*$",
            "(?s)^.{0,500}$",
            "^(?:[^ab]|a[^b]|b)*a?$",
            "yes|no",
            r"\bsorry\b",
            r"^\d+$",
            "[^x]",
            "a|[^a]",
            r"(?s)^(?:[^l]|l+[^lo])*l*$",
            r"\b",
            r"\B",
            r"^[\x00-\x7f]*$|\bsorry\b",
            r"\b\p{Lu}\w+\b",
        ] {
            assert_eq!(Matched::by(pattern), Matched::Some, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_no_text_matches_is_known() {
        for pattern in [r"[^\s\S]", "a^", "$a", r"[a&&b]"] {
            assert_eq!(Matched::by(pattern), Matched::None, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_very_many_states_is_looked_at_for_a_little_while() {
        for pattern in ["(?s)^.{0,9000}$", "(?s)(a|b)*a(a|b){14}|.*", "(?s)^(?:.*a.{20})?.*$"] {
            let began = std::time::Instant::now();
            Matched::by(pattern);
            assert!(began.elapsed() < std::time::Duration::from_secs(2), "{pattern}: {:?}", began.elapsed());
        }
    }
}
