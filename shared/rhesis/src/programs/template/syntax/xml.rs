use super::Place;

/// Reads XML as far as it takes to know where a value may stand: between tags, or in the quotes of an attribute.
#[derive(Debug, Default)]
pub(in crate::programs::template) struct Reader {
    in_tag: bool,
    /// The quote that ends the attribute's value that is being written.
    quote: Option<u8>,
}

impl Reader {
    pub(super) fn read(&mut self, byte: u8) {
        match (self.in_tag, self.quote, byte) {
            (false, _, b'<') => self.in_tag = true,
            (true, Some(quote), _) if quote == byte => self.quote = None,
            (true, None, b'"' | b'\'') => self.quote = Some(byte),
            (true, None, b'>') => self.in_tag = false,
            _ => {}
        }
    }

    pub(super) fn place(&self) -> Result<Place, &'static str> {
        match (self.in_tag, self.quote) {
            (true, None) => Err("has a value within a tag, a comment or a CDATA section"),
            _ => Ok(Place::Within),
        }
    }
}

/// A text as it stands between tags, and in quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(sign),
        }
    }
    escaped
}
