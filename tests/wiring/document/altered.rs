//! Documents as somebody might have written them, made of the one that is there.

use super::{Content, Document, Node};

impl Document {
    /// The same, with another value at the end of a path of keys; every line stays what it was. Without a value, without
    /// the key.
    pub(crate) fn with(mut self, path: &[&str], value: Option<&str>) -> Self {
        let (key, above) = path.split_last().unwrap();
        let map = above.iter().fold(&mut self.root, |node, key| {
            node.entries().iter_mut().find(|(name, _)| name == key).map(|(_, node)| node).unwrap()
        });
        let entries = map.entries();
        match value {
            None => entries.retain(|(name, _)| name != key),
            Some(value) => {
                let (_, node) = entries.iter_mut().find(|(name, _)| name == key).unwrap();
                *node = Node { line: node.line, ..Self::parse(&self.file, value).root };
            }
        }
        self
    }

    /// The same, with everything that one thing has once more for another: resources whose ids begin with `from.0` and
    /// places in lists, in which `from.0` becomes `to.0`, and `from.1` becomes `to.1`.
    pub(crate) fn with_another(mut self, from: (&str, &str), to: (&str, &str)) -> Self {
        let (_, resources) = self.root.entries().iter_mut().find(|(name, _)| name == "Resources").unwrap();
        let mut copies = Vec::new();
        for (name, resource) in resources.entries().iter_mut() {
            if name.starts_with(from.0) {
                copies.push((name.replace(from.0, to.0), resource.renamed(from, to)));
            } else {
                resource.list_again(from, to);
            }
        }
        resources.entries().extend(copies);
        self
    }
}

impl Node {
    fn entries(&mut self) -> &mut Vec<(String, Self)> {
        match &mut self.value {
            Content::Map(entries) => entries,
            other => panic!("{other:?} has no keys"),
        }
    }

    fn renamed(&self, from: (&str, &str), to: (&str, &str)) -> Self {
        let value = match &self.value {
            Content::Text(text) => Content::Text(text.replace(from.0, to.0).replace(from.1, to.1)),
            Content::List(items) => Content::List(items.iter().map(|item| item.renamed(from, to)).collect()),
            Content::Map(entries) => Content::Map(
                entries.iter().map(|(name, node)| (name.clone(), node.renamed(from, to))).collect(),
            ),
        };
        Self { value, ..self.clone() }
    }

    /// Puts another beside what a list has of the one.
    fn list_again(&mut self, from: (&str, &str), to: (&str, &str)) {
        match &mut self.value {
            Content::Text(_) => {}
            Content::Map(entries) => entries.iter_mut().for_each(|(_, node)| node.list_again(from, to)),
            Content::List(items) => {
                items.iter_mut().for_each(|item| item.list_again(from, to));
                let is_of =
                    |item: &&Self| matches!(&item.value, Content::Text(text) if text.starts_with(from.0));
                let copies: Vec<_> = items.iter().filter(is_of).map(|item| item.renamed(from, to)).collect();
                items.extend(copies);
            }
        }
    }
}
