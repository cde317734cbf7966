//! JSON: lines of objects, or one array of them.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::{Column, Preview, table::kind};

/// Columns are told up to here; an object used as a map would have one for each key.
const MOST_COLUMNS: usize = 500;

/// Shows objects as rows; nothing where the text is other JSON, or none.
pub(super) fn look(text: &str, whole: bool, limit: usize) -> Option<Preview> {
    let mut objects = Vec::new();
    let mut more = !whole;
    if let Some(items) = text.trim_start().strip_prefix('[') {
        let mut rest = items;
        loop {
            rest = rest.trim_start().trim_start_matches(',');
            if rest.trim_start().is_empty() || rest.trim_start().starts_with(']') {
                break;
            }
            let mut values =
                serde_json::Deserializer::from_str(rest).into_iter::<Map<String, Value>>();
            match values.next() {
                Some(Ok(object)) => objects.push(object),
                // Cut off, where there is more than was looked at.
                _ if more => break,
                _ => return None,
            }
            rest = &rest[values.byte_offset()..];
            if objects.len() > limit {
                break;
            }
        }
    } else {
        for value in serde_json::Deserializer::from_str(text).into_iter::<Map<String, Value>>() {
            match value {
                Ok(object) => objects.push(object),
                Err(_) if more => break,
                Err(_) => return None,
            }
            if objects.len() > limit {
                break;
            }
        }
        // One object alone, over several lines, is a document.
        if objects.len() == 1 && text.trim().contains('\n') {
            return None;
        }
    }
    if objects.is_empty() {
        return None;
    }
    more |= objects.len() > limit;
    objects.truncate(limit);
    let mut columns: IndexMap<String, ()> = IndexMap::new();
    for name in objects.iter().flat_map(Map::keys) {
        if columns.len() < MOST_COLUMNS {
            columns.entry(name.clone()).or_default();
        }
    }
    let rows: Vec<Vec<Option<String>>> = objects
        .iter()
        .map(|object| {
            columns
                .keys()
                .map(|name| object.get(name).and_then(cell))
                .collect()
        })
        .collect();
    let columns = columns.keys().enumerate().map(|(at, name)| Column {
        name: name.clone(),
        kind: column_kind(
            &objects,
            name,
            rows.iter().filter_map(|row| row[at].as_deref()),
        ),
    });
    Some(Preview {
        format: "json",
        columns: columns.collect(),
        rows,
        text: None,
        truncated: more,
    })
}

fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn column_kind<'a>(
    objects: &[Map<String, Value>],
    name: &str,
    cells: impl Iterator<Item = &'a str>,
) -> String {
    let mut values = objects.iter().filter_map(|object| object.get(name));
    let found = values.find(|value| !value.is_null());
    match found {
        Some(Value::Object(_)) => "row".to_owned(),
        Some(Value::Array(_)) => "array".to_owned(),
        _ => kind(cells).to_owned(),
    }
}
