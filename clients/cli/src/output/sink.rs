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
}

impl Sink {
    /// As it is wanted: JSON if it was asked for or nobody looks.
    pub(crate) fn new(json: bool) -> Self {
        let out = AutoStream::auto(std::io::stdout());
        let colour = out.current_choice() != anstream::ColorChoice::Never;
        let json = json || !std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size().map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0));
        Self { out, json, colour, width: if width == 0 { USUAL_WIDTH } else { width } }
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
            let line = match (self.colour, number == 0 && table.has_header()) {
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
        let written = std::io::stdout().write_all(text);
        settled(written.and_then(|()| self.out.flush()))
    }

    fn write(&mut self, line: &str) -> Result<(), Failure> {
        let written = writeln!(self.out, "{line}");
        settled(written.and_then(|()| self.out.flush()))
    }
}

/// A reader that has gone has had enough: that is a good end. Anything else that keeps data from being written is none.
fn settled(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(Exit::Done as i32),
        Err(error) => Err(Failure::failed(format!("The output cannot be written: {error}."))),
    }
}
