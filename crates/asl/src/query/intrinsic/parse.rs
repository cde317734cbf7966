//! Call text to a compiled call.

use super::{Argument, Call, functions::Function};
use crate::{Value, query::jsonpath::JsonPath};

/// Calls in calls beyond this are refused; AWS allows ten.
const MAX_DEPTH: usize = 10;

/// Compiles a call. **Errors**: why it is none.
pub(crate) fn parse(text: &str) -> Result<Call, String> {
    let mut parser = Parser { text, at: 0 };
    let call = parser.call(0)?;
    parser.space();
    if parser.at < text.len() {
        Err("text after the function call".to_owned())
    } else {
        Ok(call)
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn call(&mut self, depth: usize) -> Result<Call, String> {
        if depth >= MAX_DEPTH {
            return Err("function calls are nested too deeply".to_owned());
        }
        let from = self.at;
        let name_length = self.rest().find('(').ok_or("expected '('")?;
        let name = self.rest()[..name_length].trim_end();
        let function = Function::of(name).ok_or_else(|| format!("no function {name}"))?;
        self.at += name_length + 1;
        let mut arguments = Vec::new();
        self.space();
        if self.rest().starts_with(')') {
            self.at += 1;
        } else {
            loop {
                self.space();
                arguments.push(self.argument(depth)?);
                self.space();
                match self.rest().chars().next() {
                    Some(',') => self.at += 1,
                    Some(')') => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(format!("expected ',' or ')' at index {}", self.at)),
                }
            }
        }
        function.check_count(arguments.len())?;
        for (i, argument) in arguments.iter_mut().enumerate() {
            if let Argument::Literal(Value::String(text)) = argument
                && (function != Function::Format || i > 0)
            {
                *text = unescape(text).into();
            }
        }
        Ok(Call {
            text: self.text[from..self.at].into(),
            function,
            arguments,
        })
    }

    fn argument(&mut self, depth: usize) -> Result<Argument, String> {
        match self.rest().chars().next() {
            Some('\'') => self.string().map(|s| Argument::Literal(Value::from(s))),
            Some('$') => self.path(),
            Some('S') => self.call(depth + 1).map(Argument::Call),
            _ => {
                let length = self.rest().find([',', ')']).ok_or("expected ')'")?;
                let text = self.rest()[..length].trim();
                let value = Value::parse(text).map_err(|e| e.message)?;
                if matches!(value, Value::Array(_) | Value::Object(_) | Value::String(_)) {
                    return Err(format!("'{text}' is no argument"));
                }
                self.at += length;
                Ok(Argument::Literal(value))
            }
        }
    }

    /// A path ends where an argument ends, outside of its brackets and quotes.
    fn path(&mut self) -> Result<Argument, String> {
        let (mut depth, mut quote) = (0usize, None);
        let mut escaped = false;
        let length = self
            .rest()
            .find(|c: char| {
                if let Some(q) = quote {
                    if c == q && !escaped {
                        quote = None;
                    }
                    escaped = c == '\\' && !escaped;
                    return false;
                }
                match c {
                    '\'' | '"' => quote = Some(c),
                    '[' | '(' => depth += 1,
                    ']' | ')' if depth > 0 => depth -= 1,
                    ',' | ')' if depth == 0 => return true,
                    _ => {}
                }
                false
            })
            .ok_or("expected ')'")?;
        let path = JsonPath::parse(self.rest()[..length].trim_end())?;
        self.at += length;
        Ok(Argument::Path(path))
    }

    /// `\'`, `\{`, `\}` and `\\` are the escapes; braces stay escaped for `States.Format` to see.
    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\'' => {
                    self.at += i + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, '\'')) => out.push('\''),
                    Some((_, c @ ('{' | '}' | '\\'))) => {
                        out.push('\\');
                        out.push(c);
                    }
                    _ => return Err("illegal escape".to_owned()),
                },
                c => out.push(c),
            }
        }
        Err("the string is not closed".to_owned())
    }
}

/// Takes the escapes away that a literal string still has. A format's template keeps them.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}
