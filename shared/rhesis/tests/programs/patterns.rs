use rhesis::programs::{BadProgram, Pattern};

use super::{in_a_small_stack, limit};

fn read(pattern: String) -> Result<(), BadProgram> {
    in_a_small_stack(move || Pattern::read(&pattern).map(drop))
}

#[test]
fn a_pattern_that_would_be_large_is_refused_before_it_is() {
    for (pattern, name) in [
        ("(a{1000}){1000}".to_owned(), "PATTERN_SIZE"),
        ("((a{100}){100}){100}".to_owned(), "PATTERN_SIZE"),
        (r"\w{1000}".to_owned(), "PATTERN_SIZE"),
        (r"(\pL{1,100}){1,100}".to_owned(), "PATTERN_SIZE"),
        ("[^x]{9999}".to_owned(), "PATTERN_SIZE"),
        ("a".repeat(5_000), "PATTERN_LENGTH"),
        ("|".repeat(5_000), "PATTERN_LENGTH"),
    ] {
        assert_eq!(limit(&read(pattern.clone()).unwrap_err()), name, "{pattern:.40}");
    }
    for pattern in
        ["(".repeat(2_000) + &")".repeat(2_000), "[".repeat(900), "(?:".repeat(600) + "a" + &")*".repeat(600)]
    {
        assert!(read(pattern).is_err());
    }
    let why = read("a(b".to_owned()).unwrap_err().to_string();
    assert!(why.contains("is not a regular expression") && why.contains("unclosed"), "{why}");
}

#[test]
fn patterns_match_as_before() {
    for (pattern, text, is_in) in [
        (r"^\d{3}-\w+$", "123-abc", true),
        (r"(?i)paris", "In PARIS, of course", true),
        (r"\bcat\b", "a cat.", true),
        (r"\bcat\b", "concatenate", false),
        (r"\bé\b", "un é là", true),
        ("", "anything", true),
        ("^$", "", true),
        ("^$", "x", false),
        (r"(?s)a.*z", "a\nz", true),
        (r"\p{Greek}+", "abc γ", true),
        ("(a|b)*c$", &("ab".repeat(50_000) + "c"), true),
    ] {
        assert_eq!(Pattern::read(pattern).unwrap().is_in(text), Ok(is_in), "{pattern}");
    }
}

#[test]
fn a_pattern_that_must_try_everything_on_a_long_text_is_stopped() {
    let pattern = Pattern::read("(?:a|b)*a(?:a|b){800}c").unwrap();
    let mut state = 1_u64;
    let signs: String = (0..2_000_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if state >> 63 == 0 { 'a' } else { 'b' }
        })
        .collect();
    assert_eq!(pattern.is_in(&signs).map_err(|much| much.0.name), Err("PATTERN_STEPS"));
    assert_eq!(pattern.is_in(&signs[..10_000]), Ok(false), "a shorter one is tried");
}
