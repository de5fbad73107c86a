/// What is judged.
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// What the endpoint was asked.
    pub input: &'a str,
    /// What it answered.
    pub output: Option<&'a str>,
    /// What would have been right.
    pub expected: Option<&'a str>,
    /// What the endpoint answered from.
    pub context: Vec<String>,
}

impl Material<'_> {
    /// How many bytes it has as a text of JSON within a text of JSON.
    pub(super) fn length_as_sent(&self) -> usize {
        let texts = [Some(self.input), self.output, self.expected].into_iter().flatten();
        let texts = texts.chain(self.context.iter().map(String::as_str));
        let length = |byte| match byte {
            b'"' | b'\\' => 4,
            b'\n' | b'\t' | b'\r' => 3,
            0..0x20 => 7,
            _ => 1,
        };
        texts.flat_map(str::bytes).map(length).sum()
    }
}
