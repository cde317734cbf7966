//! From text to tokens.

use super::{ErrorKind, ExpressionError};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(String),
    Text(String),
    /// `{a field}`
    Field(String),
    /// `${a parameter}`
    Parameter(String),
    Word(String),
    Sign(&'static str),
    End,
}

impl Token {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Number(text) | Self::Word(text) => text.clone(),
            Self::Text(text) => format!("'{text}'"),
            Self::Field(name) => format!("{{{name}}}"),
            Self::Parameter(name) => format!("${{{name}}}"),
            Self::Sign(sign) => (*sign).to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// The signs, longer ones first.
const SIGNS: [&str; 19] = [
    "<>", "<=", ">=", "!=", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%", "^", "=", "<", ">",
    "!",
];

/// Returns the tokens with the offsets at which they begin.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExpressionError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(name) = rest.strip_prefix("${") {
            let (name, length) = enclosed(text, at, name)?;
            found.push((at, Token::Parameter(name)));
            at += 2 + length;
        } else if let Some(name) = rest.strip_prefix('{') {
            let (name, length) = enclosed(text, at, name)?;
            found.push((at, Token::Field(name)));
            at += 1 + length;
        } else if first == '\'' || first == '"' {
            let (value, length) = quoted(text, at, first)?;
            found.push((at, Token::Text(value)));
            at += length;
        } else if first.is_ascii_digit() || first == '.' {
            let length = number(rest);
            if length == 0 {
                return Err(ExpressionError::at(at, text, ErrorKind::Character(first)));
            }
            found.push((at, Token::Number(rest[..length].to_owned())));
            at += length;
        } else if first.is_alphabetic() || first == '_' {
            let length = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            found.push((at, Token::Word(rest[..length].to_owned())));
            at += length;
        } else if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
            found.push((at, Token::Sign(if *sign == "!=" { "<>" } else { sign })));
            at += sign.len();
        } else {
            return Err(ExpressionError::at(at, text, ErrorKind::Character(first)));
        }
    }
    found.push((text.len(), Token::End));
    Ok(found)
}

fn enclosed(text: &str, at: usize, inner: &str) -> Result<(String, usize), ExpressionError> {
    let end = inner
        .find('}')
        .ok_or_else(|| ExpressionError::at(at, text, ErrorKind::OpenField))?;
    Ok((inner[..end].to_owned(), end + 1))
}

/// A quote within is doubled or stands behind a backslash.
fn quoted(text: &str, at: usize, quote: char) -> Result<(String, usize), ExpressionError> {
    let mut value = String::new();
    let mut chars = text[at + 1..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c == '\\' {
            match chars.peek() {
                Some((_, next)) if *next == quote || *next == '\\' => {
                    value.push(*next);
                    chars.next();
                }
                _ => value.push(c),
            }
        } else if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                value.push(quote);
                chars.next();
            } else {
                return Ok((value, 1 + offset + 1));
            }
        } else {
            value.push(c);
        }
    }
    Err(ExpressionError::at(at, text, ErrorKind::OpenText))
}

/// Returns the length of the number at the beginning.
fn number(text: &str) -> usize {
    let digits = |from: usize| {
        text[from..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(text.len(), |i| from + i)
    };
    let whole = digits(0);
    let mut end = whole;
    if text[end..].starts_with('.') {
        end = digits(end + 1);
        if end == 1 {
            return 0;
        }
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}
