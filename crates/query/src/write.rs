//! Answers as files: for CREATE TABLE AS, INSERT INTO and UNLOAD.
//!
//! Nothing of an answer is visible before the whole of it was computed: files are made in a spool folder
//! and become objects only when the query has succeeded, one after the other. What was put is named in the
//! answer, so that a failure in between can be undone by deleting it.

use std::{collections::HashMap, io::Write, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch, UInt32Array},
        compute::{cast, take},
        datatypes::{DataType, Field as ArrowField, Schema, SchemaRef},
    },
    common::ScalarValue,
    parquet::{
        arrow::ArrowWriter,
        basic::{Compression as ParquetCompression, GzipLevel, ZstdLevel},
        file::properties::WriterProperties,
    },
};
use flate2::write::GzEncoder;
use objects::{Objects, PutRequest};

use crate::{Field, LineFormat, Location, QueryError, Rows, engine::guarded, render};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Snappy,
    Gzip,
    Zstd,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FileFormat {
    Parquet,
    /// Delimited text or JSON lines; [`LineFormat::Regex`] cannot be written.
    Lines(LineFormat),
}

/// Where and how to write.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteTarget {
    pub location: Location,
    pub format: FileFormat,
    pub compression: Compression,
    /// The columns in the files, in the order of the answer's first columns, which are cast to them.
    pub columns: Vec<Field>,
    /// The answer's last columns: a folder per value, `name=value`.
    pub partition_columns: Vec<Field>,
    /// What the files' names begin with: the query's id.
    pub file_prefix: String,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub rows: u64,
    pub bytes: u64,
    /// Keys in the target's bucket.
    pub keys: Vec<String>,
    /// The partitions that were written to: their values, and their folder.
    pub partitions: Vec<(Vec<Option<String>>, Location)>,
}

/// More partitions than this in one statement are refused, as Athena does.
const PARTITIONS: usize = 100;

impl Rows {
    /// Writes the whole answer.
    ///
    /// A crash before the last object leaves those put so far; a failure leaves none.
    pub async fn write(
        self,
        objects: &Objects,
        target: &WriteTarget,
    ) -> Result<Written, QueryError> {
        guarded(self.write_files(objects, target)).await
    }

    async fn write_files(
        mut self,
        objects: &Objects,
        target: &WriteTarget,
    ) -> Result<Written, QueryError> {
        let width = target.columns.len() + target.partition_columns.len();
        if self.schema.fields().len() != width {
            let message = format!(
                "Insert query has mismatched column types: Table has {width} columns, query has {}",
                self.schema.fields().len()
            );
            return Err(QueryError::failed("TYPE_MISMATCH", message));
        }
        let schema = Arc::new(Schema::new(
            target
                .columns
                .iter()
                .map(|c| ArrowField::new(&c.name, c.data_type.arrow(), true))
                .collect::<Vec<_>>(),
        ));
        let mut written = Written::default();
        let mut files: Vec<(Vec<Option<String>>, Spool)> = Vec::new();
        let mut places: HashMap<Vec<Option<String>>, usize> = HashMap::new();
        while let Some(batch) = self.next_batch().await? {
            written.rows += u64::try_from(batch.num_rows()).unwrap_or(0);
            for (values, batch) in by_partition(&batch, target)? {
                let place = match places.get(&values) {
                    Some(place) => *place,
                    None => {
                        if !target.partition_columns.is_empty() && files.len() >= PARTITIONS {
                            return Err(QueryError::failed(
                                "HIVE_TOO_MANY_OPEN_PARTITIONS",
                                format!(
                                    "Exceeded limit of {PARTITIONS} open writers for partitions/buckets."
                                ),
                            ));
                        }
                        files.push((values.clone(), Spool::new(target, &schema)?));
                        places.insert(values, files.len() - 1);
                        files.len() - 1
                    }
                };
                let typed = typed(&batch, &schema)?;
                files[place].1.write(&typed)?;
            }
        }
        match put(objects, target, files, &mut written).await {
            Ok(()) => Ok(written),
            Err(error) => {
                take_back(objects, target, &written).await;
                Err(error)
            }
        }
    }
}

/// Makes objects of files, one after the other, and notes each.
async fn put(
    objects: &Objects,
    target: &WriteTarget,
    files: Vec<(Vec<Option<String>>, Spool)>,
    written: &mut Written,
) -> Result<(), QueryError> {
    for (values, spool) in files {
        let folder = partition_folder(target, &values);
        let key = format!(
            "{}{}_{:05}{}",
            folder.prefix,
            target.file_prefix,
            written.keys.len(),
            extension(target)
        );
        let body = spool.finish()?;
        written.bytes += u64::try_from(body.len()).unwrap_or(0);
        let request = PutRequest::of_type("application/octet-stream");
        objects
            .put_bytes(&folder.bucket, &key, request, body)
            .await
            .map_err(|e| QueryError::storage(&folder, e))?;
        written.keys.push(key);
        if !target.partition_columns.is_empty() {
            written.partitions.push((values, folder));
        }
    }
    Ok(())
}

