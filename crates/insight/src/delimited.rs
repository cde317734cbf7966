//! Delimited text: Athena's results and people's CSV files.
//!
//! A field without quotes and without text is NULL, `""` is empty text: Athena writes it so, and where others do not
//! care it does no harm.

/// Cells of one row; absent for NULL.
pub(crate) type Cells = Vec<Option<String>>;

/// Reads rows from text that comes in pieces.
pub(crate) struct Reader {
    /// None: a line is a row of one cell.
    delimiter: Option<u8>,
    row: Cells,
    cell: Vec<u8>,
    /// The cell began with a quote.
    quoted: bool,
    inside: bool,
    any: bool,
}

impl Reader {
    pub(crate) fn new(delimiter: Option<u8>) -> Self {
        Self {
            delimiter,
            row: Vec::new(),
            cell: Vec::new(),
            quoted: false,
            inside: false,
            any: false,
        }
    }

    /// Takes a piece; returns the rows that it completes, up to `most`, and how many bytes it took for them.
    pub(crate) fn take(&mut self, piece: &[u8], most: usize) -> (Vec<Cells>, usize) {
        let mut rows = Vec::new();
        for (at, byte) in piece.iter().enumerate() {
            if rows.len() == most {
                return (rows, at);
            }
            self.any = true;
            match *byte {
                b'\n' if !self.inside => {
                    if !self.quoted && self.cell.last() == Some(&b'\r') {
                        self.cell.pop();
                    }
                    self.end_cell();
                    self.any = false;
                    rows.push(std::mem::take(&mut self.row));
                }
                b'"' if self.inside => self.inside = false,
                b'"' if self.delimiter.is_some() && (self.quoted || self.cell.is_empty()) => {
                    // A quote after a closed one was doubled.
                    if self.quoted {
                        self.cell.push(b'"');
                    }
                    (self.quoted, self.inside) = (true, true);
                }
                byte if !self.inside && Some(byte) == self.delimiter => self.end_cell(),
                // Between a closing quote and the line's end.
                b'\r' if self.quoted && !self.inside => {}
                byte => self.cell.push(byte),
            }
        }
        (rows, piece.len())
    }

    fn end_cell(&mut self) {
        let bytes = std::mem::take(&mut self.cell);
        let there = self.quoted || !bytes.is_empty() || self.delimiter.is_none();
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        self.row.push(there.then_some(text));
        self.quoted = false;
    }

    /// Returns a last row without a line's end.
    pub(crate) fn finish(mut self) -> Option<Cells> {
        if !self.any {
            return None;
        }
        self.end_cell();
        Some(self.row)
    }
}

/// Finds where rows begin, without reading what is in them.
#[derive(Default)]
pub(crate) struct Counter {
    /// Quotes mean something.
    quotes: bool,
    inside: bool,
    /// Bytes seen.
    at: u64,
    /// Rows that have ended.
    rows: u64,
    open: bool,
}

impl Counter {
    pub(crate) fn new(quotes: bool) -> Self {
        Self {
            quotes,
            ..Self::default()
        }
    }

    /// Takes a piece; tells of each row that ended how many there are now, and where the next begins.
    pub(crate) fn take(&mut self, piece: &[u8], mut ended: impl FnMut(u64, u64)) {
        for byte in piece {
            self.at += 1;
            self.open = true;
            match byte {
                b'"' if self.quotes => self.inside = !self.inside,
                b'\n' if !self.inside => {
                    self.rows += 1;
                    self.open = false;
                    ended(self.rows, self.at);
                }
                _ => {}
            }
        }
    }

    /// Returns how many rows there are, a last one without a line's end among them.
    pub(crate) fn total(&self) -> u64 {
        self.rows + u64::from(self.open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[Option<&str>]) -> Cells {
        row.iter().map(|c| c.map(str::to_owned)).collect()
    }

    #[test]
    fn rows_are_the_same_however_the_text_comes() {
        let text = "\"a\",,\"\"\nplain,\"say \"\"hi\"\"\nand on\",x\r\n\"q\"\r\nlast";
        let wanted = [
            cells(&[Some("a"), None, Some("")]),
            cells(&[Some("plain"), Some("say \"hi\"\nand on"), Some("x")]),
            cells(&[Some("q")]),
            cells(&[Some("last")]),
        ];
        for size in [1, 2, 3, 7, 1000] {
            let mut reader = Reader::new(Some(b','));
            let mut rows: Vec<Cells> = text
                .as_bytes()
                .chunks(size)
                .flat_map(|piece| reader.take(piece, usize::MAX).0)
                .collect();
            rows.extend(reader.finish());
            assert_eq!(rows, wanted, "{size}");
            let mut counter = Counter::new(true);
            let mut places = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                counter.take(piece, |_, at| places.push(at));
            }
            assert_eq!(places, [8, 37, 42]);
            assert_eq!((counter.rows, counter.total()), (3, 4));
        }
    }

    #[test]
    fn lines_are_rows_where_nothing_delimits() {
        let mut reader = Reader::new(None);
        let (rows, taken) = reader.take(b"a,\"b\n\nc", 2);
        assert_eq!(rows, [cells(&[Some("a,\"b")]), cells(&[Some("")])]);
        assert_eq!(taken, 6);
    }
}
