//! GetPartitions' filter: `year = '2024' AND month BETWEEN 1 AND 3 OR day IN ('a', 'b')`.

use std::{cmp::Ordering, collections::HashMap};

/// A filter over partition keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    And(Vec<Predicate>),
    Or(Vec<Predicate>),
    Not(Box<Predicate>),
    Compare {
        column: String,
        operator: String,
        value: String,
    },
    In {
        column: String,
        values: Vec<String>,
    },
    Between {
        column: String,
        low: String,
        high: String,
    },
    Like {
        column: String,
        pattern: String,
    },
    Null {
        column: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unsupported expression '{text}'")]
pub struct PredicateError {
    pub text: String,
}

/// What Hive calls a partition without a value.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
/// More parentheses than this are refused, so that no text exhausts the stack.
const DEPTH: usize = 100;

impl Predicate {
    /// Reads a filter.
    pub fn parse(text: &str) -> Result<Self, PredicateError> {
        let error = || PredicateError {
            text: text.to_owned(),
        };
        let mut reader = Reader {
            words: words(text).ok_or_else(error)?,
            at: 0,
            depth: 0,
        };
        let found = reader.or().ok_or_else(error)?;
        if reader.at == reader.words.len() {
            Ok(found)
        } else {
            Err(error())
        }
    }

    /// Tells whether a partition matches. `types` are the keys' Hive types by name: numbers compare as
    /// numbers, everything else as text.
    pub fn matches(&self, values: &HashMap<&str, &str>, types: &HashMap<&str, &str>) -> bool {
        let value = |column: &str| values.get(column).copied().filter(|v| *v != NULL);
        let compare = |column: &str, other: &str| {
            value(column).map(|v| order(types.get(column).copied(), v, other))
        };
        match self {
            Self::And(all) => all.iter().all(|p| p.matches(values, types)),
            Self::Or(any) => any.iter().any(|p| p.matches(values, types)),
            Self::Not(one) => !one.matches(values, types),
            Self::Compare {
                column,
                operator,
                value,
            } => compare(column, value).is_some_and(|o| match operator.as_str() {
                "=" => o == Ordering::Equal,
                "!=" => o != Ordering::Equal,
                "<" => o == Ordering::Less,
                "<=" => o != Ordering::Greater,
                ">" => o == Ordering::Greater,
                _ => o != Ordering::Less,
            }),
            Self::In {
                column,
                values: list,
            } => list
                .iter()
                .any(|v| compare(column, v) == Some(Ordering::Equal)),
            Self::Between { column, low, high } => {
                compare(column, low).is_some_and(|o| o != Ordering::Less)
                    && compare(column, high).is_some_and(|o| o != Ordering::Greater)
            }
            Self::Like { column, pattern } => {
                value(column).is_some_and(|v| like(pattern.as_bytes(), v.as_bytes()))
            }
            Self::Null { column } => value(column).is_none(),
        }
    }
}

fn order(data_type: Option<&str>, a: &str, b: &str) -> Ordering {
    let numeric = matches!(
        data_type,
        Some("tinyint" | "smallint" | "int" | "bigint" | "float" | "double")
    ) || data_type.is_some_and(|t| t.starts_with("decimal"));
    match (numeric, a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
        (true, Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}

/// `%` any run, `_` any one; iterative, so that no pattern takes exponential time.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star, mut mark) = (0, 0, None, 0);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'%' {
            star = Some(p);
            mark = t;
            p += 1;
        } else if p < pattern.len() && (pattern[p] == b'_' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some(s) = star {
            p = s + 1;
            mark += 1;
            t = mark;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'%')
}

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Name(String),
    Value(String),
    Sign(String),
}

fn words(text: &str) -> Option<Vec<Word>> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            _ if c.is_whitespace() => {}
            '\'' | '"' | '`' => {
                let mut value = String::new();
                loop {
                    match chars.next()? {
                        end if end == c => {
                            if chars.next_if_eq(&c).is_none() {
                                break;
                            }
                            value.push(c);
                        }
                        other => value.push(other),
                    }
                }
                found.push(if c == '`' {
                    Word::Name(value.to_lowercase())
                } else {
                    Word::Value(value)
                });
            }
            '(' | ')' | ',' => found.push(Word::Sign(c.to_string())),
            '=' => found.push(Word::Sign("=".into())),
            '<' | '>' | '!' => {
                let mut sign = c.to_string();
                if let Some(next) = chars.next_if(|n| *n == '=' || (c == '<' && *n == '>')) {
                    sign.push(next);
                }
                found.push(Word::Sign(if sign == "<>" { "!=".into() } else { sign }));
            }
            _ => {
                let mut word = c.to_string();
                while let Some(next) =
                    chars.next_if(|n| n.is_alphanumeric() || matches!(n, '_' | '.' | '-' | '+'))
                {
                    word.push(next);
                }
                let number = word.parse::<f64>().is_ok()
                    && word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                found.push(if number {
                    Word::Value(word)
                } else {
                    Word::Name(word.to_lowercase())
                });
            }
        }
    }
    Some(found)
}

