use super::Place;

/// Reads a form as far as it takes to know where a value may stand.
#[derive(Debug, Default)]
pub(in crate::programs::template) struct Reader {
    in_value: bool,
}

impl Reader {
    pub(super) fn read(&mut self, byte: u8) {
        match byte {
            b'=' => self.in_value = true,
            b'&' => self.in_value = false,
            _ => {}
        }
    }

    pub(super) fn place(&self) -> Result<Place, &'static str> {
        match self.in_value {
            true => Ok(Place::Within),
            false => Err("has a value where the name of a field stands"),
        }
    }
}
