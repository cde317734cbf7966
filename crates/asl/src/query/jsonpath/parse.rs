//! Path text to tokens.

use std::sync::Arc;

use super::{Argument, Function, JsonPath, Root, Token, filter};
use crate::Value;

/// Filters nested in filters beyond this are refused.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<JsonPath, String> {
    let mut cursor = Cursor {
        text,
        at: 0,
        depth: 0,
    };
    let path = cursor.path()?;
    if cursor.at < text.len() {
        return Err(format!(
            "unexpected '{}' at index {}",
            &text[cursor.at..],
            cursor.at
        ));
    }
    Ok(path)
}

/// A place in a text; shared by the path and the filter grammar.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub(super) fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(format!("expected '{token}' at index {}", self.at))
        }
    }

    pub(super) fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    pub(super) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn path(&mut self) -> Result<JsonPath, String> {
        let from = self.at;
        self.expect("$")?;
        let root = if self.eat("$") {
            Root::Context
        } else {
            match self.take_while(|c| c.is_alphanumeric() || c == '_') {
                "" => Root::Input,
                name => Root::Variable(name.into()),
            }
        };
        let tokens = self.tokens()?;
        Ok(JsonPath {
            text: self.text[from..self.at].into(),
            root,
            tokens,
        })
    }

    /// A path inside a filter or a function's arguments: from `@` or `$`.
    pub(super) fn inner_path(&mut self) -> Result<JsonPath, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("filters are nested too deeply".to_owned());
        }
        let from = self.at;
        self.at += 1;
        let tokens = self.tokens()?;
        self.depth -= 1;
        Ok(JsonPath {
            text: self.text[from..self.at].into(),
            root: Root::Input,
            tokens,
        })
    }

    fn tokens(&mut self) -> Result<Vec<Token>, String> {
        let mut tokens = Vec::new();
        loop {
            if self.eat("..") {
                tokens.push(Token::Scan);
                if self.peek() != Some('[') {
                    tokens.push(self.dotted()?);
                }
            } else if self.eat(".") {
                tokens.push(self.dotted()?);
            } else if self.eat("[") {
                tokens.push(self.bracket()?);
            } else {
                return Ok(tokens);
            }
        }
    }

    fn dotted(&mut self) -> Result<Token, String> {
        if self.eat("*") {
            return Ok(Token::Wildcard);
        }
        let name = self.take_while(|c| {
            !matches!(
                c,
                '.' | '['
                    | ']'
                    | '('
                    | ')'
                    | '\''
                    | '"'
                    | ','
                    | '='
                    | '!'
                    | '<'
                    | '>'
                    | '&'
                    | '|'
                    | '~'
                    | '?'
                    | '@'
                    | '*'
            ) && !c.is_whitespace()
        });
        if name.is_empty() {
            return Err(format!(
                "path must not end with '.' or hold an empty property at index {}",
                self.at
            ));
        }
        if self.peek() == Some('(') {
            let function = Function::of(name)
                .ok_or_else(|| format!("Function with name: {name} does not exist."))?;
            self.at += 1;
            return Ok(Token::Function(function, self.arguments()?));
        }
        Ok(Token::Property(name.into()))
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, String> {
        let mut arguments = Vec::new();
        loop {
            self.space();
            if self.eat(")") {
                return Ok(arguments);
            }
            arguments.push(match self.peek() {
                Some('$' | '@') => Argument::Path(self.inner_path()?),
                Some('\'' | '"') => Argument::Literal(Value::String(self.quoted()?)),
                _ => Argument::Literal(self.number()?),
            });
            self.space();
            if !self.eat(",") && self.peek() != Some(')') {
                return Err(
                    "Arguments to function must be separated by commas and closed".to_owned(),
                );
            }
        }
    }

    pub(super) fn number(&mut self) -> Result<Value, String> {
        let text =
            self.take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'));
        match Value::parse(text) {
            Ok(value @ Value::Number(_)) => Ok(value),
            _ => Err(format!("'{text}' is no number")),
        }
    }

    fn bracket(&mut self) -> Result<Token, String> {
        self.space();
        let token = match self.peek() {
            Some('*') => {
                self.at += 1;
                Token::Wildcard
            }
            Some('\'' | '"') => self.names()?,
            Some('?') => {
                self.at += 1;
                self.space();
                self.expect("(")?;
                let filter = filter::parse(self)?;
                self.space();
                self.expect(")")?;
                Token::Filter(Box::new(filter))
            }
            _ => self.numbers()?,
        };
        self.space();
        self.expect("]")?;
        Ok(token)
    }

    fn names(&mut self) -> Result<Token, String> {
        let mut names = vec![self.quoted()?];
        loop {
            self.space();
            if !self.eat(",") {
                break;
            }
            self.space();
            names.push(self.quoted()?);
        }
        Ok(if names.len() == 1 {
            Token::Property(names.swap_remove(0))
        } else {
            Token::Properties(names)
        })
    }

    fn numbers(&mut self) -> Result<Token, String> {
        let text = self.take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | ',' | ' '));
        let number = |t: &str| {
            t.trim()
                .parse::<i64>()
                .map_err(|_| format!("'{text}' is no index"))
        };
        if let Some((from, to)) = text.split_once(':') {
            let bound = |t: &str| {
                if t.trim().is_empty() {
                    Ok(None)
                } else {
                    number(t).map(Some)
                }
            };
            return Ok(Token::Slice(bound(from)?, bound(to)?));
        }
        if text.contains(',') {
            return Ok(Token::Indices(
                text.split(',').map(number).collect::<Result<_, _>>()?,
            ));
        }
        Ok(Token::Index(number(text)?))
    }

    /// A quoted name or string; a backslash makes the quote or the backslash after it part of it.
    pub(super) fn quoted(&mut self) -> Result<Arc<str>, String> {
        let quote = match self.peek() {
            Some(q @ ('\'' | '"')) => q,
            _ => return Err(format!("expected a quoted name at index {}", self.at)),
        };
        self.at += 1;
        let from = self.at;
        let mut out = String::new();
        let mut chars = self.text[from..].char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, next)) if next == quote || next == '\\' => out.push(next),
                    Some((_, next)) => out.extend(['\\', next]),
                    None => break,
                },
                c if c == quote => {
                    self.at = from + i + 1;
                    return Ok(out.into());
                }
                c => out.push(c),
            }
        }
        Err("Property has not been closed - missing closing quote".to_owned())
    }
}
