//! Where the lines of a file end: at LF, at CRLF and at CR alone.

/// Counts the lines up to places of a file, each behind the one before.
pub(super) struct Counter<'a> {
    file: &'a [u8],
    place: usize,
    line: u64,
}

impl<'a> Counter<'a> {
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self { file, place: 0, line: 1 }
    }

    /// The number of the line, from 1, that the byte at `place` stands on.
    pub(super) fn line_at(&mut self, place: usize) -> u64 {
        let ends = (self.place..place.min(self.file.len())).filter(|at| ends_at(self.file, *at)).count();
        self.line += ends as u64;
        self.place = self.place.max(place);
        self.line
    }
}

/// Whether a line ends with this byte. The LF of a CRLF ends nothing: its CR did.
fn ends_at(file: &[u8], at: usize) -> bool {
    match file[at] {
        b'\r' => true,
        b'\n' => at == 0 || file[at - 1] != b'\r',
        _ => false,
    }
}

/// Whether this byte is one of those between two lines.
pub(super) fn is_break(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The lines that are not blank, each with its number from 1.
pub(super) fn written(file: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut counter = Counter::new(file);
    file.split(is_break).filter(|line| !line.trim_ascii().is_empty()).map(move |line| {
        let place = line.as_ptr() as usize - file.as_ptr() as usize;
        (counter.line_at(place), line)
    })
}
