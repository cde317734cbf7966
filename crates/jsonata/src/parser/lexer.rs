//! Tokens.

use std::sync::Arc;

use crate::Error;

#[derive(Clone, Debug)]
pub(super) enum Token {
    Operator(&'static str),
    Name(String),
    Variable(String),
    String(String),
    Number(f64),
    Bool(bool),
    Null,
    Regex(Arc<regress::Regex>, Arc<str>),
    End,
}

impl Token {
    /// Returns the token as errors name it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Operator(op) => (*op).into(),
            Self::Name(text) | Self::Variable(text) | Self::String(text) => text.clone(),
            Self::Number(n) => crate::number::to_text(*n),
            Self::Bool(b) => b.to_string(),
            Self::Null => "null".into(),
            Self::Regex(_, source) => source.to_string(),
            Self::End => "(end)".into(),
        }
    }
}

const DOUBLE: [&str; 8] = ["..", ":=", "!=", ">=", "<=", "**", "~>", ""];
const SINGLE: [&str; 27] = [
    ".", "[", "]", "{", "}", "(", ")", ",", "@", "#", ";", ":", "?", "+", "-", "*", "/", "%", "|",
    "=", "<", ">", "^", "&", "!", "~", "",
];

pub(super) struct Lexer {
    text: Vec<char>,
    position: usize,
}

