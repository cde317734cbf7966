//! JSON text to values, with Jackson's words for what is wrong.

use std::sync::Arc;

use super::{MAX_DEPTH, Number, Object, Value};

/// Why a text is not JSON, in the words of the parser that AWS uses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    pub message: String,
    /// One-based.
    pub line: usize,
    /// One-based, counted as Jackson counts: just behind what it has read.
    pub column: usize,
}

pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    parser.space();
    let value = parser.value()?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.unexpected());
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn error(&self, at: usize, message: impl Into<String>) -> ParseError {
        let before = &self.text[..floor(self.text, at)];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        ParseError {
            message: message.into(),
            line,
            column,
        }
    }

    fn value(&mut self) -> Result<Value, ParseError> {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string().map(|s| Value::String(s.into())),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, ParseError> {
        let rest = &self.text[self.at..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(rest.len());
        let word = &rest[..length];
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "" => return Err(self.unexpected()),
            _ => {
                let expected = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
                return Err(self.error(
                    self.at + length,
                    format!("Unrecognized token '{word}': {expected}"),
                ));
            }
        };
        self.at += length;
        Ok(value)
    }

    fn unexpected(&self) -> ParseError {
        let Some(c) = self.text.get(self.at..).and_then(|t| t.chars().next()) else {
            return self.error(self.at, "Unexpected end-of-input");
        };
        if c.is_alphabetic() {
            let mut copy = Parser {
                text: self.text,
                at: self.at,
                depth: 0,
            };
            if let Err(e) = copy.word() {
                return e;
            }
        }
        self.error(
            self.at + c.len_utf8(),
            format!(
                "Unexpected character ('{c}' (code {})): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                c as u32
            ),
        )
    }

    fn deeper(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(
                self.at,
                format!(
                    "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH}, from `StreamReadConstraints.getMaxNestingDepth()`)",
                    self.depth
                ),
            ));
        }
        Ok(())
    }

    fn array(&mut self) -> Result<Value, ParseError> {
        self.deeper()?;
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
        } else {
            loop {
                self.space();
                items.push(self.value()?);
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.separator("Array")),
                }
            }
        }
        self.depth -= 1;
        Ok(Value::Array(Arc::new(items)))
    }

    fn object(&mut self) -> Result<Value, ParseError> {
        self.deeper()?;
        self.at += 1;
        let mut members = Object::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                self.space();
                if self.peek() != Some(b'"') {
                    return Err(self.name_expected());
                }
                let name = self.string()?;
                self.space();
                if self.peek() != Some(b':') {
                    return Err(self.colon_expected());
                }
                self.at += 1;
                self.space();
                let value = self.value()?;
                members.insert(name.into(), value);
                self.space();
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.separator("Object")),
                }
            }
        }
        self.depth -= 1;
        Ok(Value::Object(Arc::new(members)))
    }

    fn separator(&self, what: &str) -> ParseError {
        match self.text.get(self.at..).and_then(|t| t.chars().next()) {
            None => self.error(self.at, format!("Unexpected end-of-input: expected close marker for {what}")),
            Some(c) => self.error(
                self.at + c.len_utf8(),
                format!(
                    "Unexpected character ('{c}' (code {})): was expecting comma to separate {what} entries",
                    c as u32
                ),
            ),
        }
    }

    fn name_expected(&self) -> ParseError {
        match self.text.get(self.at..).and_then(|t| t.chars().next()) {
            None => self.error(self.at, "Unexpected end-of-input: expected close marker for Object"),
            Some(c) => self.error(
                self.at + c.len_utf8(),
                format!(
                    "Unexpected character ('{c}' (code {})): was expecting double-quote to start field name",
                    c as u32
                ),
            ),
        }
    }

    fn colon_expected(&self) -> ParseError {
        match self.text.get(self.at..).and_then(|t| t.chars().next()) {
            None => self.error(self.at, "Unexpected end-of-input within/between Object entries"),
            Some(c) => self.error(
                self.at + c.len_utf8(),
                format!(
                    "Unexpected character ('{c}' (code {})): was expecting a colon to separate field name and value",
                    c as u32
                ),
            ),
        }
    }

    fn number(&mut self) -> Result<Value, ParseError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let digits_from = self.at;
        self.digits()?;
        if self.at - digits_from > 1 && self.text.as_bytes()[digits_from] == b'0' {
            return Err(self.error(
                digits_from + 1,
                "Invalid numeric value: Leading zeroes not allowed".to_owned(),
            ));
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        Ok(Value::Number(match text.parse::<i64>() {
            Ok(i) if whole && text != "-0" => Number::Int(i),
            _ => Number::Text(text.into()),
        }))
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if from == self.at {
            Err(self.unexpected())
        } else {
            Ok(())
        }
    }

    fn string(&mut self) -> Result<String, ParseError> {
        self.at += 1;
        let from = self.at;
        let bytes = self.text.as_bytes();
        while let Some(&b) = bytes.get(self.at) {
            match b {
                b'"' => {
                    let text = self.text[from..self.at].to_owned();
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => return self.escaped(from),
                0..=0x1f => return Err(self.control(b)),
                _ => self.at += 1,
            }
        }
        Err(self.error(
            self.at,
            "Unexpected end-of-input: was expecting closing quote for a string value",
        ))
    }

    fn control(&self, b: u8) -> ParseError {
        self.error(
            self.at + 1,
            format!(
                "Illegal unquoted character ((CTRL-CHAR, code {b})): has to be escaped using backslash to be included in string value"
            ),
        )
    }

    fn escaped(&mut self, from: usize) -> Result<String, ParseError> {
        let mut out = self.text[from..self.at].to_owned();
        while let Some(c) = self.text[self.at..].chars().next() {
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(out),
                '\\' => self.escape(&mut out)?,
                c if (c as u32) < 0x20 => {
                    self.at -= 1;
                    return Err(self.control(c as u8));
                }
                c => out.push(c),
            }
        }
        Err(self.error(
            self.at,
            "Unexpected end-of-input: was expecting closing quote for a string value",
        ))
    }

    fn escape(&mut self, out: &mut String) -> Result<(), ParseError> {
        let Some(c) = self.text[self.at..].chars().next() else {
            return Err(self.error(
                self.at,
                "Unexpected end-of-input in character escape sequence",
            ));
        };
        self.at += c.len_utf8();
        out.push(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(out),
            c => {
                return Err(self.error(
                    self.at,
                    format!("Unrecognized character escape '{c}' (code {})", c as u32),
                ));
            }
        });
        Ok(())
    }

    fn unicode(&mut self, out: &mut String) -> Result<(), ParseError> {
        let first = self.hex4()?;
        let code = if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let mark = self.at;
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            } else {
                self.at = mark;
                first
            }
        } else {
            first
        };
        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32, ParseError> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        match code {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.error(
                self.at,
                "Unexpected character: expected a hex-digit for character escape sequence",
            )),
        }
    }
}

/// Returns the last character boundary at or before `at`.
fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
