//! Patterns of words: `ERROR "out of memory" -health ?a ?b %4\d\d%`.

use regex::Regex;

use super::{PatternError, parse::Reader};

#[derive(Debug)]
enum Term {
    Text(String),
    Regex(Regex),
}

impl Term {
    fn is_in(&self, line: &str) -> bool {
        match self {
            Self::Text(text) => line.contains(text.as_str()),
            Self::Regex(regex) => regex.is_match(line),
        }
    }
}

/// A line matches when all of `all` and none of `none` are in it. `any` counts only where the other two are empty:
/// CloudWatch Logs ignores `?` beside other terms.
#[derive(Debug, Default)]
pub(super) struct Terms {
    all: Vec<Term>,
    none: Vec<Term>,
    any: Vec<Term>,
}

impl Terms {
    pub(super) fn match_line(&self, line: &str) -> bool {
        if self.all.is_empty() && self.none.is_empty() {
            return self.any.iter().any(|term| term.is_in(line));
        }
        self.all.iter().all(|term| term.is_in(line))
            && !self.none.iter().any(|term| term.is_in(line))
    }
}

pub(super) fn parse(text: &str) -> Result<Terms, PatternError> {
    let mut reader = Reader::new(text);
    let mut terms = Terms::default();
    loop {
        reader.skip_space();
        let list = match reader.peek() {
            None => return Ok(terms),
            Some('-') => &mut terms.none,
            Some('?') => &mut terms.any,
            Some(_) => &mut terms.all,
        };
        if matches!(reader.peek(), Some('-' | '?')) {
            reader.next();
        }
        let term = match reader.peek() {
            Some('"') => {
                reader.next();
                Term::Text(reader.quoted('"')?)
            }
            Some('%') => {
                reader.next();
                Term::Regex(reader.regex()?)
            }
            _ => {
                let word = reader.take_while(|c| !c.is_whitespace());
                if word.is_empty()
                    || word.contains(|c: char| !c.is_alphanumeric() && !"_.".contains(c))
                {
                    return Err(reader.error(format!("Invalid character(s) in term '{word}'")));
                }
                Term::Text(word.to_owned())
            }
        };
        list.push(term);
    }
}
