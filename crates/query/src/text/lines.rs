//! Chunks to lines.

/// A line longer than this is refused: 64 MiB.
pub(super) const LONGEST: usize = 64 << 20;

/// Splits bytes into lines at LF, CRLF or CR.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) buffer: Vec<u8>,
    at: usize,
    /// How far the rest was searched in vain.
    searched: usize,
}

impl Lines {
    /// Returns the next whole line. At the file's end the last line counts without its LF.
    pub(super) fn next(&mut self, ended: bool) -> Option<std::ops::Range<usize>> {
        let from = self.at.max(self.searched);
        let found = self.buffer[from..]
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map(|i| from + i);
        match found {
            Some(end) if self.buffer[end] == b'\r' => {
                let next = match self.buffer.get(end + 1) {
                    Some(b'\n') => end + 2,
                    None if !ended => {
                        self.searched = end;
                        return None;
                    }
                    _ => end + 1,
                };
                Some(self.take(end, next))
            }
            Some(end) => Some(self.take(end, end + 1)),
            None if ended && self.at < self.buffer.len() => {
                let end = self.buffer.len();
                Some(self.take(end, end))
            }
            None => {
                self.searched = self.buffer.len();
                None
            }
        }
    }

    fn take(&mut self, end: usize, next: usize) -> std::ops::Range<usize> {
        let start = std::mem::replace(&mut self.at, next);
        self.searched = next;
        start..end
    }

    /// Forgets the lines that were given out; ranges given before are void.
    pub(super) fn compact(&mut self) {
        self.buffer.drain(..self.at);
        self.searched -= self.at.min(self.searched);
        self.at = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(chunks: &[&str]) -> Vec<String> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for (i, chunk) in chunks.iter().enumerate() {
            lines.buffer.extend_from_slice(chunk.as_bytes());
            while let Some(range) = lines.next(i + 1 == chunks.len()) {
                found.push(String::from_utf8(lines.buffer[range].to_vec()).unwrap());
            }
            lines.compact();
        }
        found
    }

    #[test]
    fn lines_end_in_three_ways_wherever_the_chunks_are_cut() {
        let want = ["a", "bc", "", "d", "e"];
        assert_eq!(split(&["a\nbc\r\n\nd\re"]), want);
        assert_eq!(split(&["a\nb", "c\r", "\n\nd", "\r", "e"]), want);
        assert_eq!(split(&["a\nbc\r\n\nd\re\n"]), want);
        assert_eq!(split(&["", ""]), Vec::<String>::new());
    }
}
