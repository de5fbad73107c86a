use super::*;

fn row(prompt: &str, expected: Option<&str>) -> Row {
    Row { prompt: prompt.to_owned(), expected: expected.map(str::to_owned) }
}

fn problem(format: Format, file: &[u8]) -> String {
    read(format, file).unwrap_err().to_string()
}

#[test]
fn jsonl_takes_an_object_per_line_and_skips_blank_lines() {
    let file =
        "\u{feff}{\"prompt\": \"a\\n{{b}}\", \"expected\": \" c \", \"id\": 7}\r\n\n{\"prompt\": \"🦀\"}";
    assert_eq!(
        read(Format::Jsonl, file.as_bytes()).unwrap(),
        [row("a\n{{b}}", Some(" c ")), row("🦀", None)]
    );
}

#[test]
fn csv_takes_columns_by_name_in_any_order_with_quotes_and_line_breaks() {
    let file =
        "\u{feff}expected,id, prompt\r\nc,1,\"a, \"\"b\"\"\nd\"\r\n,2,\u{5e9}\u{5dc}\u{5d5}\u{5dd}\r\n";
    assert_eq!(
        read(Format::Csv, file.as_bytes()).unwrap(),
        [row("a, \"b\"\nd", Some("c")), row("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", None)]
    );
}

#[test]
fn an_expected_answer_of_nothing_is_no_expected_answer() {
    for line in [r#"{"prompt": "a", "expected": ""}"#, r#"{"prompt": "a", "expected": null}"#] {
        assert_eq!(read(Format::Jsonl, line.as_bytes()).unwrap(), [row("a", None)]);
    }
}

#[test]
fn every_bad_line_is_told_with_its_number_and_field() {
    let file = concat!(
        "{\"prompt\": \"fine\"}\n",
        "{\"prompt\": 3}\n",
        "\n",
        "{\"expected\": \"x\"}\n",
        "[]\n",
        "{\"prompt\": \" \"}\n",
        "{\"prompt\": \"a\", \"expected\": 4}\n",
        "{\"prompt\": \"a\\u0000\"}\n",
        "{\"prompt\": \"a\"\n",
    );
    assert_eq!(
        problem(Format::Jsonl, file.as_bytes()),
        "line 2: prompt must be a string; line 4: prompt is missing; line 5: not a JSON object; \
         line 6: prompt is empty; line 7: expected must be a string; and 2 more bad rows"
    );
}

#[test]
fn a_line_that_is_not_utf_8_or_not_json_says_where() {
    assert_eq!(
        problem(Format::Jsonl, b"{\"prompt\": \"a\"}\n{\"prompt\": \"\xff\"}"),
        "line 2: not UTF-8 at byte 13"
    );
    assert_eq!(
        problem(Format::Jsonl, b"{\"prompt\": \"a\""),
        "line 1: not a JSON object on one line: EOF while parsing an object at column 14"
    );
    assert_eq!(problem(Format::Csv, b"prompt\nok\n\"two\nlines\"\n\xff\n"), "line 5: prompt is not UTF-8");
}

#[test]
fn a_quotation_mark_that_is_never_closed_swallows_no_rows() {
    let told = "line 3: a quotation mark opens here, or behind, and is never closed";
    assert_eq!(problem(Format::Csv, b"prompt\na\n\"b\nc\nd\n"), told);
    assert_eq!(problem(Format::Csv, b"prompt,expected\na,b\nc,\"d\ne,f"), told);
    let fine = b"prompt,expected\n\"a\n\",\"5\"\" disk\n\"";
    assert_eq!(read(Format::Csv, fine).unwrap(), [row("a\n", Some("5\" disk\n"))]);
}

#[test]
fn a_file_without_a_last_line_break_loses_nothing() {
    for file in ["prompt\na\nb", "prompt\na\nb\n", "prompt\r\na\r\nb\r\n\r\n"] {
        assert_eq!(read(Format::Csv, file.as_bytes()).unwrap(), [row("a", None), row("b", None)]);
    }
}

#[test]
fn a_csv_row_of_the_wrong_length_is_told_with_its_line() {
    assert_eq!(problem(Format::Csv, b"prompt,expected\na,b\nc\n"), "line 3: 1 cells where the header has 2");
}

#[test]
fn a_csv_file_needs_a_column_named_prompt() {
    assert_eq!(problem(Format::Csv, b"question,expected\na,b\n"), "line 1: no column is named prompt");
    assert_eq!(problem(Format::Csv, b""), "line 1: no column is named prompt");
}

#[test]
fn a_file_without_rows_is_refused() {
    for (format, file) in [(Format::Jsonl, "\n \n"), (Format::Jsonl, ""), (Format::Csv, "prompt\n")] {
        assert_eq!(read(format, file.as_bytes()), Err(ImportError::NoRows));
    }
}

#[test]
fn the_format_is_told_by_the_end_of_the_name() {
    assert_eq!(Format::of_name("my.tests.JSONL"), Some(Format::Jsonl));
    assert_eq!(Format::of_name("a.ndjson"), Some(Format::Jsonl));
    assert_eq!(Format::of_name("/tmp/a.csv"), Some(Format::Csv));
    assert_eq!(Format::of_name("a.xlsx"), None);
    assert_eq!(Format::of_name("csv"), None);
}

#[test]
fn text_that_was_not_utf_8_on_its_way_is_refused() {
    let why = "line 3: prompt holds the character U+FFFD: the file is not UTF-8, or was not sent as it is";
    assert_eq!(problem(Format::Csv, "prompt\nfine\nbro\u{fffd}ken\n".as_bytes()), why);
}
