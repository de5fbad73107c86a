use crate::logical_id;

/// A part of the template that is made: from the line of its mark to the next closing one.
pub(crate) struct Section {
    pub(crate) opens: &'static str,
}

/// How every part ends.
const CLOSES: &str = "# <<<";
/// How many of a kind run at once, until somebody says otherwise.
const USUAL_CONCURRENCY: u32 = 2;

impl Section {
    /// Whom every function may send to.
    pub(crate) const SENDERS: Self = Self { opens: "# >>> who may be woken" };
    /// The blocks of resources.
    pub(crate) const BLOCKS: Self = Self { opens: "# >>> kinds" };
    /// The names of the functions.
    pub(crate) const OUTPUTS: Self = Self { opens: "# >>> names" };

    /// The text with another content of this part.
    pub(crate) fn replaced(&self, text: &str, content: &str) -> Result<String, String> {
        let missing =
            |mark: &str| format!("there is no line `{mark}` where the template has what its kinds have");
        let opens = text.find(self.opens).ok_or_else(|| missing(self.opens))?;
        let begin = opens + text[opens..].find('\n').ok_or_else(|| missing(CLOSES))? + 1;
        let closes = begin + text[begin..].find(CLOSES).ok_or_else(|| missing(CLOSES))?;
        // The closing mark keeps its indentation.
        let end = text[..closes].rfind('\n').map_or(0, |at| at + 1).max(begin);
        Ok(format!("{}{content}{}", &text[..begin], &text[end..]))
    }
}

/// The `MaximumConcurrency` that a kind has in a template.
pub(crate) fn concurrency(template: &str, kind: &str) -> u32 {
    let block = template.split_once(&format!("\n  {}Events:\n", logical_id(kind))).map(|(_, rest)| rest);
    let number = block.and_then(|block| block.split_once("MaximumConcurrency: ")).map(|(_, rest)| rest);
    let digits = number.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(USUAL_CONCURRENCY)
}
