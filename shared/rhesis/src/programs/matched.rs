use std::collections::HashSet;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Hir, HirKind, Look};

/// What may be done to find out what patterns match; one that needs more is taken for one that says something.
#[derive(Debug)]
pub(super) struct Effort {
    /// The states that are looked at, with 256 bytes for each, times those of the pattern; and those that are made.
    steps: usize,
    /// The largest automaton, in bytes.
    size: usize,
}

impl Effort {
    /// For one pattern.
    pub(super) const OF_A_PATTERN: Self = Self { steps: 20_000_000, size: 1024 * 1024 };
    /// For all patterns of a schema: some milliseconds.
    pub(super) const OF_A_SCHEMA: Self = Self { steps: 2_000_000, size: 64 * 1024 };

    fn take(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }
}

/// What a state takes to be made, in steps.
const STATE: usize = 32;
/// Every text there is, as bytes.
const ANY_TEXT: &str = r"(?s)\A.*\z";

/// Which texts a regular expression matches somewhere in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// Every text, the empty one too.
    All,
    /// Some and not others, or it is not known.
    Some,
    /// No text at all.
    None,
}

impl Matched {
    /// What this pattern matches: its automaton is walked over every text, which ends where no state is new.
    pub(super) fn by(pattern: &str) -> Self {
        Self::within(pattern, &mut { Effort::OF_A_PATTERN })
    }

    /// The same with so much effort at most, which is taken.
    pub(super) fn within(pattern: &str, effort: &mut Effort) -> Self {
        walk(pattern, effort).unwrap_or(Self::Some)
    }
}

/// An automaton as far as it was built.
struct Lazy {
    dfa: DFA,
    cache: Cache,
}

impl Lazy {
    fn of(pattern: &str, size: usize) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(size)))
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
fn walk(pattern: &str, effort: &mut Effort) -> Option<Matched> {
    // Also where it is not made: it is made until it is too large.
    effort.take(pattern.len().saturating_mul(STATE))?;
    let (mut pattern, mut text) = (Lazy::of(pattern, effort.size)?, Lazy::of(ANY_TEXT, effort.size)?);
    let states = pattern.dfa.get_nfa().states().len();
    effort.take(states.saturating_mul(STATE))?;
    let start = (pattern.start(Anchored::No)?, text.start(Anchored::Yes)?);
    let (mut seen, mut left) = (HashSet::from([start]), vec![start]);
    let (mut hit, mut missed) = (false, false);
    while let Some((state, at)) = left.pop() {
        effort.take(states.saturating_mul(256))?;
        if state.is_quit() || pattern.cache.clear_count() > 0 {
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
