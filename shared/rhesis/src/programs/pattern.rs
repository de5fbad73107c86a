//! Regular expressions, in time that is bounded whatever they are and whatever they look at.

use std::error::Error as _;
use std::sync::OnceLock;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};

use super::limits::{PATTERN_LENGTH, PATTERN_NESTING, PATTERN_SIZE, PATTERN_STEPS};
use super::matched::Matched;
use super::{BadProgram, TooMuch};

/// What the automaton that is made on the way may take, in bytes. It is dropped after each text.
const CACHE: usize = 1024 * 1024;

/// How often that may be full and be begun anew, before it is given up for one that makes nothing.
const CACHES: usize = 4;

/// With fewer bytes of text than this for each of its states it is not worth making.
const BYTES_PER_STATE: usize = 10;

/// A regular expression that was read, and within all limits.
#[derive(Debug)]
pub struct Pattern {
    text: Box<str>,
    matched: OnceLock<Matched>,
    dfa: DFA,
    vm: PikeVM,
}

impl Pattern {
    /// Reads a pattern, in the syntax of the `regex` crate.
    ///
    /// # Errors
    /// It goes beyond a limit, or is no regular expression.
    pub fn read(pattern: &str) -> Result<Self, BadProgram> {
        let nfa = automaton(pattern)?;
        let config = DFA::config()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(CACHES))
            .minimum_bytes_per_state(Some(BYTES_PER_STATE))
            .unicode_word_boundary(true);
        let unbuilt = |error: &dyn std::fmt::Display| {
            BadProgram::invalid(format!("is not a regular expression: {error}"))
        };
        let dfa =
            DFA::builder().configure(config).build_from_nfa(nfa.clone()).map_err(|error| unbuilt(&error))?;
        let vm = PikeVM::new_from_nfa(nfa).map_err(|error| unbuilt(&error))?;
        Ok(Self { text: pattern.into(), matched: OnceLock::new(), dfa, vm })
    }

    /// Whether it matches anywhere in a text.
    ///
    /// # Errors
    /// It may take more steps than a pattern may.
    pub fn is_in(&self, text: &str) -> Result<bool, TooMuch> {
        let input = Input::new(text).earliest(true);
        // Given up where it makes too many states, or where \b meets a letter beyond ASCII.
        match self.dfa.try_search_fwd(&mut Cache::new(&self.dfa), &input) {
            Ok(found) => Ok(found.is_some()),
            Err(_) => {
                PATTERN_STEPS.check(self.states().saturating_mul(text.len()))?;
                Ok(self.vm.is_match(&mut self.vm.create_cache(), input))
            }
        }
    }

    /// Which texts it matches anywhere in. Found once.
    pub fn matched(&self) -> Matched {
        *self.matched.get_or_init(|| Matched::by(&self.text))
    }

    /// How many states it has: so many may be looked at for each byte of a text.
    pub(super) fn states(&self) -> usize {
        self.vm.get_nfa().states().len()
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.vm.get_nfa().memory_usage() + self.dfa.memory_usage()
    }
}

fn automaton(pattern: &str) -> Result<NFA, BadProgram> {
    PATTERN_LENGTH.check(pattern.len())?;
    let nesting = u32::try_from(PATTERN_NESTING.most).unwrap_or(u32::MAX);
    let size = usize::try_from(PATTERN_SIZE.most).ok();
    thompson::Compiler::new()
        .syntax(syntax::Config::new().nest_limit(nesting))
        .configure(thompson::Config::new().nfa_size_limit(size).which_captures(thompson::WhichCaptures::None))
        .build(pattern)
        .map_err(|error| match error.size_limit() {
            Some(_) => TooMuch(&PATTERN_SIZE).into(),
            None => {
                let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                // The lines before the last draw the pattern with a caret.
                let last = why.lines().last().unwrap_or_default();
                BadProgram::invalid(format!("is not a regular expression: {last}"))
            }
        })
}
