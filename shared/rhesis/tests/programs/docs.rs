use rhesis::programs::limits::ALL;

#[test]
fn the_docs_name_every_limit_with_its_number() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/programs.md");
    let docs = std::fs::read_to_string(path).unwrap();
    for limit in ALL {
        let row = docs.lines().find(|line| line.starts_with(&format!("| `{}` |", limit.name)));
        let said: String = row
            .unwrap_or_else(|| panic!("docs/programs.md lacks a row of {}", limit.name))
            .split('|')
            .nth(2)
            .unwrap()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        assert_eq!(said, limit.most.to_string(), "{}", limit.name);
    }
}
