/// What a JSON value takes where it stands, in bytes.
const VALUE: u64 = 32;
/// What a node of an object's tree takes, in bytes: room for eleven names and values, also where there is one.
const NODE: u64 = 640;
/// So many of a node's places are taken at least, as names come in order.
const FILLED: u64 = 5;
/// The least that a text takes of the heap, in bytes.
const LEAST_TEXT: u64 = 32;
/// Deeper than the parser goes.
const DEEPEST: usize = 129;

/// What a JSON text has, as far as it matters for what is to be done with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Its values, those in lists and objects included.
    pub values: u64,
    /// How many values are in one another.
    pub levels: u64,
    /// What it takes in memory once it is parsed, in bytes.
    pub weight: u64,
}

/// A list or an object that is not yet closed.
struct Open {
    is_object: bool,
    items: u64,
}

impl Size {
    /// What a JSON text has; known without parsing it, by a look at each byte. Of what is no JSON, or is nested too deeply for
    /// the parser, it says what there is until that is seen.
    pub fn of(json: &str) -> Self {
        let (bytes, mut at) = (json.as_bytes(), 0);
        let (mut size, mut open) = (Self::default(), Vec::<Open>::new());
        let mut is_name = false;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' => {
                    let length = text_length(&bytes[at..]);
                    at += length + 1;
                    let heap = (length as u64 + 8).next_multiple_of(16).max(LEAST_TEXT);
                    size.weight += if length == 0 { 0 } else { heap };
                    if !is_name {
                        size.meet(&mut open);
                    }
                    is_name = false;
                }
                b'{' | b'[' => {
                    size.meet(&mut open);
                    is_name = byte == b'{';
                    open.push(Open { is_object: is_name, items: 0 });
                    if open.len() > DEEPEST {
                        return size;
                    }
                }
                b'}' | b']' => {
                    is_name = false;
                    let Some(closed) = open.pop() else { return size };
                    size.weight += closed.weight();
                }
                b',' => is_name = open.last().is_some_and(|open| open.is_object),
                b':' | b' ' | b'\n' | b'\r' | b'\t' => {}
                // A number or a word.
                _ => {
                    let signs = bytes[at..].iter().take_while(|byte| !b",]} \n\r\t\"[{:".contains(byte));
                    at += signs.count();
                    size.meet(&mut open);
                }
            }
        }
        size
    }

    fn meet(&mut self, open: &mut [Open]) {
        self.values += 1;
        self.levels = self.levels.max(open.len() as u64 + 1);
        match open.last_mut() {
            Some(open) => open.items += 1,
            None => self.weight += VALUE,
        }
    }
}

impl Open {
    /// What it takes beside what its values have on the heap.
    fn weight(&self) -> u64 {
        match (self.is_object, self.items) {
            (_, 0) => 0,
            (true, fields) => fields.div_ceil(FILLED) * NODE,
            // A list grows by doubling.
            (false, items) => items.max(4).next_power_of_two() * VALUE,
        }
    }
}

/// The length of a text that begins here, up to its closing quotation mark.
pub(super) fn text_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at).filter(|byte| **byte != b'"') {
        at += if byte == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(json: &str) -> (u64, u64) {
        let size = Size::of(json);
        (size.values, size.levels)
    }

    #[test]
    fn values_and_levels_are_those_that_a_parser_would_find() {
        assert_eq!(counted("\"abc\""), (1, 1));
        assert_eq!(counted(r#" { "a\"" : [ 1, {"b,": -2e5} , "]" ], "c":{}} "#), (7, 4));
        assert_eq!(counted("[true,null,[],\"\\\\\"]"), (5, 2));
        assert_eq!(counted("12"), (1, 1));
    }

    #[test]
    fn the_weight_is_what_the_parsed_value_takes() {
        assert_eq!(Size::of("1").weight, 32);
        assert_eq!(Size::of("[1,2,3,4,5]").weight, 32 + 8 * 32);
        let objects = Size::of(&format!("[{}0]", r#"{"":1},"#.repeat(290_000))).weight;
        assert!((200_000_000..210_000_000).contains(&objects), "{objects}");
    }

    #[test]
    fn what_is_no_json_is_looked_at_once_and_not_kept() {
        for odd in ["[", "{", "\"", "\"\\", "]", "}", ",", ":", "x", "\\", "{\"a\"", "é🦀\"é"] {
            let long = odd.repeat(100_000);
            assert!(Size::of(&long).levels <= DEEPEST as u64 + 1, "{odd}");
        }
    }
}
