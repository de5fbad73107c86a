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
        "line 2: prompt must be a string; line 4: prompt is missing; line 5: a list, not an object: write one test a line, without brackets around all; \
         line 6: prompt is empty; line 7: expected must be a string; and 2 more bad rows"
    );
}

#[test]
fn a_line_that_is_not_utf_8_or_not_json_says_where() {
    assert_eq!(
        problem(Format::Jsonl, b"{\"prompt\": \"a\"}\n{\"prompt\": \"\xff\"}"),
        "line 2: not UTF-8 at byte 13: save the file as UTF-8"
    );
    assert_eq!(
        problem(Format::Jsonl, b"{\"prompt\": \"a\""),
        "line 1: not a JSON object on one line: EOF while parsing an object at column 14"
    );
    assert_eq!(
        problem(Format::Csv, b"prompt\nok\n\"two\nlines\"\n\xff\n"),
        "line 5: prompt is not UTF-8: save the file as UTF-8"
    );
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
    assert_eq!(problem(Format::Csv, b"\r\n\nquestion\na\n"), "line 3: no column is named prompt");
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

#[test]
fn a_row_is_told_by_the_line_of_the_file_whatever_ends_the_lines() {
    let rows = ["prompt,expected", "", "\"two\nlines\",x", "", "", "\"a\rb\r\nc\",y", " ,z"];
    // The last row begins on the line that an editor shows: three line breaks are inside of cells.
    for (end, line) in [("\n", 10), ("\r\n", 10), ("\r", 10)] {
        let file = rows.join(end);
        assert_eq!(problem(Format::Csv, file.as_bytes()), format!("line {line}: prompt is empty"), "{end:?}");
    }
    let rows = ["{\"prompt\": \"a\u{2028}b\"}", "", " ", "{\"prompt\": 1}"];
    for end in ["\n", "\r\n", "\r"] {
        let said = problem(Format::Jsonl, rows.join(end).as_bytes());
        assert_eq!(said, "line 4: prompt must be a string", "{end:?}");
    }
    let fine = "prompt\ra\r\rb\r";
    assert_eq!(read(Format::Csv, fine.as_bytes()).unwrap(), [row("a", None), row("b", None)]);
}

#[test]
fn quoting_that_is_malformed_is_refused_and_never_changed() {
    let wrong = |file: &str| {
        let said = problem(Format::Csv, file.as_bytes());
        said.split_once(" is quoted wrongly").map_or(said.clone(), |(place, _)| place.to_owned())
    };
    for (row, place) in [
        (r#""say \"hi\"",x"#, "line 2: cell 1"),
        (r#""q"x,y"#, "line 2: cell 1"),
        (r#""q" ,y"#, "line 2: cell 1"),
        (r#"x, "y""#, "line 2: cell 2"),
        (r#"a 5" disk,x"#, "line 2: cell 1"),
        (r#"x,"a"b"c""#, "line 2: cell 2"),
        (r#""a \", b",x"#, "line 2: cell 2"),
        (r#"x,""y"""#, "line 2: cell 2"),
    ] {
        assert_eq!(wrong(&format!("prompt,expected\n{row}\nfine,fine\n")), place, "{row}");
    }
    assert_eq!(wrong("prompt,\"expected\"s\na,b\n"), "line 1: cell 2");
    let fine = "\"prompt\",expected\n\"\"\"hi\"\", \"\"he\"\" said, \\\"\"n\",\"\"\"\"\n";
    assert_eq!(read(Format::Csv, fine.as_bytes()).unwrap(), [row("\"hi\", \"he\" said, \\\"n", Some("\""))]);
}

#[test]
fn a_column_that_is_nearly_prompt_or_expected_is_read_or_refused_and_never_passed_over() {
    for (prompt, expected) in [
        ("Prompt", "Expected"),
        (" PROMPT ", "expected_output "),
        ("prompt_content", "expected_response"),
        ("\u{feff}prompt", "Expected Output"),
        ("promptContent", "expectedResponse"),
    ] {
        let csv = format!("id,{expected},{prompt}\n1,b,a\n");
        assert_eq!(read(Format::Csv, csv.as_bytes()).unwrap(), [row("a", Some("b"))], "{csv}");
        let jsonl = format!("{{\"{prompt}\": \"a\", \"id\": [1, {{}}], \"{expected}\": \"b\"}}");
        assert_eq!(read(Format::Jsonl, jsonl.as_bytes()).unwrap(), [row("a", Some("b"))], "{jsonl}");
    }
    let hint = "\"expcted\" is not read, and may be meant for expected: call it expected, or give it quite another name";
    assert_eq!(problem(Format::Csv, b"prompt,expcted\na,b\n"), format!("line 1: {hint}"));
    assert_eq!(problem(Format::Jsonl, b"{\"prompt\": \"a\", \"expcted\": \"b\"}"), format!("line 1: {hint}"));
    let said = problem(Format::Csv, b"promt,expected\na,b\n");
    assert!(said.starts_with("line 1: no column is named prompt; \"promt\" is not read"), "{said}");
    // Beside a column that is meant, what is nearly its name means something else.
    let file = "prompt,prompts,expected,expected_tokens\na,x,b,9\n";
    assert_eq!(read(Format::Csv, file.as_bytes()).unwrap(), [row("a", Some("b"))]);
}

#[test]
fn what_is_there_twice_is_refused() {
    let said = problem(Format::Csv, b"prompt,expected,Prompt\na,b,c\n");
    assert_eq!(said, "line 1: two columns are prompt: \"prompt\" and \"Prompt\"");
    let said = problem(Format::Csv, b"prompt,expected,expected_output\na,b,c\n");
    assert_eq!(said, "line 1: two columns are expected: \"expected\" and \"expected_output\"");
    for (line, said) in [
        (r#"{"prompt": "a", "prompt": "a"}"#, "line 1: the key \"prompt\" is there twice"),
        (r#"{"prompt": "a", "id": 1, "\u0069d": 2}"#, "line 1: the key \"id\" is there twice"),
        (r#"{"prompt": "a", "Prompt": "b"}"#, "line 1: prompt is there twice, as \"prompt\" and \"Prompt\""),
        (
            r#"{"prompt": "a", "expected": null, "expected_output": "b"}"#,
            "line 1: expected is there twice, as \"expected\" and \"expected_output\"",
        ),
    ] {
        assert_eq!(problem(Format::Jsonl, line.as_bytes()), said);
    }
}

#[test]
fn what_spreadsheets_write_around_a_table_is_passed_over_and_a_gap_in_it_is_told() {
    let wanted = [row("a", Some("b")), row("c", None)];
    for file in [
        "prompt,expected\na,b\nc,\n,\n,\n",
        "prompt,expected,,\na,b,,\nc,,,\n,,,\n , ,,\n\n,,,",
        "prompt,expected\na,b,,\nc,,\n",
        "prompt,expected,,\r\na,b\r\nc,\r\n,,\r\n",
        ",prompt,expected\n0,a,b\n1,c,\n",
        "prompt;expected\na;b\nc;\n;\n",
        "prompt\texpected\na\tb\nc\t\n\t\n",
        "sep=;\r\nprompt;expected\r\na;b\r\nc;\r\n",
    ] {
        assert_eq!(read(Format::Csv, file.as_bytes()).unwrap(), wanted, "{file:?}");
    }
    assert_eq!(problem(Format::Csv, b"prompt,expected\na,b\n,\nc,d\n"), "line 3: prompt is empty");
    assert_eq!(problem(Format::Csv, b"prompt,expected\na,b\n\"\",\"\"\n"), "line 3: prompt is empty");
    // A comma that was meant for the prompt.
    assert_eq!(
        problem(Format::Csv, b"prompt,expected,\nHello, world,hi\n"),
        "line 2: 3 cells where the header has 2"
    );
}

#[test]
fn cells_may_hold_what_other_separators_are() {
    let file = "prompt;expected\na, b\tc;\"d;e\"\n";
    assert_eq!(read(Format::Csv, file.as_bytes()).unwrap(), [row("a, b\tc", Some("d;e"))]);
    assert_eq!(
        problem(Format::Csv, b"prompt,x;prompt\na,b;c\n"),
        "line 1: two separators are possible: write the header with commas"
    );
    assert_eq!(problem(Format::Csv, b"prompt|expected\na|b\n"), "line 1: no column is named prompt");
}

#[test]
fn a_file_that_is_no_text_in_utf_8_says_what_it_is() {
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (file, what) in [
        (utf_16("\u{feff}prompt\na\n"), "UTF-16"),
        (utf_16("prompt\na\n"), "UTF-16"),
        (utf_16("\u{feff}{\"prompt\": \"a\"}"), "UTF-16"),
        (b"\0p\0r".to_vec(), "UTF-16"),
        (b"PK\x03\x04\x14\0".to_vec(), "an Excel workbook"),
        (b"\x1f\x8b\x08\0".to_vec(), "compressed"),
    ] {
        for format in [Format::Csv, Format::Jsonl] {
            let said = problem(format, &file);
            assert!(said.starts_with(&format!("line 1: the file is {what}")), "{said}");
        }
    }
    assert_eq!(
        problem(Format::Csv, b"prompt,expected\nsch\xf6n,x\n"),
        "line 2: prompt is not UTF-8: save the file as UTF-8"
    );
    assert!(problem(Format::Csv, b"prompt\na\0b\n").starts_with("line 2: prompt holds the character U+0000"));
    let twice = "\u{feff}\u{feff}prompt\na\n";
    assert_eq!(read(Format::Csv, twice.as_bytes()).unwrap(), [row("a", None)]);
}

#[test]
fn a_cell_may_be_long_and_a_record_may_not_have_cells_without_end() {
    let long = "x".repeat(300_000);
    for file in [format!("prompt\n{long}\n"), format!("prompt\n\"{long}\"\n")] {
        assert_eq!(read(Format::Csv, file.as_bytes()).unwrap(), [row(&long, None)]);
    }
    let wide = ",".repeat(1 << 20);
    assert_eq!(problem(Format::Csv, wide.as_bytes()), "line 1: more than 16384 cells");
    let file = format!("prompt\na\nb{wide}c\nd\n");
    assert_eq!(problem(Format::Csv, file.as_bytes()), "line 3: more than 16384 cells");
    let keys = (0..2_000).map(|key| format!("\"{key}\": 1")).collect::<Vec<_>>().join(",");
    let said = problem(Format::Jsonl, format!("{{\"prompt\": \"a\", {keys}}}").as_bytes());
    assert!(said.starts_with("line 1: not a JSON object on one line: more than 1000 keys"), "{said}");
    let deep = format!("{{\"prompt\": \"a\", \"x\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(Format::Jsonl, deep.as_bytes()).unwrap(), [row("a", None)]);
}

#[test]
fn a_prompt_and_an_expected_answer_are_bounded() {
    let (most, more) = ("é".repeat(LONGEST / 2), "é".repeat(LONGEST / 2) + "x");
    let csv = |prompt: &str, expected: &str| format!("prompt,expected\na,b\n{prompt},{expected}\n");
    assert_eq!(read(Format::Csv, csv(&most, &most).as_bytes()).unwrap()[1], row(&most, Some(&most)));
    assert_eq!(
        problem(Format::Csv, csv(&more, "b").as_bytes()),
        "line 3: prompt has more than 1048576 bytes"
    );
    let lines = serde_json::json!({"prompt": "a", "expected": more}).to_string();
    assert_eq!(problem(Format::Jsonl, lines.as_bytes()), "line 1: expected has more than 1048576 bytes");
}
