//! Words, quoted names, strings, numbers and signs, each with its place.

use std::fmt;

/// A place in the statement: lines from 1, columns from 1, as Athena's messages count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A statement that cannot be read. Its text is Athena's: `line 1:8: mismatched input 'x'. Expecting: 'y'`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub at: Position,
    pub message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}:{}: {}",
            self.at.line, self.at.column, self.message
        )
    }
}

impl std::error::Error for SyntaxError {}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word(String),
    /// In backticks or double quotes.
    Quoted(String),
    Text(String),
    Number(String),
    Sign(&'static str),
    End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Byte offset of the first character, and of the one after the last.
    pub(super) start: usize,
    pub(super) end: usize,
}

const SIGNS: [&str; 26] = [
    "<=", ">=", "<>", "!=", "->", "||", "(", ")", "<", ">", ",", ":", "=", ".", ";", "*", "+", "-",
    "/", "%", "[", "]", "{", "}", "?", "!",
];

/// Returns the place of a byte offset.
pub(super) fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Position { line, column }
}

/// Returns the tokens, an [`Kind::End`] last. Signs that SQL knows and DDL does not are passed over as
/// words, so that a query can be routed on without being understood here.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |i| i + 2);
        } else {
            let (kind, length) = token(text, at, c)?;
            found.push(Token {
                kind,
                start: at,
                end: at + length,
            });
            at += length;
        }
    }
    found.push(Token {
        kind: Kind::End,
        start: text.len(),
        end: text.len(),
    });
    Ok(found)
}

fn token(text: &str, at: usize, c: char) -> Result<(Kind, usize), SyntaxError> {
    let rest = &text[at..];
    match c {
        '`' | '"' => {
            let (name, length) = quoted(rest, c).ok_or_else(|| unterminated(text, at))?;
            Ok((Kind::Quoted(name), length))
        }
        '\'' => {
            let (value, length) = string(rest).ok_or_else(|| unterminated(text, at))?;
            Ok((Kind::Text(value), length))
        }
        _ if c.is_ascii_digit() => {
            let length = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            let word = &rest[..length];
            let kind = if word.bytes().all(|b| b.is_ascii_digit()) {
                Kind::Number
            } else {
                Kind::Word
            };
            Ok((kind(word.to_owned()), length))
        }
        _ if c.is_alphabetic() || c == '_' => {
            let length = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .unwrap_or(rest.len());
            Ok((Kind::Word(rest[..length].to_owned()), length))
        }
        _ => match SIGNS.iter().find(|s| rest.starts_with(**s)) {
            Some(sign) => Ok((Kind::Sign(sign), sign.len())),
            None => Ok((Kind::Word(c.to_string()), c.len_utf8())),
        },
    }
}

fn unterminated(text: &str, at: usize) -> SyntaxError {
    SyntaxError {
        at: position(text, at),
        message: "mismatched input '<EOF>'. Unterminated string or name".into(),
    }
}

/// Reads a name in quotes; the quote doubled stands for itself.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != quote {
            name.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            name.push(quote);
        } else {
            return Some((name, i + quote.len_utf8()));
        }
    }
    None
}

/// Reads a string: `''` and Hive's escapes (`\'`, `\\`, `\t`, `\n`, `\001`, `\u0001`). Any other escaped
/// character keeps its backslash, as patterns need it.
fn string(rest: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            '\'' if chars.next_if(|(_, next)| *next == '\'').is_some() => value.push('\''),
            '\'' => return Some((value, i + 1)),
            '\\' => {
                let (j, escaped) = chars.next()?;
                if let Some((meant, length)) = coded(&rest[j..]) {
                    value.push(meant);
                    for _ in 1..length {
                        chars.next();
                    }
                    continue;
                }
                match escaped {
                    't' => value.push('\t'),
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    'b' => value.push('\u{8}'),
                    '0' => value.push('\0'),
                    'Z' => value.push('\u{1a}'),
                    '\'' | '"' | '\\' => value.push(escaped),
                    _ => value.extend(['\\', escaped]),
                }
            }
            _ => value.push(c),
        }
    }
    None
}

/// Reads `001` (three octal digits) or `u0001`, and how many characters it took.
fn coded(rest: &str) -> Option<(char, usize)> {
    let octal = rest
        .get(..3)
        .filter(|d| d.bytes().all(|b| (b'0'..=b'7').contains(&b)));
    if let Some(digits) = octal {
        return char::from_u32(u32::from_str_radix(digits, 8).ok()?).map(|c| (c, 3));
    }
    let digits = rest
        .strip_prefix('u')?
        .get(..4)
        .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?).map(|c| (c, 5))
}