struct Reader {
    words: Vec<Word>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn or(&mut self) -> Option<Predicate> {
        let mut any = vec![self.and()?];
        while self.keyword("or") {
            any.push(self.and()?);
        }
        if any.len() == 1 {
            any.pop()
        } else {
            Some(Predicate::Or(any))
        }
    }

    fn and(&mut self) -> Option<Predicate> {
        let mut all = vec![self.one()?];
        while self.keyword("and") {
            all.push(self.one()?);
        }
        if all.len() == 1 {
            all.pop()
        } else {
            Some(Predicate::And(all))
        }
    }

    fn one(&mut self) -> Option<Predicate> {
        self.depth += 1;
        let found = if self.depth > DEPTH {
            None
        } else {
            self.one_inner()
        };
        self.depth -= 1;
        found
    }

    fn one_inner(&mut self) -> Option<Predicate> {
        if self.keyword("not") {
            return Some(Predicate::Not(Box::new(self.one()?)));
        }
        if self.sign("(") {
            let inner = self.or()?;
            return self.sign(")").then_some(inner);
        }
        let Word::Name(column) = self.take()? else {
            return None;
        };
        let negated = self.keyword("not");
        let found = if self.keyword("in") {
            let mut values = Vec::new();
            if !self.sign("(") {
                return None;
            }
            loop {
                values.push(self.value()?);
                if !self.sign(",") {
                    break;
                }
            }
            if !self.sign(")") {
                return None;
            }
            Predicate::In { column, values }
        } else if self.keyword("between") {
            let low = self.value()?;
            if !self.keyword("and") {
                return None;
            }
            Predicate::Between {
                column,
                low,
                high: self.value()?,
            }
        } else if self.keyword("like") {
            Predicate::Like {
                column,
                pattern: self.value()?,
            }
        } else if negated {
            return None;
        } else if self.keyword("is") {
            let not = self.keyword("not");
            if !self.keyword("null") {
                return None;
            }
            let null = Predicate::Null { column };
            return Some(if not {
                Predicate::Not(Box::new(null))
            } else {
                null
            });
        } else {
            let Word::Sign(operator) = self.take()? else {
                return None;
            };
            if !["=", "!=", "<", "<=", ">", ">="].contains(&operator.as_str()) {
                return None;
            }
            Predicate::Compare {
                column,
                operator,
                value: self.value()?,
            }
        };
        Some(if negated {
            Predicate::Not(Box::new(found))
        } else {
            found
        })
    }

    fn take(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    fn value(&mut self) -> Option<String> {
        match self.take()? {
            Word::Value(value) => Some(value),
            // `date '2024-01-01'`
            Word::Name(word) if word == "date" || word == "timestamp" => self.value(),
            _ => None,
        }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.words.get(self.at), Some(Word::Name(word)) if word == keyword);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.words.get(self.at), Some(Word::Sign(s)) if s == sign);
        self.at += usize::from(found);
        found
    }
}
