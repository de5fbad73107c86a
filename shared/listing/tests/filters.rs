//! What a `$filter` may be, and what is said of one that is none.

use listing::{Column, Condition, MOST_CHARACTERS, MOST_LEVELS, MOST_TERMS, Value};

const COLUMNS: &[Column] = &[
    Column::uuid("id", "t.id"),
    Column::text("name", "t.name"),
    Column::number("total", "t.total"),
    Column::flag("is_active", "t.is_active"),
    Column::time("created_at", "t.created_at"),
];

const ID: &str = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23";

/// Where a filter is wrong, and what is said.
fn bad(filter: &str) -> (usize, String) {
    let bad = Condition::parse(filter, COLUMNS).expect_err(filter);
    (bad.at, bad.detail)
}

fn shape(filter: &str) -> String {
    shape_of(&Condition::parse(filter, COLUMNS).unwrap_or_else(|bad| panic!("{filter}: {bad}")))
}

fn shape_of(condition: &Condition) -> String {
    let all = |several: &[Condition], word: &str| {
        format!("({})", several.iter().map(shape_of).collect::<Vec<_>>().join(word))
    };
    match condition {
        Condition::All(several) => all(several, " and "),
        Condition::Any(several) => all(several, " or "),
        Condition::Not(one) => format!("not {}", shape_of(one)),
        Condition::Compare(term, operator, operand) => {
            format!("{} {operator:?} {:?}", term.column.name, operand.value)
        }
        Condition::In(term, operands) => format!("{} in {}", term.column.name, operands.len()),
        Condition::Text(term, place, operand) => {
            format!("{} {place:?} {:?}", term.column.name, operand.value)
        }
        Condition::Null(term) => format!("{} null", term.column.name),
        Condition::True(column) => column.name.to_owned(),
    }
}

#[test]
fn and_binds_tighter_than_or_and_not_tighter_than_both() {
    assert_eq!(
        shape("is_active or is_active and not is_active or (is_active or is_active) and is_active"),
        "(is_active or (is_active and not is_active) or ((is_active or is_active) and is_active))"
    );
}

#[test]
fn values_are_of_the_kinds_that_columns_have() {
    assert_eq!(shape("total ge -1.5e2"), "total AtLeast Number(-150.0)");
    assert_eq!(shape("total lt 5"), "total Less Number(5.0)");
    assert_eq!(shape("5 lt total"), "total Greater Number(5.0)", "turned around");
    assert_eq!(shape("is_active ne false"), "is_active NotEqual Flag(false)");
    assert_eq!(shape("name eq null"), "name null");
    assert_eq!(shape("name ne null"), "not name null");
    for id in [ID.to_owned(), format!("'{ID}'"), ID.to_uppercase()] {
        assert_eq!(shape(&format!("id eq {id}")), format!("id Equal Uuid({ID})"));
    }
    for time in ["2026-03-12T19:03:58Z", "'2026-03-12T19:03:58Z'", "2026-03-12T20:03:58+01:00"] {
        assert_eq!(shape(&format!("created_at gt {time}")), "created_at Greater Time(2026-03-12T19:03:58Z)");
    }
}

