//! Where in a JSON text a finding's location is.
//!
//! The text has been parsed by others; what is not JSON after all gives the last place that was understood.

/// A place in a text, by bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
}

/// A place as a person counts: from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
}

/// Returns what a pointer such as `/States/A/Choices[0]/Next` points at: a member's name where its value is an
/// object or array, else its value. Where the last parts are not there, that is what should have held them.
pub(crate) fn locate(text: &str, pointer: &str) -> Span {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    scanner.space();
    let begin = Span {
        start: scanner.at,
        end: (scanner.at + 1).min(text.len()),
    };
    let mut found = begin;
    let mut rest = pointer;
    while let Some((span, left)) = scanner.step(rest) {
        found = span;
        rest = left;
    }
    found
}

/// Returns the line and column of a byte.
pub(crate) fn place(text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    Place {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Goes into the member or element that `pointer` begins with; what is left of the pointer is returned too.
    fn step<'p>(&mut self, pointer: &'p str) -> Option<(Span, &'p str)> {
        let inside = self.at;
        let found = match self.peek()? {
            b'{' => self.member(pointer),
            b'[' => self.element(pointer),
            _ => None,
        };
        if found.is_none() {
            self.at = inside;
        }
        found
    }

    fn member<'p>(&mut self, pointer: &'p str) -> Option<(Span, &'p str)> {
        let pointer = pointer.strip_prefix('/')?;
        // names are not escaped in pointers: of the names that fit, the longest is meant
        let mut best: Option<(Span, usize, &'p str)> = None;
        self.at += 1;
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                break;
            }
            let key = self.string();
            let name: String = serde_json::from_str(&self.text[key.start..key.end]).ok()?;
            if !self.take(b':') {
                break;
            }
            self.space();
            let value = self.at;
            self.skip()?;
            let left = pointer
                .strip_prefix(name.as_str())
                .filter(|l| l.is_empty() || l.starts_with(['/', '[']));
            if let Some(left) = left.filter(|l| best.is_none_or(|b| l.len() <= b.2.len())) {
                let holds = matches!(self.bytes.get(value), Some(b'{' | b'['));
                let span = if holds {
                    key
                } else {
                    Span {
                        start: value,
                        end: self.at,
                    }
                };
                best = Some((span, value, left));
            }
            if !self.take(b',') {
                break;
            }
        }
        let (span, value, left) = best?;
        self.at = value;
        Some((span, left))
    }

    fn element<'p>(&mut self, pointer: &'p str) -> Option<(Span, &'p str)> {
        let rest = pointer
            .strip_prefix('[')
            .or_else(|| pointer.strip_prefix('/'))?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let index: usize = rest[..digits].parse().ok()?;
        let left = rest[digits..].strip_prefix(']').unwrap_or(&rest[digits..]);
        self.at += 1;
        for _ in 0..index {
            self.space();
            self.skip()?;
            if !self.take(b',') {
                return None;
            }
        }
        self.space();
        let start = self.at;
        self.skip()?;
        let holds = matches!(self.bytes.get(start), Some(b'{' | b'['));
        let end = if holds { start + 1 } else { self.at };
        self.at = start;
        Some((Span { start, end }, left))
    }

    /// Skips a value, however deep: brackets are counted.
    fn skip(&mut self) -> Option<()> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                None => break,
                Some(b'"') => {
                    self.string();
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b' ' | b'\t' | b'\r' | b'\n') if depth == 0 => break,
                Some(_) => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                break;
            }
        }
        (self.at > start).then_some(())
    }

    /// Skips a string with its quotes.
    fn string(&mut self) -> Span {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        self.at = self.at.min(self.bytes.len());
        Span {
            start,
            end: self.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"States\": {\n    \"a/b\": {\"Next\": \"é \\\" }\", \"n\": [1, {\"x\": true}, -2.5]},\n    \"a\": {\"b\": 7}\n  }\n}";

    fn at(pointer: &str) -> &'static str {
        let span = locate(TEXT, pointer);
        &TEXT[span.start..span.end]
    }

    #[test]
    fn a_pointer_leads_to_a_value_or_to_the_name_of_what_holds_more() {
        assert_eq!(at("/States/a/b/Next"), "\"é \\\" }\"");
        assert_eq!(at("/States/a/b"), "\"a/b\"", "the longest name that fits");
        assert_eq!(at("/States"), "\"States\"");
        assert_eq!(at("/States/a/b/n[1]/x"), "true");
        assert_eq!(at("/States/a/b/n/2"), "-2.5");
        assert_eq!(at("/States/a/b/n[1]"), "{");
    }

    #[test]
    fn what_is_not_there_leads_to_what_should_hold_it() {
        assert_eq!(at(""), "{");
        assert_eq!(at("/"), "{");
        assert_eq!(at("/Nothing/x"), "{");
        assert_eq!(at("/States/a/b/n[9]"), "\"n\"");
        assert_eq!(at("/States/a/b/Missing"), "\"a/b\"");
    }

    #[test]
    fn broken_text_gives_some_place_in_it() {
        for text in [
            "",
            "{",
            "{\"a",
            "{\"a\":",
            "[",
            "{\"a\" 1}",
            "{\"a\":[1,",
            "\"\\",
        ] {
            for pointer in ["", "/a", "/a[1]", "/a/b"] {
                let span = locate(text, pointer);
                assert!(span.start <= span.end && span.end <= text.len());
            }
        }
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let offset = TEXT.find("\"n\"").unwrap();
        assert_eq!(
            place(TEXT, offset),
            Place {
                line: 3,
                column: 31
            }
        );
        assert_eq!(place("", 0), Place { line: 1, column: 1 });
        assert_eq!(place("a\n", 2), Place { line: 2, column: 1 });
    }
}