/// Deletes what was put of an answer whose rest cannot be.
async fn take_back(objects: &Objects, target: &WriteTarget, written: &Written) {
    let bucket = &target.location.bucket;
    for key in &written.keys {
        if let Err(error) = objects.delete(bucket, key).await {
            tracing::warn!(bucket, key, %error, "a file of a failed query stays");
        }
    }
}

fn internal(error: impl std::fmt::Display) -> QueryError {
    QueryError::Internal {
        message: error.to_string(),
    }
}

fn extension(target: &WriteTarget) -> &'static str {
    match (&target.format, target.compression) {
        (FileFormat::Lines(_), Compression::Gzip) => ".gz",
        (FileFormat::Lines(_), Compression::Zstd) => ".zst",
        (FileFormat::Parquet, _) => ".parquet",
        _ => "",
    }
}

fn partition_folder(target: &WriteTarget, values: &[Option<String>]) -> Location {
    let mut folder = target.location.clone().folder();
    for (column, value) in target.partition_columns.iter().zip(values) {
        let value = value.as_deref().unwrap_or("__HIVE_DEFAULT_PARTITION__");
        folder.prefix.push_str(&format!(
            "{}={}/",
            column.name,
            escaped_partition_value(value)
        ));
    }
    folder
}

/// Returns a partition's value as its folder's name has it: what a name cannot have is escaped as Hive does.
pub fn escaped_partition_value(value: &str) -> String {
    value
        .chars()
        .map(|c| match c {
            '"' | '#' | '%' | '\'' | '*' | '/' | ':' | '=' | '?' | '\\' | '{' | '[' | ']' | '^'
            | '\u{7f}' => {
                format!("%{:02X}", u32::from(c))
            }
            c if c.is_control() => format!("%{:02X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// A partition's values and rows.
type Group = (Vec<Option<String>>, RecordBatch);

/// Splits a batch by its partition columns, which come last, and leaves them out.
fn by_partition(batch: &RecordBatch, target: &WriteTarget) -> Result<Vec<Group>, QueryError> {
    let width = target.columns.len();
    let own: Vec<usize> = (0..width).collect();
    if target.partition_columns.is_empty() {
        return Ok(vec![(Vec::new(), batch.project(&own).map_err(internal)?)]);
    }
    let keys: Vec<ArrayRef> = target
        .partition_columns
        .iter()
        .enumerate()
        .map(|(i, c)| cast(batch.column(width + i), &c.data_type.arrow()).map_err(internal))
        .collect::<Result<_, _>>()?;
    let fields: Vec<ArrowField> = keys
        .iter()
        .enumerate()
        .map(|(i, k)| ArrowField::new(format!("k{i}"), k.data_type().clone(), true))
        .collect();
    let keys = RecordBatch::try_new(Arc::new(Schema::new(fields)), keys).map_err(internal)?;
    let mut order: Vec<Vec<Option<String>>> = Vec::new();
    let mut indices: HashMap<Vec<Option<String>>, Vec<u32>> = HashMap::new();
    for (i, values) in render::rows(&keys)?.into_iter().enumerate() {
        let i = u32::try_from(i).map_err(internal)?;
        let values: Vec<Option<String>> = values
            .into_iter()
            .map(|v| v.filter(|v| !v.is_empty()))
            .collect();
        indices
            .entry(values.clone())
            .or_insert_with(|| {
                order.push(values);
                Vec::new()
            })
            .push(i);
    }
    order
        .into_iter()
        .map(|values| {
            let rows = UInt32Array::from(indices.remove(&values).unwrap_or_default());
            let columns = own
                .iter()
                .map(|i| take(batch.column(*i), &rows, None).map_err(internal))
                .collect::<Result<Vec<_>, _>>()?;
            let schema = Arc::new(batch.schema().project(&own).map_err(internal)?);
            Ok((
                values,
                RecordBatch::try_new(schema, columns).map_err(internal)?,
            ))
        })
        .collect()
}

fn typed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, QueryError> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| {
            cast(column, field.data_type()).map_err(|e| {
                QueryError::failed(
                    "TYPE_MISMATCH",
                    format!("Cannot store column '{}': {e}", field.name()),
                )
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(internal)
}

/// A file in the making.
enum Spool {
    Parquet(Box<ArrowWriter<Vec<u8>>>),
    Lines {
        format: LineFormat,
        out: Box<Encoder>,
    },
}

enum Encoder {
    Plain(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Write for Encoder {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Spool {
    fn new(target: &WriteTarget, schema: &SchemaRef) -> Result<Self, QueryError> {
        match &target.format {
            FileFormat::Parquet => {
                let compression = match target.compression {
                    Compression::None => ParquetCompression::UNCOMPRESSED,
                    Compression::Snappy => ParquetCompression::SNAPPY,
                    Compression::Gzip => ParquetCompression::GZIP(GzipLevel::default()),
                    Compression::Zstd => ParquetCompression::ZSTD(ZstdLevel::default()),
                };
                let properties = WriterProperties::builder()
                    .set_compression(compression)
                    .build();
                let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(properties));
                Ok(Self::Parquet(Box::new(writer.map_err(internal)?)))
            }
            FileFormat::Lines(LineFormat::Regex { .. }) => Err(QueryError::unsupported(
                "Writing with RegexSerDe is not supported",
            )),
            FileFormat::Lines(format) => {
                let out = match target.compression {
                    Compression::Gzip => {
                        Encoder::Gzip(GzEncoder::new(Vec::new(), flate2::Compression::default()))
                    }
                    Compression::Zstd => Encoder::Zstd(
                        zstd::stream::write::Encoder::new(Vec::new(), 3).map_err(internal)?,
                    ),
                    _ => Encoder::Plain(Vec::new()),
                };
                Ok(Self::Lines {
                    format: format.clone(),
                    out: Box::new(out),
                })
            }
        }
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        match self {
            Self::Parquet(writer) => writer.write(batch).map_err(internal),
            Self::Lines { format, out } => {
                let schema = batch.schema();
                for i in 0..batch.num_rows() {
                    let line = line(format, batch, &schema, i)?;
                    out.write_all(line.as_bytes())
                        .and_then(|()| out.write_all(b"\n"))
                        .map_err(internal)?;
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Vec<u8>, QueryError> {
        match self {
            Self::Parquet(writer) => writer.into_inner().map_err(internal),
            Self::Lines { out, .. } => match *out {
                Encoder::Plain(bytes) => Ok(bytes),
                Encoder::Gzip(encoder) => encoder.finish().map_err(internal),
                Encoder::Zstd(encoder) => encoder.finish().map_err(internal),
            },
        }
    }
}

fn line(
    format: &LineFormat,
    batch: &RecordBatch,
    schema: &SchemaRef,
    i: usize,
) -> Result<String, QueryError> {
    let value =
        |column: usize| ScalarValue::try_from_array(batch.column(column), i).map_err(internal);
    let one = batch.slice(i, 1);
    let texts = render::rows(&one)?.pop().unwrap_or_default();
    match format {
        LineFormat::Json { .. } => {
            let mut object = serde_json::Map::new();
            for (column, field) in schema.fields().iter().enumerate() {
                object.insert(
                    field.name().clone(),
                    json(&value(column)?, texts[column].as_deref()),
                );
            }
            serde_json::to_string(&object).map_err(internal)
        }
        LineFormat::Csv {
            separator,
            quote,
            escape,
        } => {
            let cells = texts.into_iter().map(|text| {
                let text = text.unwrap_or_default();
                let text = if quote == escape {
                    text.replace(*quote, &format!("{quote}{quote}"))
                } else {
                    text.replace(*escape, &format!("{escape}{escape}"))
                        .replace(*quote, &format!("{escape}{quote}"))
                };
                format!("{quote}{text}{quote}")
            });
            Ok(cells.collect::<Vec<_>>().join(&separator.to_string()))
        }
        LineFormat::Delimited {
            field,
            escape,
            null,
            ..
        } => {
            let cells = texts.into_iter().map(|text| match (text, escape) {
                (None, _) => null.clone(),
                (Some(text), Some(escape)) => text
                    .replace(*escape, &format!("{escape}{escape}"))
                    .replace(*field, &format!("{escape}{field}")),
                (Some(text), None) => text,
            });
            Ok(cells.collect::<Vec<_>>().join(&field.to_string()))
        }
        LineFormat::Regex { .. } => Err(QueryError::unsupported(
            "Writing with RegexSerDe is not supported",
        )),
    }
}

fn json(value: &ScalarValue, text: Option<&str>) -> serde_json::Value {
    use serde_json::Value;
    let Some(text) = text else { return Value::Null };
    match value.data_type() {
        DataType::Boolean => Value::Bool(text == "true"),
        t if t.is_integer() => text.parse::<i64>().map_or(Value::Null, Value::from),
        DataType::Float32 | DataType::Float64 => {
            text.parse::<f64>().map_or(Value::Null, Value::from)
        }
        DataType::Decimal128(..) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
        }
        _ => Value::String(text.to_owned()),
    }
}
