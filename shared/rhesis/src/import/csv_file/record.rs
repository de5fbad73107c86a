/// The cells of a record.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub(super) text: Vec<u8>,
    /// Where each of them ends in it.
    pub(super) ends: Vec<usize>,
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn cells(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        (0..self.len()).map(|place| self.cell(place))
    }

    /// A cell by its place; nothing if it has none.
    pub(super) fn cell(&self, place: usize) -> &[u8] {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.ends.get(place).map_or(&[], |end| &self.text[begin..*end])
    }
}