#[test]
fn a_quotation_mark_in_a_text_is_doubled_and_nothing_else_means_anything() {
    assert_eq!(shape("name eq 'O''Hara %_\\ \"; --'"), r#"name Equal Text("O'Hara %_\\ \"; --")"#);
    assert_eq!(shape("name eq ''"), r#"name Equal Text("")"#);
    assert_eq!(shape("name eq ''''"), r#"name Equal Text("'")"#);
    assert_eq!(shape("name eq 'a) or (b'"), r#"name Equal Text("a) or (b")"#);
    assert_eq!(shape("name eq '日本 🎉'"), r#"name Equal Text("日本 🎉")"#);
}

#[test]
fn functions_find_texts_and_may_be_compared_with_true() {
    assert_eq!(shape("contains(name,'a')"), r#"name Anywhere Text("a")"#);
    assert_eq!(shape("startswith( name , 'a' ) eq true"), r#"name Start Text("a")"#);
    assert_eq!(shape("endswith(tolower(name), tolower('A')) eq false"), r#"not name End Text("A")"#);
    assert_eq!(shape("tolower(name) eq 'a'"), r#"name Equal Text("a")"#);
    assert_eq!(shape("name in ('a', 'b','c')"), "name in 3");
    assert_eq!(
        shape("not contains(name,'a') and total in (1,2)"),
        r#"(not name Anywhere Text("a") and total in 2)"#
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (filter, at, said) in [
        ("", 1, "expected a column or a value, not the end"),
        ("name", 5, "expected an operator (eq, ne, lt, le, gt, ge or in), not the end"),
        ("name like 'a'", 6, "expected an operator (eq, ne, lt, le, gt, ge or in), not `like`"),
        ("name eq", 8, "expected a column or a value, not the end"),
        ("name eq 'a", 9, "the text that begins here has no closing quotation mark"),
        ("name eq \"a\"", 9, "cannot read `\"`; texts stand in single quotes"),
        ("name eq a", 9, "there is no column `a`; there are id, name, total, is_active, created_at"),
        (
            "'日' eq name and secret eq 'a'",
            17,
            "there is no column `secret`; there are id, name, total, is_active, created_at",
        ),
        ("name eq 'a' name eq 'b'", 13, "expected `and`, `or` or the end, not `name`"),
        ("(name eq 'a'", 13, "expected `)`, not the end"),
        ("name eq 'a')", 12, "expected `and`, `or` or the end, not `)`"),
        ("name in 'a'", 9, "expected `(`, not `'a'`"),
        ("name in ()", 10, "expected a column or a value, not `)`"),
        ("name in ('a' 'b')", 14, "expected `,` or `)`, not `'b'`"),
        ("contains(name)", 14, "expected `,`, not `)`"),
        ("contains(total, 'a')", 10, "`total` is no column of texts"),
        ("contains('a', name)", 10, "expected a column, in which a text is to be found"),
        (
            "length(name) eq 1",
            1,
            "there is no function `length`; there are contains, startswith, endswith and tolower",
        ),
        ("tolower(total) eq 'a'", 9, "tolower takes a column of texts, and `total` is none"),
        ("total eq 'a'", 1, "`total` can be compared with a number only"),
        ("total eq 1e999", 10, "cannot read `1e999`; texts stand in single quotes"),
        ("name eq 5", 1, "`name` can be compared with a text in single quotes only"),
        ("id eq 'x'", 1, "`id` can be compared with a UUID only"),
        (
            "created_at gt '2026-13-01T00:00:00Z'",
            1,
            "`created_at` can be compared with a time as 2026-03-12T19:03:58Z only",
        ),
        ("is_active gt true", 1, "`is_active` is true or false, and knows eq and ne only"),
        ("name gt null", 1, "null can be compared by eq and ne only"),
        ("name in (null)", 10, "`name` can be compared with a text in single quotes only"),
        ("name eq name", 1, "a column can be compared with a value only"),
        ("1 eq 1", 1, "a value can be compared with a column only"),
        ("name eq 'a' and", 16, "expected a column or a value, not the end"),
        ("name eq 'a';drop table x", 12, "cannot read `;`; texts stand in single quotes"),
    ] {
        assert_eq!(bad(filter), (at, said.to_owned()), "{filter}");
    }
}

#[test]
fn length_depth_and_number_of_comparisons_are_bounded() {
    let deep = |levels: usize| format!("{}is_active{}", "(".repeat(levels), ")".repeat(levels));
    assert!(Condition::parse(&deep(MOST_LEVELS), COLUMNS).is_ok());
    assert_eq!(bad(&deep(MOST_LEVELS + 1)).0, MOST_LEVELS + 1);
    assert!(Condition::parse(&format!("{}is_active", "not ".repeat(MOST_LEVELS)), COLUMNS).is_ok());
    assert_eq!(bad(&"(".repeat(MOST_CHARACTERS)).0, MOST_LEVELS + 1, "and no stack is too short for it");
    assert_eq!(bad(&"not ".repeat(900)).0, MOST_LEVELS * 4 + 1);
    let many = |terms: usize| vec!["is_active"; terms].join(" or ");
    assert!(Condition::parse(&many(MOST_TERMS), COLUMNS).is_ok());
    assert!(bad(&many(MOST_TERMS + 1)).1.starts_with("there may be 200 comparisons"));
    let listed = |values: usize| format!("total in ({})", vec!["1"; values].join(","));
    assert!(Condition::parse(&listed(MOST_TERMS), COLUMNS).is_ok());
    assert!(bad(&listed(MOST_TERMS + 1)).1.starts_with("there may be 200"));
    assert!(bad(&format!("is_active or {}", listed(MOST_TERMS))).1.starts_with("there may be 200"));
    let long = format!("name eq '{}'", "x".repeat(MOST_CHARACTERS));
    assert_eq!(bad(&long), (MOST_CHARACTERS + 1, "there may be 4000 characters at most".to_owned()));
}

#[test]
fn what_every_row_has_is_known_and_nothing_more() {
    let fixed = |filter: &str| Condition::parse(filter, COLUMNS).unwrap().fixed("id").cloned();
    let id = Some(Value::Uuid(ID.parse().unwrap()));
    assert_eq!(fixed(&format!("id eq '{ID}'")), id);
    assert_eq!(fixed(&format!("name eq 'a' and (is_active and id eq {ID})")), id);
    assert_eq!(fixed(&format!("name eq 'a' or id eq {ID}")), None);
    assert_eq!(fixed(&format!("not (id eq {ID})")), None);
    assert_eq!(fixed(&format!("id ne {ID}")), None);
}
