//! Text.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    arrow::array::{ArrayRef, BooleanArray, Int64Array, ListBuilder, StringArray, StringBuilder},
    common::Result,
};
use regex::Regex;

use super::scalar::{
    Columns, Function, bigint, boolean, int_at, invalid, text_at, varchar, varchars,
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("substr", (2, 3), varchar, substr),
        Function::new("substring", (2, 3), varchar, substr),
        Function::new("split", (2, 3), varchars, split),
        Function::new("regexp_extract", (2, 3), varchar, regexp_extract),
        Function::new("regexp_extract_all", (2, 3), varchars, regexp_extract_all),
        Function::new("regexp_split", (2, 2), varchars, regexp_split),
        Function::new("regexp_count", (2, 2), bigint, regexp_count),
        Function::new("regexp_like", (2, 2), boolean, regexp_like),
        Function::new("regexp_position", (2, 4), bigint, regexp_position),
        Function::new("length", (1, 1), bigint, length),
        Function::new("strpos", (2, 3), bigint, strpos),
        Function::new("levenshtein_distance", (2, 2), bigint, levenshtein),
        Function::new("hamming_distance", (2, 2), bigint, hamming),
        Function::new("typeof", (1, 1), varchar, type_of),
    ]
}

/// From 1; a negative start counts from the end; nothing at 0 and beyond the ends.
fn substr(args: &Columns) -> Result<ArrayRef> {
    let (text, start) = (args.text(0)?, args.int(1)?);
    let length = if args.has(2) {
        Some(args.int(2)?)
    } else {
        None
    };
    let cut = |i: usize| {
        let (text, start) = (text_at(&text, i)?, int_at(&start, i)?);
        let take = match &length {
            Some(length) => usize::try_from(int_at(length, i)?.max(0)).unwrap_or(usize::MAX),
            None => usize::MAX,
        };
        let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let from = match start {
            0 => return Some(String::new()),
            s if s < 0 => count + s,
            s => s - 1,
        };
        let Ok(from) = usize::try_from(from) else {
            return Some(String::new());
        };
        Some(text.chars().skip(from).take(take).collect())
    };
    Ok(Arc::new((0..args.rows).map(cut).collect::<StringArray>()))
}

fn lists(rows: impl Iterator<Item = Option<Vec<Option<String>>>>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in rows {
        let present = row.is_some();
        for item in row.unwrap_or_default() {
            builder.values().append_option(item);
        }
        builder.append(present);
    }
    Arc::new(builder.finish())
}

fn split(args: &Columns) -> Result<ArrayRef> {
    let (text, delimiter) = (args.text(0)?, args.text(1)?);
    let limit = if args.has(2) {
        Some(args.int(2)?)
    } else {
        None
    };
    let rows = (0..args.rows).map(|i| {
        let (text, delimiter) = (text_at(&text, i)?, text_at(&delimiter, i)?);
        let some = |s: &str| Some(s.to_owned());
        Some(match &limit {
            _ if delimiter.is_empty() => vec![some(text)],
            Some(limit) => {
                let limit = usize::try_from(int_at(limit, i)?).unwrap_or(1).max(1);
                text.splitn(limit, delimiter).map(some).collect()
            }
            None => text.split(delimiter).map(some).collect(),
        })
    });
    Ok(lists(rows))
}

/// Patterns, each compiled once.
#[derive(Default)]
struct Patterns(HashMap<String, Regex>);

impl Patterns {
    fn get(&mut self, pattern: &str) -> Result<&Regex> {
        if !self.0.contains_key(pattern) {
            let regex = Regex::new(pattern)
                .map_err(|e| invalid(format!("Invalid regular expression: {e}")))?;
            self.0.insert(pattern.to_owned(), regex);
        }
        self.0
            .get(pattern)
            .ok_or_else(|| invalid("Invalid regular expression"))
    }
}

/// Calls a body for each row whose text and pattern are not NULL.
fn with_pattern<T>(
    args: &Columns,
    mut body: impl FnMut(usize, &str, &Regex) -> Result<T>,
) -> Result<Vec<Option<T>>> {
    let (text, pattern) = (args.text(0)?, args.text(1)?);
    let mut patterns = Patterns::default();
    (0..args.rows)
        .map(|i| match (text_at(&text, i), text_at(&pattern, i)) {
            (Some(text), Some(pattern)) => body(i, text, patterns.get(pattern)?).map(Some),
            _ => Ok(None),
        })
        .collect()
}

fn group(args: &Columns) -> Result<Option<Int64Array>> {
    if args.has(2) {
        args.int(2).map(Some)
    } else {
        Ok(None)
    }
}

fn chosen(group: Option<&Int64Array>, i: usize, regex: &Regex) -> Result<usize> {
    let wanted = group.and_then(|g| int_at(g, i)).unwrap_or(0);
    let wanted = usize::try_from(wanted).map_err(|_| invalid("Group cannot be negative"))?;
    if wanted >= regex.captures_len() {
        let have = regex.captures_len() - 1;
        return Err(invalid(format!(
            "Pattern has {have} groups. Cannot access group {wanted}"
        )));
    }
    Ok(wanted)
}

fn regexp_extract(args: &Columns) -> Result<ArrayRef> {
    let group = group(args)?;
    let found = with_pattern(args, |i, text, regex| {
        let wanted = chosen(group.as_ref(), i, regex)?;
        Ok(regex
            .captures(text)
            .and_then(|c| c.get(wanted))
            .map(|m| m.as_str().to_owned()))
    })?;
    Ok(Arc::new(
        found
            .into_iter()
            .map(Option::flatten)
            .collect::<StringArray>(),
    ))
}

