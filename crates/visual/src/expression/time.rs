//! Functions of dates, and expressions that say a moment.

use chrono::NaiveDateTime;

use super::{Code, Compiler, ErrorKind, ExpressionError, Kind, Node, Tree, parse};
use crate::{
    moment::{self, Granularity, WeekStart},
    sql,
};

impl Compiler<'_> {
    /// Reads a period, which must stand there as a text.
    pub(super) fn period(
        &self,
        function: &str,
        node: &Node,
    ) -> Result<Granularity, ExpressionError> {
        let found = match &node.tree {
            Tree::Text(text) | Tree::Field(text) => Granularity::period(text),
            _ => None,
        };
        found.ok_or_else(|| {
            self.error(
                node.at,
                ErrorKind::Argument {
                    function: function.to_owned(),
                    problem: "the period must be one of YYYY, Q, MM, WK, DD, HH, MI, SS, MS".into(),
                },
            )
        })
    }

    pub(super) fn literal<'n>(
        &self,
        function: &str,
        node: &'n Node,
    ) -> Result<&'n str, ExpressionError> {
        match &node.tree {
            Tree::Text(text) => Ok(text),
            _ => Err(self.error(
                node.at,
                ErrorKind::Argument {
                    function: function.to_owned(),
                    problem: "this argument must be a literal string".into(),
                },
            )),
        }
    }

    /// Returns SQL for a part of a date; days of the week are counted from Sunday, 1.
    pub(super) fn extract(&self, node: &Node, date: &str) -> Result<String, ExpressionError> {
        let name = match &node.tree {
            Tree::Text(text) | Tree::Field(text) => text.to_ascii_uppercase(),
            _ => String::new(),
        };
        if name == "WD" {
            return Ok(format!("(mod(day_of_week({date}), 7) + 1)"));
        }
        let unit = self.period("extract", node)?;
        Ok(format!("{}({date})", unit.sql()))
    }

    /// Returns a pattern of `formatDate` or `parseDate` in the terms of SQL's `date_format`, where `%f` are
    /// milliseconds.
    pub(super) fn pattern(
        &self,
        function: &str,
        at: usize,
        pattern: &str,
    ) -> Result<String, ExpressionError> {
        const TOKENS: [(&str, &str); 25] = [
            ("yyyy", "%Y"),
            ("YYYY", "%Y"),
            ("yy", "%y"),
            ("YY", "%y"),
            ("MMMM", "%M"),
            ("MMM", "%b"),
            ("MM", "%m"),
            ("M", "%c"),
            ("dd", "%d"),
            ("DD", "%d"),
            ("d", "%e"),
            ("EEEE", "%W"),
            ("EEE", "%a"),
            ("HH", "%H"),
            ("H", "%k"),
            ("kk", "%H"),
            ("hh", "%h"),
            ("h", "%l"),
            ("mm", "%i"),
            ("ss", "%s"),
            ("SSS", "%f"),
            ("aa", "%p"),
            ("a", "%p"),
            ("AA", "%p"),
            ("%", "%%"),
        ];
        let mut made = String::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            if let Some(quoted) = rest.strip_prefix('\'') {
                let end = quoted.find('\'').unwrap_or(quoted.len());
                made.push_str(&quoted[..end].replace('%', "%%"));
                rest = quoted.get(end + 1..).unwrap_or("");
            } else if let Some((token, sql)) = TOKENS.iter().find(|(t, _)| rest.starts_with(t)) {
                made.push_str(sql);
                rest = &rest[token.len()..];
            } else if first.is_ascii_alphabetic() && first != 'T' && first != 'Z' {
                return Err(self.error(
                    at,
                    ErrorKind::Argument {
                        function: function.to_owned(),
                        problem: format!("the format {pattern} is not supported"),
                    },
                ));
            } else {
                made.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        Ok(made)
    }
}

/// Returns SQL for a timestamp as a text. `date_format` knows microseconds alone, so milliseconds are cut out.
pub(super) fn text_of_date(timestamp: &str, pattern: &str) -> String {
    let formatted = |part: &str| format!("date_format({timestamp}, {})", sql::text(part));
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('%', Some('f')) => {
                if !part.is_empty() {
                    parts.push(formatted(&std::mem::take(&mut part)));
                }
                parts.push(format!("substr({}, 1, 3)", formatted("%f")));
                chars.next();
            }
            ('%', Some(kind)) => {
                part.extend([c, kind]);
                chars.next();
            }
            _ => part.push(c),
        }
    }
    if !part.is_empty() || parts.is_empty() {
        parts.push(formatted(&part));
    }
    match parts.as_slice() {
        [one] => one.clone(),
        parts => format!("concat({})", parts.join(", ")),
    }
}

/// Returns the moment that a rolling date says: `now()`, `truncDate`, `addDateTime` and literals.
pub(crate) fn rolling(text: &str, week: WeekStart, now: NaiveDateTime) -> Option<NaiveDateTime> {
    moment_of(&parse(text).ok()?, week, now)
}

fn moment_of(node: &Node, week: WeekStart, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let Tree::Call(name, args) = &node.tree else {
        return match &node.tree {
            Tree::Text(text) => moment::parse(text),
            _ => None,
        };
    };
    let unit = |node: &Node| match &node.tree {
        Tree::Text(text) | Tree::Field(text) => Granularity::period(text),
        _ => None,
    };
    match (name.to_ascii_lowercase().as_str(), args.as_slice()) {
        ("now", []) => Some(now),
        ("truncdate", [period, date]) => Some(moment::truncate(
            unit(period)?,
            week,
            moment_of(date, week, now)?,
        )),
        ("adddatetime", [count, period, date]) => {
            moment::add(unit(period)?, integer(count)?, moment_of(date, week, now)?)
        }
        ("parsedate", [date, ..]) => moment_of(date, week, now),
        _ => None,
    }
}

fn integer(node: &Node) -> Option<i64> {
    match &node.tree {
        Tree::Number(text) => text.parse().ok(),
        Tree::Negative(inner) => integer(inner)?.checked_neg(),
        _ => None,
    }
}

/// Returns a date as a timestamp, whatever the column's type in the engine.
pub(super) fn as_timestamp(code: &Code) -> String {
    if code.kind == Kind::Date && code.sql.starts_with("TIMESTAMP ") {
        return code.sql.clone();
    }
    format!("CAST({} AS timestamp)", code.sql)
}
