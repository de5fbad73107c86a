use super::Place;

/// Reads JSON as far as it takes to know where a value may stand. Of what is no JSON it may know anything: that is refused in
/// the end.
#[derive(Debug, Default)]
pub(in crate::programs::template) struct Reader {
    /// Of each bracket that is open, whether it is an object's.
    open: Vec<bool>,
    /// Whether a name comes, or is being written.
    in_name: bool,
    in_text: bool,
    escape: Escape,
}

/// What is still to come of an escape.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Kind,
    Digits(u8),
}

impl Reader {
    pub(super) fn read(&mut self, byte: u8) {
        if self.in_text {
            self.read_text(byte);
            return;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => {
                self.open.push(byte == b'{');
                self.in_name = byte == b'{';
            }
            b'}' | b']' => {
                self.open.pop();
                self.in_name = false;
            }
            b',' => self.in_name = self.open.last().is_some_and(|is_object| *is_object),
            b':' => self.in_name = false,
            _ => {}
        }
    }

    fn read_text(&mut self, byte: u8) {
        self.escape = match (self.escape, byte) {
            (Escape::None, b'\\') => Escape::Kind,
            (Escape::None, b'"') => {
                self.in_text = false;
                Escape::None
            }
            (Escape::Kind, b'u') => Escape::Digits(4),
            (Escape::Digits(left), _) if left > 1 => Escape::Digits(left - 1),
            _ => Escape::None,
        };
    }

    pub(super) fn place(&self) -> Result<Place, &'static str> {
        match (self.in_name, self.in_text, self.escape) {
            (true, ..) => Err("has a value where the name of a field stands"),
            (_, true, Escape::None) => Ok(Place::Within),
            (_, true, _) => Err("has a value within an escape, behind a backslash"),
            (_, false, _) => Ok(Place::Whole),
        }
    }
}