fn regexp_extract_all(args: &Columns) -> Result<ArrayRef> {
    let group = group(args)?;
    let found = with_pattern(args, |i, text, regex| {
        let wanted = chosen(group.as_ref(), i, regex)?;
        Ok(regex
            .captures_iter(text)
            .map(|c| c.get(wanted).map(|m| m.as_str().to_owned()))
            .collect())
    })?;
    Ok(lists(found.into_iter()))
}

fn regexp_split(args: &Columns) -> Result<ArrayRef> {
    let found = with_pattern(args, |_, text, regex| {
        Ok(regex.split(text).map(|s| Some(s.to_owned())).collect())
    })?;
    Ok(lists(found.into_iter()))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn regexp_count(args: &Columns) -> Result<ArrayRef> {
    let found = with_pattern(args, |_, text, regex| {
        Ok(count(regex.find_iter(text).count()))
    })?;
    Ok(Arc::new(Int64Array::from(found)))
}

fn regexp_like(args: &Columns) -> Result<ArrayRef> {
    let found = with_pattern(args, |_, text, regex| Ok(regex.is_match(text)))?;
    Ok(Arc::new(BooleanArray::from(found)))
}

/// The place of the n-th match that begins at a place or behind it, in characters from 1; -1 where there is none.
fn regexp_position(args: &Columns) -> Result<ArrayRef> {
    let number = |i: usize| args.has(i).then(|| args.int(i)).transpose();
    let (starts, nths) = (number(2)?, number(3)?);
    let at =
        |array: &Option<Int64Array>, i: usize| array.as_ref().map_or(Some(1), |a| int_at(a, i));
    let found = with_pattern(args, |i, text, regex| {
        let (Some(start), Some(nth)) = (at(&starts, i), at(&nths, i)) else {
            return Ok(None);
        };
        let (Some(skip), Some(nth)) = (
            usize::try_from(start - 1).ok(),
            usize::try_from(nth - 1).ok(),
        ) else {
            return Err(invalid("Position and occurrence must be at least 1"));
        };
        let from = text.char_indices().nth(skip).map(|(byte, _)| byte);
        let from = from.or((skip == text.chars().count()).then_some(text.len()));
        let found = from.and_then(|from| {
            let mut all = regex.find_iter(text).filter(|m| m.start() >= from);
            all.nth(nth)
        });
        Ok(Some(found.map_or(-1, |m| {
            count(text[..m.start()].chars().count()) + 1
        })))
    })?;
    let found = found.into_iter().map(Option::flatten);
    Ok(Arc::new(found.collect::<Int64Array>()))
}

/// Characters of text, bytes of a varbinary.
fn length(args: &Columns) -> Result<ArrayRef> {
    use datafusion::arrow::{array::AsArray, datatypes::DataType};
    if *args.any(0)?.data_type() == DataType::Binary {
        let bytes = args.any(0)?.as_binary::<i32>();
        return Ok(Arc::new(
            bytes
                .iter()
                .map(|b| b.map(|b| count(b.len())))
                .collect::<Int64Array>(),
        ));
    }
    let text = args.text(0)?;
    Ok(Arc::new(
        text.iter()
            .map(|t| t.map(|t| count(t.chars().count())))
            .collect::<Int64Array>(),
    ))
}

/// The place of the n-th occurrence, in characters from 1; 0 where there is none.
fn strpos(args: &Columns) -> Result<ArrayRef> {
    let (text, part) = (args.text(0)?, args.text(1)?);
    let nth = if args.has(2) {
        Some(args.int(2)?)
    } else {
        None
    };
    let find = |i: usize| {
        let (text, part) = (text_at(&text, i)?, text_at(&part, i)?);
        let nth = match &nth {
            Some(nth) => int_at(nth, i)?,
            None => 1,
        };
        let mut places = text.match_indices(part).map(|(at, _)| at);
        let at = match usize::try_from(nth.unsigned_abs()) {
            Ok(n) if nth > 0 => places.nth(n - 1),
            Ok(n) if nth < 0 => places.collect::<Vec<_>>().into_iter().rev().nth(n - 1),
            _ => None,
        };
        Some(at.map_or(0, |at| count(text[..at].chars().count()) + 1))
    };
    Ok(Arc::new((0..args.rows).map(find).collect::<Int64Array>()))
}

fn pairs(args: &Columns, body: impl Fn(&str, &str) -> Result<i64>) -> Result<ArrayRef> {
    let (a, b) = (args.text(0)?, args.text(1)?);
    let found = (0..args.rows)
        .map(|i| match (text_at(&a, i), text_at(&b, i)) {
            (Some(a), Some(b)) => body(a, b).map(Some),
            _ => Ok(None),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Int64Array::from(found)))
}

fn levenshtein(args: &Columns) -> Result<ArrayRef> {
    pairs(args, |a, b| {
        let b: Vec<char> = b.chars().collect();
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.chars().enumerate() {
            let mut left_above = i;
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = (left_above + usize::from(x != *y))
                    .min(above + 1)
                    .min(row[j] + 1);
                left_above = above;
            }
        }
        Ok(count(row.last().copied().unwrap_or(0)))
    })
}

fn hamming(args: &Columns) -> Result<ArrayRef> {
    pairs(args, |a, b| {
        if a.chars().count() != b.chars().count() {
            return Err(invalid(
                "The input strings to hamming_distance function must have the same length",
            ));
        }
        Ok(count(
            a.chars().zip(b.chars()).filter(|(x, y)| x != y).count(),
        ))
    })
}

fn type_of(args: &Columns) -> Result<ArrayRef> {
    let name = crate::types::trino_name(args.any(0)?.data_type());
    let name = if name == "unknown" {
        "unknown".to_owned()
    } else {
        name
    };
    Ok(Arc::new(
        std::iter::repeat_n(Some(name), args.rows).collect::<StringArray>(),
    ))
}
