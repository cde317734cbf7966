//! A growing file, read line by line.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
};

/// How much is read at once.
const CHUNK_BYTES: u64 = 512 * 1024;

/// CloudWatch takes events of up to 256 KB; a longer line becomes several.
const MAX_LINE_BYTES: usize = 200 * 1024;

/// Reads a file that another process appends to. The same bytes always give the same lines, however they
/// came: so a count of lines says where to go on.
pub(super) struct Lines {
    path: PathBuf,
    offset: u64,
    /// The beginning of a line whose end is not there yet.
    rest: Vec<u8>,
}

impl Lines {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            offset: 0,
            rest: Vec::new(),
        }
    }

    /// Returns the next lines that are whole, without the empty ones; at the file's end, when `ended`, also
    /// the last one. Nothing when there is nothing more for now.
    pub(super) fn next(&mut self, ended: bool) -> io::Result<Option<Vec<String>>> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        file.seek(SeekFrom::Start(self.offset))?;
        let read = file.take(CHUNK_BYTES).read_to_end(&mut self.rest)?;
        self.offset += u64::try_from(read).unwrap_or(0);
        let mut lines = Vec::new();
        while let Some(line) = self.cut() {
            push(&mut lines, &line);
        }
        if read == 0 {
            if !ended || self.rest.is_empty() {
                return Ok((!lines.is_empty()).then_some(lines));
            }
            let last = std::mem::take(&mut self.rest);
            push(&mut lines, &last);
        }
        Ok(Some(lines))
    }

    /// Takes a line, or as much of one as an event may hold, from what was read.
    fn cut(&mut self) -> Option<Vec<u8>> {
        let window = &self.rest[..self.rest.len().min(MAX_LINE_BYTES)];
        if let Some(end) = window.iter().position(|b| *b == b'\n') {
            let mut line: Vec<u8> = self.rest.drain(..=end).collect();
            line.pop();
            return Some(line);
        }
        if self.rest.len() <= MAX_LINE_BYTES {
            return None;
        }
        // Not within a character of UTF-8.
        let end = (0..=MAX_LINE_BYTES)
            .rev()
            .find(|i| self.rest[*i] & 0xc0 != 0x80);
        Some(
            self.rest
                .drain(..end.filter(|e| *e > 0).unwrap_or(MAX_LINE_BYTES))
                .collect(),
        )
    }
}

fn push(lines: &mut Vec<String>, line: &[u8]) {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches('\r');
    if !text.is_empty() {
        lines.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_come_whole_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut lines = Lines::new(path.clone());
        assert_eq!(lines.next(false).unwrap(), None);
        let mut file = File::create(&path).unwrap();
        file.write_all(b"one\n\ntw").unwrap();
        assert_eq!(lines.next(false).unwrap().unwrap(), ["one"]);
        assert_eq!(lines.next(false).unwrap(), None);
        file.write_all(b"o\r\nthree").unwrap();
        assert_eq!(lines.next(false).unwrap().unwrap(), ["two"]);
        assert_eq!(lines.next(true).unwrap().unwrap(), ["three"]);
        assert_eq!(lines.next(true).unwrap(), None);
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_between_characters() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        std::fs::write(&path, "x".to_owned() + &"ä".repeat(MAX_LINE_BYTES)).unwrap();
        let mut lines = Lines::new(path);
        let mut got = Vec::new();
        while let Some(more) = lines.next(true).unwrap() {
            got.extend(more);
        }
        assert!(got.len() > 1 && got.iter().all(|l| l.len() <= MAX_LINE_BYTES));
        assert_eq!(got.concat().chars().count(), MAX_LINE_BYTES + 1);
    }
}
