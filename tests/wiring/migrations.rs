use std::collections::BTreeSet;
use std::fs;

use crate::ROOT;

/// The last migrations of the first release, the engine's and the domain's: they met empty tables.
const FIRST_RELEASE: [(&str, u32); 2] = [("shared/store/migrations", 19), ("shared/rhesis/migrations", 1019)];

/// Says, on the line above a statement and with the reason, that its lock is short after all.
const ALLOWED: &str = "-- lock:";

/// A statement: its words, the line it begins at, and whether its lock is allowed.
struct Statement {
    line: usize,
    words: String,
    allowed: bool,
}

/// The statements of a migration that lock a table for long, or break the release that still runs.
fn problems(file: &str, text: &str) -> Vec<String> {
    let statements = statements(text);
    let made: BTreeSet<&str> = statements.iter().filter_map(|it| table(&it.words, "create table ")).collect();
    let alone = text.starts_with("-- no-transaction");
    let mut problems = Vec::new();
    for Statement { line, words, allowed } in &statements {
        let touched = table(words, "alter table ").or_else(|| table(words.split_once(" on ")?.1, ""));
        if *allowed || touched.is_some_and(|table| made.contains(table)) {
            continue;
        }
        if let Some(problem) = problem(words, alone) {
            problems.push(format!("{file}:{line}: {problem}, or say `{ALLOWED} why it is short` above it"));
        }
    }
    problems
}

/// What is wrong with one statement on a table that was there before.
fn problem(words: &str, alone: bool) -> Option<&'static str> {
    let has = |part: &str| words.contains(part);
    let index = words.starts_with("create index") || words.starts_with("create unique index");
    if index && !has("concurrently") {
        return Some("an index locks out writers while it is built: create it concurrently");
    }
    if has(" concurrently ") && !alone {
        return Some("concurrently needs `-- no-transaction` as the file's first line");
    }
    if ["vacuum full", "cluster ", "reindex ", "lock table"].iter().any(|verb| words.starts_with(verb)) {
        return Some("it locks a whole table");
    }
    if (words.starts_with("update ") || words.starts_with("delete from ")) && !has(" where ") {
        return Some("it writes every row in one commit: do it in batches");
    }
    if !words.starts_with("alter table") {
        return words
            .starts_with("drop table")
            .then_some("the release before still reads it: drop it one release later");
    }
    if has(" type ") && has("alter column ") {
        return Some("a new type rewrites the table: add a column");
    }
    if has(" set not null") {
        return Some(
            "it reads the whole table under a lock: add a check not valid, validate it, then set not null",
        );
    }
    let constraint = has(" check ") || has(" foreign key ") || has(" references ");
    if has("add ") && constraint && !has("not valid") {
        return Some(
            "it reads the whole table under a lock: add it not valid, validate it in a migration of its own",
        );
    }
    let volatile = ["random", "uuid", "clock_timestamp", "nextval"].iter().any(|it| has(it));
    if has("add column ") && has(" default ") && volatile {
        return Some("a default that differs by row rewrites the table: add it without, fill it in batches");
    }
    if has("add column ") && has(" not null") && !has(" default ") {
        return Some("the release before does not fill it: give it a default");
    }
    (has(" rename ") || has("drop column"))
        .then_some("the release before still uses the name: expand, then contract")
}

/// The statements of a text, in lower case and with single spaces; comments left out, bodies between `$$` as one word.
fn statements(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let (mut words, mut line, mut allowed, mut quoted) = (String::new(), 0, false, false);
    for (row, number) in text.lines().zip(1..) {
        if row.trim_start().starts_with(ALLOWED) {
            allowed = true;
        }
        let code = row.split("--").next().unwrap_or_default().to_lowercase();
        for word in code.split_whitespace() {
            if words.is_empty() {
                line = number;
            }
            words.push_str(word);
            words.push(' ');
            if word.matches("$$").count() % 2 == 1 || word.matches("$do$").count() % 2 == 1 {
                quoted = !quoted;
            }
            if word.ends_with(';') && !quoted {
                let words = std::mem::take(&mut words).replace(';', "");
                statements.push(Statement { line, words, allowed: std::mem::take(&mut allowed) });
            }
        }
    }
    statements
}

/// The table behind a verb.
fn table<'a>(words: &'a str, verb: &str) -> Option<&'a str> {
    let rest = words.strip_prefix(verb)?;
    let rest = rest.strip_prefix("if not exists ").or(rest.strip_prefix("if exists ")).unwrap_or(rest);
    rest.strip_prefix("only ").unwrap_or(rest).split([' ', '(']).next()
}

#[test]
fn no_migration_locks_a_big_table_for_long_or_breaks_the_release_before() {
    let mut all = Vec::new();
    for (folder, last) in FIRST_RELEASE {
        for entry in fs::read_dir(format!("{ROOT}/{folder}")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.split('_').next().unwrap().parse::<u32>().unwrap() > last {
                let text = fs::read_to_string(format!("{ROOT}/{folder}/{name}")).unwrap();
                all.extend(problems(&format!("{folder}/{name}"), &text));
            }
        }
    }
    assert_eq!(all, Vec::<String>::new());
}

#[test]
fn each_long_lock_is_reported_with_its_line_and_what_to_do_instead() {
    for (text, said) in [
        ("create index a on tasks.task (kind);", "an index locks out writers"),
        ("create index concurrently a on tasks.task (kind);", "concurrently needs `-- no-transaction`"),
        ("alter table test alter column name type text;", "a new type rewrites the table"),
        (
            "alter table test\n  alter column name set not null;",
            "it reads the whole table under a lock: add a check",
        ),
        ("alter table test add constraint a check (length(name) < 9);", "add it not valid"),
        ("alter table test add column b uuid default gen_random_uuid();", "a default that differs by row"),
        ("alter table test add column b text not null;", "the release before does not fill it"),
        ("alter table test rename column a to b;", "the release before still uses the name"),
        ("drop table test;", "the release before still reads it"),
        ("update test set name = '';", "it writes every row in one commit"),
        ("lock table test;", "it locks a whole table"),
    ] {
        let problems = problems("x.sql", &format!("-- why\n\n{text}"));
        assert!(
            problems.len() == 1 && problems[0].starts_with("x.sql:3: ") && problems[0].contains(said),
            "{problems:?}"
        );
    }
}

#[test]
fn what_is_short_is_not_reported() {
    for text in [
        "create table a (b text);\ncreate index c on a (b);\nalter table a add constraint d check (b <> '');",
        "-- no-transaction\ncreate index concurrently a on tasks.task (kind);",
        "alter table test add column b text, add column c integer not null default 0;",
        "alter table test add constraint a check (length(name) < 9) not valid;",
        "alter table test validate constraint a;",
        "-- lock: the table has one row\nalter table tasks.relay alter column swept_at set not null;",
        "create function a() returns void language sql as $$ update test set name = ''; $$;",
        "update test set name = '' where name is null;",
    ] {
        assert_eq!(problems("x.sql", text), Vec::<String>::new());
    }
}
