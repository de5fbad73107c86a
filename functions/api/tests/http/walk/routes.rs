use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What an address that is made in a loop is made with.
const SPELLINGS: [(&str, [&str; 2]); 2] = [
    ("{spelling}", ["test_configurations", "test-configurations"]),
    ("{word}", ["behaviors", "requirements"]),
];

/// Every route there is, as `GET /tasks/{id}`: read from the sources, so that none is forgotten.
pub(crate) fn all() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert!(found.len() > 20, "{found:?}");
    found
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        for call in text.split(".route(").skip(1) {
            let call = until_closed(call);
            let address = call.split('"').nth(1).unwrap();
            // Pages are made of the other routes' answers: see the tests of the console.
            if address.starts_with("/console") {
                continue;
            }
            for method in ["get", "post", "put", "patch", "delete"] {
                if call.contains(&format!(" {method}(")) || call.contains(&format!(".{method}(")) {
                    for address in spelled(address) {
                        let address = address.replace("{{", "{").replace("}}", "}");
                        found.insert(format!("{} {address}", method.to_uppercase()));
                    }
                }
            }
        }
    }
}

/// An address, or all that are made of it.
fn spelled(address: &str) -> Vec<String> {
    match SPELLINGS.iter().find(|(name, _)| address.contains(name)) {
        Some((name, words)) => words.iter().map(|word| address.replace(name, word)).collect(),
        None => vec![address.to_owned()],
    }
}

/// The text up to the parenthesis that closes the call.
fn until_closed(text: &str) -> &str {
    let mut depth = 0;
    let end = text.find(|character| {
        depth += i32::from(character == '(') - i32::from(character == ')');
        depth < 0
    });
    &text[..end.unwrap()]
}