impl Lexer {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            position: 0,
        }
    }

    fn at(&self, position: usize) -> char {
        self.text.get(position).copied().unwrap_or('\0')
    }

    /// Returns the next token and its position. Where an infix operator may stand, `/` divides; elsewhere it
    /// opens a regular expression.
    pub(super) fn next(&mut self, infix: bool) -> Result<(Token, usize), Error> {
        self.skip_blank()?;
        let start = self.position;
        if start >= self.text.len() {
            return Ok((Token::End, self.text.len()));
        }
        let c = self.at(start);
        if c == '/' && !infix {
            self.position += 1;
            return Ok((self.regex()?, start));
        }
        let pair: String = [c, self.at(start + 1)].iter().collect();
        if let Some(op) = DOUBLE.iter().find(|op| **op == pair) {
            self.position += 2;
            return Ok((Token::Operator(op), start));
        }
        if let Some(op) = operator(c) {
            self.position += 1;
            return Ok((Token::Operator(op), start));
        }
        let token = match c {
            '"' | '\'' => self.string(c)?,
            '`' => self.quoted_name()?,
            '0'..='9' => self.number()?,
            _ => self.word(),
        };
        Ok((token, start))
    }

    fn skip_blank(&mut self) -> Result<(), Error> {
        loop {
            while self.position < self.text.len() && is_blank(self.at(self.position)) {
                self.position += 1;
            }
            if self.at(self.position) != '/' || self.at(self.position + 1) != '*' {
                return Ok(());
            }
            let start = self.position;
            self.position += 2;
            while !(self.at(self.position) == '*' && self.at(self.position + 1) == '/') {
                self.position += 1;
                if self.position >= self.text.len() {
                    return Err(Error::at("S0106", start));
                }
            }
            self.position += 2;
        }
    }

    fn string(&mut self, quote: char) -> Result<Token, Error> {
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        self.position += 1;
        while self.position < self.text.len() {
            let c = self.at(self.position);
            if c == quote {
                self.position += 1;
                return Ok(Token::String(String::from_utf16_lossy(&units)));
            }
            if c == '\\' {
                self.position += 1;
                units.push(self.escape()?);
            } else {
                units.extend_from_slice(c.encode_utf16(&mut buffer));
            }
            self.position += 1;
        }
        Err(Error::at("S0101", self.position))
    }

    fn escape(&mut self) -> Result<u16, Error> {
        let c = self.at(self.position);
        Ok(match c {
            '"' | '\\' | '/' => c as u16,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'u' => {
                let end = (self.position + 5).min(self.text.len());
                let digits: String = self.text[(self.position + 1).min(end)..end]
                    .iter()
                    .collect();
                let code = (!digits.is_empty() && digits.chars().all(|d| d.is_ascii_hexdigit()))
                    .then(|| u16::from_str_radix(&digits, 16).ok())
                    .flatten()
                    .ok_or_else(|| Error::at("S0104", self.position))?;
                self.position += 4;
                code
            }
            other => return Err(Error::at("S0103", self.position).token(other)),
        })
    }

    fn quoted_name(&mut self) -> Result<Token, Error> {
        let start = self.position + 1;
        let end = (start..self.text.len()).find(|i| self.at(*i) == '`');
        let Some(end) = end else {
            return Err(Error::at("S0105", self.text.len()));
        };
        self.position = end + 1;
        Ok(Token::Name(self.text[start..end].iter().collect()))
    }

    fn number(&mut self) -> Result<Token, Error> {
        let start = self.position;
        let digits = |from: usize| {
            (from..)
                .find(|i| !self.at(*i).is_ascii_digit())
                .unwrap_or(from)
        };
        let mut end = if self.at(start) == '0' {
            start + 1
        } else {
            digits(start)
        };
        if self.at(end) == '.' && self.at(end + 1).is_ascii_digit() {
            end = digits(end + 1);
        }
        if matches!(self.at(end), 'e' | 'E') {
            let sign = usize::from(matches!(self.at(end + 1), '+' | '-'));
            if self.at(end + 1 + sign).is_ascii_digit() {
                end = digits(end + 1 + sign);
            }
        }
        let text: String = self.text[start..end].iter().collect();
        match text.parse::<f64>() {
            Ok(n) if n.is_finite() => {
                self.position = end;
                Ok(Token::Number(n))
            }
            _ => Err(Error::at("S0102", start).token(text)),
        }
    }

    fn word(&mut self) -> Token {
        let start = self.position;
        let ends = |c: char| is_blank(c) || operator(c).is_some();
        let end = (start..self.text.len())
            .find(|i| ends(self.at(*i)))
            .unwrap_or(self.text.len());
        self.position = end;
        if self.at(start) == '$' {
            return Token::Variable(self.text[start + 1..end].iter().collect());
        }
        let name: String = self.text[start..end].iter().collect();
        match name.as_str() {
            "or" => Token::Operator("or"),
            "in" => Token::Operator("in"),
            "and" => Token::Operator("and"),
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            "null" => Token::Null,
            _ => Token::Name(name),
        }
    }

    fn regex(&mut self) -> Result<Token, Error> {
        let start = self.position;
        let mut depth = 0_i32;
        while self.position < self.text.len() {
            let c = self.at(self.position);
            let escaped = (0..self.position)
                .rev()
                .take_while(|i| self.at(*i) == '\\')
                .count()
                % 2
                == 1;
            if c == '/' && depth == 0 && !escaped {
                let source: String = self.text[start..self.position].iter().collect();
                if source.is_empty() {
                    return Err(Error::at("S0301", self.position));
                }
                self.position += 1;
                let flags_at = self.position;
                while matches!(self.at(self.position), 'i' | 'm') {
                    self.position += 1;
                }
                let flags: String = self.text[flags_at..self.position].iter().collect();
                let regex = regress::Regex::with_flags(&source, flags.as_str())
                    .map_err(|_| Error::at("S0302", start).token(source.as_str()))?;
                return Ok(Token::Regex(Arc::new(regex), source.into()));
            }
            let before = self.position.checked_sub(1).map_or('\0', |i| self.at(i));
            if before != '\\' {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth -= 1,
                    _ => {}
                }
            }
            self.position += 1;
        }
        Err(Error::at("S0302", self.position))
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}')
}

fn operator(c: char) -> Option<&'static str> {
    SINGLE.iter().find(|op| op.starts_with(c)).copied()
}
