mod altered;

use std::borrow::Cow;
use std::fmt;

use saphyr_parser::{Event, Parser, Span, Tag};

/// A YAML file whose every value knows its line.
pub(crate) struct Document {
    file: String,
    root: Node,
}

/// A value: text, list or map, with the tag before it (`Ref` for `!Ref`).
#[derive(Debug, Clone)]
pub(crate) struct Node {
    line: usize,
    tag: Option<String>,
    value: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// A place in a document: a value, or the line where it should be.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    document: &'a Document,
    line: usize,
    node: Option<&'a Node>,
}

/// Something wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem(pub(crate) String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Document {
    /// Reads the text of `file`, a path in the checkout.
    pub(crate) fn parse(file: &str, text: &str) -> Self {
        let mut events = Parser::new_from_str(text)
            .map(Result::unwrap)
            .skip_while(|(event, _)| matches!(event, Event::StreamStart | Event::DocumentStart(_)));
        let (first, span) = events.next().unwrap();
        let root = Node::of(first, span, &mut events);
        Self { file: file.into(), root }
    }

    /// Its outermost value.
    pub(crate) fn root(&self) -> At<'_> {
        At { document: self, line: 1, node: Some(&self.root) }
    }
}

impl Node {
    /// The value that begins with `event`.
    fn of<'t>(event: Event<'t>, span: Span, rest: &mut impl Iterator<Item = (Event<'t>, Span)>) -> Self {
        let line = span.start.line();
        let of =
            |tag: Option<Cow<'_, Tag>>, value| Self { line, tag: tag.map(|tag| tag.suffix.clone()), value };
        match event {
            Event::Scalar(text, _, _, tag) => of(tag, Content::Text(text.into_owned())),
            Event::SequenceStart(_, tag) => {
                let mut items = Vec::new();
                loop {
                    match rest.next().unwrap() {
                        (Event::SequenceEnd, _) => return of(tag, Content::List(items)),
                        (event, span) => items.push(Self::of(event, span, rest)),
                    }
                }
            }
            Event::MappingStart(_, tag) => {
                let mut entries: Vec<(String, Self)> = Vec::new();
                loop {
                    match rest.next().unwrap() {
                        (Event::Scalar(name, ..), key) => {
                            let (event, span) = rest.next().unwrap();
                            // What is wrong with a value is looked for where its key is.
                            let value = Self { line: key.start.line(), ..Self::of(event, span, rest) };
                            assert!(
                                entries.iter().all(|(other, _)| *other != name),
                                "line {}: {name} again",
                                value.line
                            );
                            entries.push((name.into_owned(), value));
                        }
                        _ => return of(tag, Content::Map(entries)),
                    }
                }
            }
            other => panic!("line {line}: {other:?} is not expected in a template"),
        }
    }
}

impl<'a> At<'a> {
    /// The value of a key; if it is missing, the place where it should be.
    pub(crate) fn at(self, key: &str) -> Self {
        match self.get(key) {
            Some(found) => found,
            None => Self { node: None, ..self },
        }
    }

    /// The value of a key, if there is one.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.entries().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Keys and values of a map; none of anything else.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        let entries = match self.node.map(|node| &node.value) {
            Some(Content::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(move |(name, node)| (name.as_str(), self.to(node)))
    }

    /// The items of a list; of anything else that is there, itself.
    pub(crate) fn items(self) -> Vec<Self> {
        match self.node.map(|node| &node.value) {
            Some(Content::List(items)) => items.iter().map(|node| self.to(node)).collect(),
            Some(_) => vec![self],
            None => Vec::new(),
        }
    }

    /// Whether it is a list, which a tag may stand before.
    pub(crate) fn is_list(self) -> bool {
        matches!(self.node.map(|node| &node.value), Some(Content::List(_)))
    }

    /// Its text, behind a tag too, and then also the first of a list; empty if there is none.
    pub(crate) fn text(self) -> &'a str {
        match self.node.map(|node| &node.value) {
            Some(Content::Text(text)) => text,
            Some(Content::List(_)) if self.tag().is_some() => self.items()[0].text(),
            _ => "",
        }
    }

    /// The line where it begins, or should.
    pub(crate) fn line(self) -> usize {
        self.line
    }

    /// Its text as a number.
    pub(crate) fn number(self) -> Option<u64> {
        self.text().parse().ok()
    }

    /// The function that it is: `Ref`, `Sub`, `If`, …
    pub(crate) fn tag(self) -> Option<&'a str> {
        self.node.and_then(|node| node.tag.as_deref())
    }

    /// A problem with it.
    pub(crate) fn problem(self, says: impl fmt::Display) -> Problem {
        Problem(format!("{}:{}: {says}", self.document.file, self.line))
    }

    fn to(self, node: &'a Node) -> Self {
        Self { line: node.line, node: Some(node), ..self }
    }
}
