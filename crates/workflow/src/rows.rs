//! ItemReader: what is read from a bucket, as the items of a distributed Map.

use std::sync::Arc;

use asl::{MapItem, Object, Value};

use crate::buckets::BucketObject;

/// Reads the text of an object as items.
///
/// **Errors**: the cause of `States.ItemReaderFailed`.
pub(crate) fn read(text: &str, config: &Value) -> Result<Vec<MapItem>, String> {
    let limit = config
        .get("MaxItems")
        .and_then(Value::as_i64)
        .filter(|n| *n > 0);
    let limit = limit
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(usize::MAX);
    let kind = config
        .get("InputType")
        .and_then(Value::as_str)
        .unwrap_or("JSON");
    let mut items = match kind {
        "JSON" => json(text, config)?,
        "JSONL" => numbered(
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .take(limit)
                .map(parsed),
        )?,
        "CSV" => csv(text, config, limit)?,
        other => return Err(format!("The InputType {other} cannot be read here.")),
    };
    items.truncate(limit);
    Ok(items)
}

fn parsed(text: &str) -> Result<Value, String> {
    Value::parse(text).map_err(|e| format!("Attempting to map over invalid JSON: {e}"))
}

fn numbered(values: impl Iterator<Item = Result<Value, String>>) -> Result<Vec<MapItem>, String> {
    values.enumerate().map(|(i, v)| Ok(item(i, v?))).collect()
}

fn item(index: usize, value: Value) -> MapItem {
    MapItem {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        value,
        key: None,
    }
}

fn json(text: &str, config: &Value) -> Result<Vec<MapItem>, String> {
    let whole = parsed(text)?;
    let at = match config.get("ItemsPointer").and_then(Value::as_str) {
        None => Some(&whole),
        Some(pointer) => pointer.split('/').skip(1).try_fold(&whole, |value, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match value.as_array() {
                Some(items) => items.get(step.parse::<usize>().ok()?),
                None => value.get(&step),
            }
        }),
    };
    match at {
        Some(items @ (Value::Array(_) | Value::Object(_))) => Ok(asl::map_run::given_items(items)),
        _ => Err("Attempting to map over non-iterable node.".to_owned()),
    }
}

fn csv(text: &str, config: &Value, limit: usize) -> Result<Vec<MapItem>, String> {
    let delimiter = match config
        .get("CSVDelimiter")
        .and_then(Value::as_str)
        .unwrap_or("COMMA")
    {
        "PIPE" => '|',
        "SEMICOLON" => ';',
        "SPACE" => ' ',
        "TAB" => '\t',
        _ => ',',
    };
    let mut records = records(text.strip_prefix('\u{feff}').unwrap_or(text), delimiter).into_iter();
    let headers: Vec<Arc<str>> = match config.get("CSVHeaderLocation").and_then(Value::as_str) {
        Some("GIVEN") => {
            let given = config
                .get("CSVHeaders")
                .and_then(Value::as_array)
                .unwrap_or_default();
            given
                .iter()
                .filter_map(Value::as_str)
                .map(Into::into)
                .collect()
        }
        _ => records
            .next()
            .unwrap_or_default()
            .into_iter()
            .map(Into::into)
            .collect(),
    };
    let distinct: std::collections::HashSet<&Arc<str>> = headers.iter().collect();
    if distinct.len() < headers.len() {
        return Err("CSV headers cannot contain duplicates.".to_owned());
    }
    let row = |fields: Vec<String>| {
        let mut fields = fields.into_iter();
        let members = headers.iter().map(|h| {
            (
                Arc::clone(h),
                Value::from(fields.next().unwrap_or_default()),
            )
        });
        Value::Object(Arc::new(members.collect::<Object>()))
    };
    Ok(records
        .take(limit)
        .enumerate()
        .map(|(i, fields)| item(i, row(fields)))
        .collect())
}

/// Takes CSV apart as RFC 4180 has it; blank lines count for nothing.
fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut was_quoted) = (false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => (quoted, was_quoted) = (true, true),
            _ if quoted => field.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' => {
                if !(record.is_empty() && field.is_empty() && !was_quoted) {
                    record.push(std::mem::take(&mut field));
                    records.push(std::mem::take(&mut record));
                }
                was_quoted = false;
            }
            _ if c == delimiter => {
                record.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            _ => field.push(c),
        }
    }
    if !(record.is_empty() && field.is_empty() && !was_quoted) {
        record.push(field);
        records.push(record);
    }
    records
}

/// Returns the items of `s3:listObjectsV2`.
pub(crate) fn listed(objects: Vec<BucketObject>) -> Vec<MapItem> {
    let value = |o: BucketObject| {
        Value::object([
            ("Etag", Value::from(o.etag)),
            ("Key", Value::from(o.key)),
            ("LastModified", Value::from(o.modified_ms / 1000)),
            (
                "Size",
                Value::from(i64::try_from(o.size).unwrap_or(i64::MAX)),
            ),
            ("StorageClass", Value::from("STANDARD")),
        ])
    };
    objects
        .into_iter()
        .enumerate()
        .map(|(i, o)| item(i, value(o)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, config: &str) -> Result<Vec<String>, String> {
        let items = read(text, &Value::parse(config).unwrap())?;
        Ok(items.iter().map(|i| i.value.to_text()).collect())
    }

    #[test]
    fn json_lines_and_pointers() {
        assert_eq!(
            values("[1,{\"a\":2}]", r#"{"InputType":"JSON"}"#).unwrap(),
            ["1", r#"{"a":2}"#]
        );
        assert_eq!(
            values(
                r#"{"a":{"b":[3,4]}}"#,
                r#"{"ItemsPointer":"/a/b","MaxItems":1}"#
            )
            .unwrap(),
            ["3"]
        );
        assert_eq!(
            values("1\n\n2\n", r#"{"InputType":"JSONL"}"#).unwrap(),
            ["1", "2"]
        );
        assert_eq!(
            values("7", "{}").unwrap_err(),
            "Attempting to map over non-iterable node."
        );
        assert!(values("[1", "{}").is_err());
    }

    #[test]
    fn csv_with_its_headers() {
        let rows = values(
            "a,b\r\n1,\"x, \"\"y\"\"\"\n\n2,\n",
            r#"{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}"#,
        )
        .unwrap();
        assert_eq!(rows, [r#"{"a":"1","b":"x, \"y\""}"#, r#"{"a":"2","b":""}"#]);
        let given = r#"{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["k"],"CSVDelimiter":"PIPE"}"#;
        assert_eq!(values("1|2\n", given).unwrap(), [r#"{"k":"1"}"#]);
        let twice = values(
            "a,a\n1,2\n",
            r#"{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}"#,
        );
        assert_eq!(twice.unwrap_err(), "CSV headers cannot contain duplicates.");
    }
}
