/// One test to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the endpoint is asked; not empty.
    pub prompt: String,
    /// The answer that is expected, as it was written.
    pub expected: Option<String>,
}

impl Row {
    /// A row of these texts, or what is wrong with them, naming the field.
    pub(super) fn new(prompt: String, expected: Option<String>) -> Result<Self, String> {
        if prompt.trim().is_empty() {
            return Err("prompt is empty".to_owned());
        }
        let expected = expected.filter(|text| !text.trim().is_empty());
        for (field, text) in [("prompt", Some(&prompt)), ("expected", expected.as_ref())] {
            if text.is_some_and(|text| text.contains('\0')) {
                return Err(format!("{field} holds the character U+0000, which cannot be stored"));
            }
        }
        Ok(Self { prompt, expected })
    }
}
