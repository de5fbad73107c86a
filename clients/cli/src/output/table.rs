use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Row};

use super::clean::cut;

/// No cell is longer: what a page shows is for looking, `--json` has all of it.
const LONGEST_CELL: usize = 400;

/// Rows under a header, or pairs of a name and a value.
pub(crate) struct Table {
    inner: comfy_table::Table,
    header: bool,
}

impl Table {
    /// With a header.
    pub(crate) fn new<const N: usize>(header: [&str; N]) -> Self {
        let mut table = Self::plain();
        table.inner.set_header(header);
        table.header = true;
        table
    }

    /// Without one: names and values.
    pub(crate) fn plain() -> Self {
        let mut inner = comfy_table::Table::new();
        inner.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        Self { inner, header: false }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) -> &mut Self {
        self.inner.add_row(Row::from(cells.map(|cell| cut(&cell, LONGEST_CELL))));
        self
    }

    /// Adds a name and a value, if there is one.
    pub(crate) fn pair(&mut self, name: &str, value: Option<String>) -> &mut Self {
        match value {
            Some(value) => self.row([name.to_owned(), value]),
            None => self,
        }
    }

    pub(super) fn has_header(&self) -> bool {
        self.header
    }

    /// Its lines, none wider than `width`.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let mut table = self.inner.clone();
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        // The first column begins where the line does.
        if let Some(first) = table.column_mut(0) {
            first.set_padding((0, 1));
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_no_wider_than_the_terminal_and_a_cell_is_no_line_break() {
        let mut table = Table::new(["id", "reason"]);
        table.row(["01976ad0".into(), "a long\nreason that has to be folded somewhere".into()]);
        let lines = table.lines(30);
        assert!(lines.iter().all(|line| line.chars().count() <= 30), "{lines:?}");
        assert!(lines.len() > 2 && lines[0].starts_with("id "), "{lines:?}");
        assert_eq!(table.lines(200).len(), 2);
    }
}
