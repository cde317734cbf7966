//! CSV and its kin.

use super::{Column, Preview};
use crate::delimited::{Cells, Reader};

/// Shows delimited text as rows.
pub(super) fn look(text: &str, ending: &str, whole: bool, limit: usize) -> Option<Preview> {
    let delimiter = match ending {
        "tsv" => b'\t',
        "psv" => b'|',
        _ => delimiter(text),
    };
    let mut reader = Reader::new(Some(delimiter));
    // One more than is shown, and the header.
    let (mut rows, taken) = reader.take(text.as_bytes(), limit + 2);
    if whole && taken == text.len() {
        rows.extend(reader.finish());
    }
    let width = rows.iter().map(Vec::len).max()?;
    let names = if is_header(&rows) {
        rows.remove(0)
    } else {
        Cells::new()
    };
    let truncated = rows.len() > limit || !whole;
    rows.truncate(limit);
    for row in &mut rows {
        row.resize(width, None);
    }
    let columns = (0..width).map(|at| Column {
        name: match names.get(at) {
            Some(Some(name)) => name.trim().to_owned(),
            _ => format!("_col{at}"),
        },
        kind: kind(rows.iter().filter_map(|row| row[at].as_deref())).to_owned(),
    });
    Some(Preview {
        format: "csv",
        columns: columns.collect(),
        rows,
        text: None,
        truncated,
    })
}

/// Returns what the first line is delimited by.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| line.bytes().filter(|b| *b == delimiter).count();
    let candidates = [b',', b'\t', b';', b'|'];
    // Of equals the first.
    let best = candidates.into_iter().rev().max_by_key(|d| count(*d));
    best.unwrap_or(b',')
}

/// Names are there, differ, and are no values.
fn is_header(rows: &[Cells]) -> bool {
    let Some(first) = rows.first() else {
        return false;
    };
    let names: Vec<&str> = first.iter().flatten().map(|name| name.trim()).collect();
    let differ = names
        .iter()
        .enumerate()
        .all(|(at, name)| !names[..at].contains(name));
    names.len() == first.len()
        && differ
        && names
            .iter()
            .all(|name| !name.is_empty() && kind(std::iter::once(*name)) == "varchar")
}

/// Returns the narrowest of Athena's types that all values have.
pub(super) fn kind<'a>(values: impl Iterator<Item = &'a str>) -> &'static str {
    let mut kinds = [true; 5];
    let mut any = false;
    for value in values.filter(|value| !value.is_empty()) {
        any = true;
        let is = [
            matches!(value, "true" | "false"),
            value.parse::<i64>().is_ok(),
            // Not `inf` and `nan`, which may well be words.
            value.parse::<f64>().is_ok() && value.contains(|c: char| c.is_ascii_digit()),
            is_date(value),
            value.len() >= 19
                && is_date(&value.chars().take(10).collect::<String>())
                && is_time(value),
        ];
        for (kind, is) in kinds.iter_mut().zip(is) {
            *kind &= is;
        }
    }
    let names = ["boolean", "bigint", "double", "date", "timestamp"];
    let found = kinds.iter().zip(names).find(|(is, _)| **is && any);
    found.map_or("varchar", |(_, name)| name)
}

fn digits(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, p)| match p {
            b'0' => b.is_ascii_digit(),
            b'_' => b == b' ' || b == b'T',
            p => b == p,
        })
}

fn is_date(text: &str) -> bool {
    digits(text, "0000-00-00")
}

fn is_time(text: &str) -> bool {
    text.get(..19)
        .is_some_and(|text| digits(text, "0000-00-00_00:00:00"))
}
