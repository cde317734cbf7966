//! A reader of characters that the three forms of pattern share.

use regex::Regex;

use super::PatternError;

pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns where it stands, for [`since`](Self::since).
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Returns what was read since it stood there.
    pub(super) fn since(&self, at: usize) -> &'a str {
        self.text.get(at..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes the text, if it comes next after white space.
    pub(super) fn take(&mut self, text: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Takes the word, in either case, if it comes next and ends there.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let found = self
            .rest()
            .get(..word.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(word))
            && !self.rest()[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if found {
            self.at += word.len();
        }
        found
    }

    /// Takes the text, which must come next after white space.
    pub(super) fn need(&mut self, text: &str) -> Result<(), PatternError> {
        if self.take(text) {
            Ok(())
        } else {
            Err(self.error(format!("expected '{text}'")))
        }
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    pub(super) fn error(&self, what: impl Into<String>) -> PatternError {
        PatternError {
            at: self
                .text
                .get(..self.at)
                .map_or(0, |before| before.chars().count()),
            what: what.into(),
        }
    }

    /// Reads on after an opening quote, `quote`; a backslash keeps the character after it.
    pub(super) fn quoted(&mut self, quote: char) -> Result<String, PatternError> {
        let mut text = String::new();
        loop {
            match self.next() {
                Some('\\') => text.extend(self.next()),
                Some(c) if c == quote => return Ok(text),
                Some(c) => text.push(c),
                None => return Err(self.error("a quotation mark is missing")),
            }
        }
    }

    /// Reads on after the opening `%` of a regular expression.
    pub(super) fn regex(&mut self) -> Result<Regex, PatternError> {
        let text = self.take_while(|c| c != '%');
        if text.contains(['(', ')']) {
            return Err(self.error("a regular expression may have no parentheses"));
        }
        let regex =
            Regex::new(text).map_err(|_| self.error("the regular expression is not valid"))?;
        match self.next() {
            Some('%') => Ok(regex),
            _ => Err(self.error("'%' is missing after the regular expression")),
        }
    }
}
