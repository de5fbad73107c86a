use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Row, Width};
use uuid::Uuid;

use super::clean::cut;

/// No cell is longer: what a page shows is for looking, `--json` has all of it.
const LONGEST_CELL: usize = 400;
/// What a narrow terminal does without, the first of these first.
const SPARE: [&str; 11] = [
    "took",
    "attempt",
    "last used",
    "created",
    "begins",
    "begun",
    "active",
    "last",
    "tests",
    "test set",
    "attempts",
];
/// The columns that every other one needs beside an id, with its space.
const LEAST_OTHER: usize = 7;
/// Less than this is too narrow for an id and something beside it.
const LEAST_WIDTH: usize = 44;
/// The columns of an id, which is copied and therefore never broken.
const ID: u16 = 36;

/// Rows under a header, or pairs of a name and a value.
pub(crate) struct Table {
    inner: comfy_table::Table,
    header: Vec<&'static str>,
    is_shown: bool,
    /// Whether a column has ids and nothing else.
    ids: Vec<bool>,
    /// The rows, for a terminal too narrow for columns.
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With a header.
    pub(crate) fn new<const N: usize>(header: [&'static str; N]) -> Self {
        let mut table = Self::more(header);
        table.inner.set_header(header);
        table.is_shown = true;
        table
    }

    /// Further rows under a header that was shown.
    pub(crate) fn more<const N: usize>(header: [&'static str; N]) -> Self {
        Self { header: header.to_vec(), ..Self::plain() }
    }

    /// Without a header: names and values.
    pub(crate) fn plain() -> Self {
        let mut inner = comfy_table::Table::new();
        inner.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        Self { inner, header: Vec::new(), is_shown: false, ids: Vec::new(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) -> &mut Self {
        self.ids.resize(N, true);
        for (is_id, cell) in self.ids.iter_mut().zip(&cells) {
            *is_id &= cell.len() == usize::from(ID) && Uuid::parse_str(cell).is_ok();
        }
        let cells = cells.map(|cell| cut(&cell, LONGEST_CELL));
        self.rows.push(cells.to_vec());
        self.inner.add_row(Row::from(cells));
        self
    }

    /// Adds a name and a value, if there is one.
    pub(crate) fn pair(&mut self, name: &str, value: Option<String>) -> &mut Self {
        match value {
            Some(value) => self.row([name.to_owned(), value]),
            None => self,
        }
    }

    /// Whether its first line is a header, on a terminal of this width.
    pub(super) fn has_header(&self, width: usize) -> bool {
        self.is_shown && !self.is_stacked(width)
    }

    /// Its lines, none wider than `width`; but where not even an id has room, a line a cell, which the terminal folds.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        if self.is_stacked(width) {
            return self.stacked();
        }
        let mut table = self.inner.clone();
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        let mut widths = table.column_max_content_widths();
        let names: Vec<u16> =
            self.header.iter().map(|name| u16::try_from(name.len()).unwrap_or(u16::MAX)).collect();
        widths.iter_mut().zip(&names).for_each(|(width, name)| *width = (*name).max(*width));
        for spare in SPARE {
            let column = self.header.iter().position(|name| *name == spare);
            let Some(column) = column.filter(|_| wanted(&widths) > width) else { continue };
            if let Some(hidden) = table.column_mut(column) {
                hidden.set_constraint(ColumnConstraint::Hidden);
                widths[column] = 0;
            }
        }
        // Further rows stand below the names that were shown.
        let below = !self.is_shown && wanted(&widths) <= width;
        for (column, name) in names.iter().enumerate().filter(|(column, _)| below && widths[*column] > 0) {
            if let Some(named) = table.column_mut(column) {
                let padding = if column == 0 { 1 } else { 2 };
                named.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(*name + padding)));
            }
        }
        for (column, _) in self.ids.iter().enumerate().filter(|(_, is_id)| **is_id) {
            // Beside it there must be room for the others.
            let others = widths.iter().filter(|width| **width > 0).count().saturating_sub(1);
            let room = usize::from(ID) + LEAST_OTHER * others;
            if let Some(ids) = table.column_mut(column).filter(|_| room <= width) {
                let padding = if column == 0 { 1 } else { 2 };
                ids.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(ID + padding)));
            }
        }
        // The first column begins where the line does.
        if let Some(first) = table.column_mut(0) {
            first.set_padding((0, 1));
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect()
    }

    fn is_stacked(&self, width: usize) -> bool {
        width < LEAST_WIDTH && !self.header.is_empty() && self.ids.contains(&true)
    }

    fn stacked(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for row in &self.rows {
            let cells = self.header.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            lines.extend(cells.map(|(name, cell)| format!("{name} {cell}")));
            lines.push(String::new());
        }
        lines
    }
}

/// The width of a table whose columns are so wide, with the spaces between them.
fn wanted(widths: &[u16]) -> usize {
    widths
        .iter()
        .filter(|width| **width > 0)
        .map(|width| usize::from(*width) + 2)
        .sum::<usize>()
        .saturating_sub(1)
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

    #[test]
    fn an_id_is_not_broken_and_what_a_narrow_terminal_has_no_room_for_is_left_out() {
        let id = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23";
        let header = ["task", "kind", "status", "attempt", "created", "took"];
        let cells =
            [id, "execute_test_configuration", "SUCCESS", "1", "52 s ago", "0.8 s"].map(str::to_owned);
        let mut table = Table::new(header);
        table.row(cells.clone());
        let mut more = Table::more(header);
        more.row(cells);
        for width in [80, 100, 200] {
            let lines = table.lines(width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{lines:?}");
            assert!(lines[1].starts_with(&format!("{id} ")) && lines[0].contains("status"), "{lines:?}");
            assert_eq!(lines[0].contains("took"), width >= 100, "{lines:?}");
            assert_eq!(more.lines(width), lines[1..], "further rows stand below the first");
        }
        assert_eq!(table.lines(20)[0], format!("task {id}"));
    }
}
