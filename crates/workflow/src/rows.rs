//! ItemReader: what is read from a bucket, as the items of a distributed Map.

use std::sync::Arc;

use asl::{MapItem, Object, Value};

use crate::buckets::BucketObject;

/// The effective `ReaderConfig`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReaderConfig<'a>(pub &'a Value);

impl<'a> ReaderConfig<'a> {
    fn text(self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Returns `InputType`.
    pub(crate) fn kind(self) -> &'a str {
        self.text("InputType").unwrap_or("JSON")
    }

    /// Returns how many items are read at most.
    pub(crate) fn limit(self) -> usize {
        let most = self.0.get("MaxItems").and_then(Value::as_i64);
        most.filter(|n| *n > 0)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(usize::MAX)
    }

    /// Returns `ManifestType`. A manifest of which nothing is said is that of an S3 inventory.
    pub(crate) fn manifest(self) -> Option<&'a str> {
        let untyped = (self.kind() == "MANIFEST").then_some("S3_INVENTORY");
        self.text("ManifestType").or(untyped)
    }

    /// Tells whether it is what is in the listed objects that is read.
    pub(crate) fn flattens(self) -> bool {
        self.text("Transformation") == Some("LOAD_AND_FLATTEN")
    }
}

/// Reads the text of an object as items.
///
/// **Errors**: the cause of `States.ItemReaderFailed`.
pub(crate) fn read(text: &str, config: ReaderConfig<'_>) -> Result<Vec<MapItem>, String> {
    let limit = config.limit();
    let mut items = match config.kind() {
        "JSON" => json(text, config.0)?,
        "JSONL" => json_lines(text, limit)?,
        "CSV" => csv(text, config.0, limit)?,
        other => return Err(format!("The InputType {other} cannot be read here.")),
    };
    items.truncate(limit);
    Ok(items)
}

/// Reads a line an item.
pub(crate) fn json_lines(text: &str, limit: usize) -> Result<Vec<MapItem>, String> {
    let lines = text.lines().filter(|l| !l.trim().is_empty());
    numbered(lines.take(limit).map(parsed))
}

/// Returns the bucket and key of each line of a manifest of Athena's, `s3://BUCKET/KEY`.
pub(crate) fn addresses(manifest: &str) -> Result<Vec<(String, String)>, String> {
    let lines = manifest.lines().map(|l| l.trim().trim_matches('"'));
    lines
        .filter(|l| !l.is_empty())
        .map(|line| {
            let found = line.strip_prefix("s3://").and_then(|a| a.split_once('/'));
            found
                .map(|(bucket, key)| (bucket.to_owned(), key.to_owned()))
                .ok_or_else(|| format!("The manifest's line '{line}' is no address of an object."))
        })
        .collect()
}

/// The manifest of an S3 inventory.
#[derive(Debug)]
pub(crate) struct Inventory {
    /// Where the inventory's own files are.
    pub bucket: String,
    pub keys: Vec<String>,
    /// `CSV`, `ORC` or `Parquet`.
    pub format: String,
    columns: Vec<Arc<str>>,
}

impl Inventory {
    pub(crate) fn read(manifest: &str) -> Result<Self, String> {
        let unfit = || "The object is not the manifest of an S3 inventory.".to_owned();
        let manifest = parsed(manifest)?;
        let text = |name: &str| manifest.get(name).and_then(Value::as_str).ok_or_else(unfit);
        let files = manifest.get("files").and_then(Value::as_array);
        let keys = files.ok_or_else(unfit)?.iter().map(|file| {
            let key = file.get("key").and_then(Value::as_str);
            key.map(str::to_owned).ok_or_else(unfit)
        });
        // An ARN: `arn:aws:s3:::BUCKET`.
        let bucket = text("destinationBucket")?;
        let bucket = bucket.rsplit(':').next().unwrap_or(bucket);
        Ok(Self {
            bucket: bucket.to_owned(),
            keys: keys.collect::<Result<_, _>>()?,
            format: text("fileFormat")?.to_owned(),
            columns: text("fileSchema")?
                .split(',')
                .map(|c| c.trim().into())
                .collect(),
        })
    }

    /// Returns the rows of one of its CSV files, which have no header. Keys are URL-encoded there.
    pub(crate) fn rows(&self, text: &str) -> Vec<MapItem> {
        let rows = records(text, ',').into_iter().enumerate();
        let row = |(index, fields): (usize, Vec<String>)| {
            let members = self.columns.iter().zip(fields).map(|(column, field)| {
                let field = match &**column {
                    "Key" => decoded(&field),
                    _ => field,
                };
                (Arc::clone(column), Value::from(field))
            });
            item(index, Value::Object(Arc::new(members.collect::<Object>())))
        };
        rows.map(row).collect()
    }
}

fn decoded(key: &str) -> String {
    let pairs = aws::uri::query_pairs(key);
    pairs
        .into_iter()
        .next()
        .map_or_else(String::new, |(k, _)| k)
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
        let config = Value::parse(config).unwrap();
        let items = read(text, ReaderConfig(&config))?;
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

    #[test]
    fn manifests_name_their_files() {
        let lines = addresses("s3://b/a/1.gz\n\"s3://b/2\"\n\n").unwrap();
        let at = |b: &str, k: &str| (b.to_owned(), k.to_owned());
        assert_eq!(lines, [at("b", "a/1.gz"), at("b", "2")]);
        assert!(addresses("nothing").is_err());
        let manifest = r#"{"sourceBucket":"src","destinationBucket":"arn:aws:s3:::dst","fileFormat":"CSV",
            "fileSchema":"Bucket, Key, Size","files":[{"key":"data/1.csv.gz","size":1,"MD5checksum":"x"}]}"#;
        let inventory = Inventory::read(manifest).unwrap();
        assert_eq!(
            (inventory.bucket.as_str(), inventory.keys.len()),
            ("dst", 1)
        );
        let rows = inventory.rows("\"src\",\"a+b%2Fc\",\"7\"\n");
        assert_eq!(
            rows[0].value.to_text(),
            r#"{"Bucket":"src","Key":"a b/c","Size":"7"}"#
        );
        assert!(Inventory::read("{}").is_err());
    }

    #[test]
    fn a_config_says_which_manifest_it_is() {
        let of = |text: &str| {
            let config = Value::parse(text).unwrap();
            ReaderConfig(&config).manifest().map(str::to_owned)
        };
        assert_eq!(
            of(r#"{"InputType":"MANIFEST"}"#).as_deref(),
            Some("S3_INVENTORY")
        );
        let athena = of(r#"{"InputType":"PARQUET","ManifestType":"ATHENA_DATA"}"#);
        assert_eq!(athena.as_deref(), Some("ATHENA_DATA"));
        assert_eq!(of(r#"{"InputType":"CSV"}"#), None);
    }
}
