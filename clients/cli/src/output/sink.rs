use std::io::{ErrorKind, IsTerminal, Write};

use anstream::AutoStream;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::paint::{bold, paint};
use super::{Table, clean};
use crate::exit::{Exit, Failure};

/// The width that is taken if nobody says how wide the terminal is.
const USUAL_WIDTH: usize = 80;

/// stdout: lines and tables for a person at a terminal, one JSON object a line for everybody else.
pub(crate) struct Sink {
    out: AutoStream<std::io::Stdout>,
    /// Whether a program reads.
    pub(crate) json: bool,
    colour: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
    reader: Reader,
}

/// Who reads what is printed.
#[derive(PartialEq, Eq)]
enum Reader {
    /// Somebody. If they go, what was begun goes on unseen, and ends with its own exit status.
    There,
    /// Somebody for whom alone it is done: if they go, it is over.
    Wanted,
    /// Nobody any more.
    Gone,
}

impl Sink {
    /// As it is wanted: JSON if it was asked for or nobody looks.
    pub(crate) fn new(json: bool) -> Self {
        let out = AutoStream::auto(std::io::stdout());
        let colour = out.current_choice() != anstream::ColorChoice::Never;
        let json = json || !std::io::stdout().is_terminal();
        Self { out, json, colour, width: width(), reader: Reader::There }
    }

    /// Nothing but what is printed is wanted of this command: if the reader goes, as `head` does, it ends well.
    pub(crate) fn ends_with_its_reader(&mut self) {
        self.reader = Reader::Wanted;
    }

    /// An object as the API wrote it, on a line of its own.
    pub(crate) fn raw(&mut self, object: &RawValue) -> Result<(), Failure> {
        let text = object.get();
        // The API writes on one line; whoever stands between may not.
        if text.contains('\n') {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            return self.object(&value);
        }
        self.write(text)
    }

    /// An object on a line of its own.
    pub(crate) fn object(&mut self, object: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(object).map_err(|error| Failure::failed(format!("{error}.")))?;
        self.write(&text)
    }

    /// What was answered: the object for a program, a line about it for a person.
    pub(crate) fn answer(&mut self, object: &impl Serialize, line: &str) -> Result<(), Failure> {
        if self.json { self.object(object) } else { self.line(line) }
    }

    /// A line for a person.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        let line = clean(line);
        let line = if self.colour { paint(&line) } else { line };
        self.write(&line)
    }

    /// A heading for a person.
    pub(crate) fn heading(&mut self, line: &str) -> Result<(), Failure> {
        let line = clean(line);
        let line = if self.colour { bold(&line) } else { line };
        self.write(&line)
    }

    /// A table for a person, as wide as the terminal at most.
    pub(crate) fn table(&mut self, table: &Table) -> Result<(), Failure> {
        for (number, line) in table.lines(self.width).iter().enumerate() {
            let line = match (self.colour, number == 0 && table.has_header(self.width)) {
                (false, _) => line.clone(),
                (true, true) => bold(line),
                (true, false) => paint(line),
            };
            self.write(&line)?;
        }
        Ok(())
    }

    /// Text or a document as it is, without another line break.
    pub(crate) fn text(&mut self, text: &[u8]) -> Result<(), Failure> {
        self.settled(|_| std::io::stdout().write_all(text))
    }

    fn write(&mut self, line: &str) -> Result<(), Failure> {
        self.settled(|out| writeln!(out, "{line}"))
    }

    /// A reader that has gone has had enough, which is no failure. Anything else that keeps data from being written is one.
    fn settled(
        &mut self,
        write: impl FnOnce(&mut AutoStream<std::io::Stdout>) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        if self.reader == Reader::Gone {
            return Ok(());
        }
        match write(&mut self.out).and_then(|()| self.out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                if self.reader == Reader::Wanted {
                    std::process::exit(Exit::Done as i32);
                }
                self.reader = Reader::Gone;
                Ok(())
            }
            Err(error) => Err(Failure::failed(format!("The output cannot be written: {error}."))),
        }
    }
}

/// The columns that there are: those that COLUMNS asks for, those of the terminal, or the usual ones.
fn width() -> usize {
    let wanted = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse::<u16>().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| width.0);
    let width = wanted.filter(|width| *width > 0).or_else(|| terminal().filter(|width| *width > 0));
    width.map_or(USUAL_WIDTH, usize::from)
}
