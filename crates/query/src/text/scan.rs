//! A partition's files as a stream of record batches.

use std::{fmt, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch, RecordBatchOptions},
        datatypes::{DataType, SchemaRef},
    },
    common::{DataFusionError, ScalarValue},
    execution::TaskContext,
    physical_plan::{
        SendableRecordBatchStream, stream::RecordBatchStreamAdapter, streaming::PartitionStream,
    },
};
use futures::StreamExt;
use objects::{ObjectStream, Objects};
use regex::Regex;
use serde_json::Value;

use super::{
    Node,
    decompress::Decoder,
    fields::{delimited, quoted},
    json,
    lines::{LONGEST, Lines},
    value::column,
};
use crate::{Format, LineFormat, Location, QueryError, Table, counting::Scanned};

/// Rows per batch.
const BATCH: usize = 8192;

/// One file, and its partition's values.
#[derive(Clone, Debug)]
pub(crate) struct LineFile {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) values: Vec<ScalarValue>,
}

/// Files that are read one after the other.
pub(crate) struct LineScan {
    objects: Arc<Objects>,
    scanned: Scanned,
    table: Arc<Table>,
    /// Places in the table's columns, partition columns behind the files' own.
    wanted: Vec<usize>,
    schema: SchemaRef,
    files: Vec<LineFile>,
    regex: Option<Regex>,
}

impl fmt::Debug for LineScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineScan")
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl LineScan {
    pub(crate) fn partition(
        objects: Arc<Objects>,
        scanned: Scanned,
        table: Arc<Table>,
        wanted: Vec<usize>,
        schema: SchemaRef,
        files: Vec<LineFile>,
    ) -> Result<Arc<dyn PartitionStream>, QueryError> {
        let regex = match &table.format {
            Format::Lines {
                format: LineFormat::Regex { pattern },
                ..
            } => {
                let whole = format!("^(?:{pattern})$");
                let regex = Regex::new(&whole).map_err(|e| {
                    QueryError::failed(
                        "HIVE_INVALID_METADATA",
                        format!("input.regex cannot be read: {e}"),
                    )
                })?;
                Some(regex)
            }
            _ => None,
        };
        Ok(Arc::new(Self {
            objects,
            scanned,
            table,
            wanted,
            schema,
            files,
            regex,
        }))
    }
}

impl PartitionStream for LineScan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reader = Reader {
            scan: Arc::new(Self {
                objects: Arc::clone(&self.objects),
                scanned: self.scanned.clone(),
                table: Arc::clone(&self.table),
                wanted: self.wanted.clone(),
                schema: Arc::clone(&self.schema),
                files: Vec::new(),
                regex: self.regex.clone(),
            }),
            files: self.files.clone().into_iter(),
            open: None,
        };
        let stream = futures::stream::try_unfold(reader, |mut reader| async move {
            let batch = reader.next().await.map_err(DataFusionError::from)?;
            Ok(batch.map(|batch| (batch, reader)))
        });
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream,
        ))
    }
}

struct Reader {
    scan: Arc<LineScan>,
    files: std::vec::IntoIter<LineFile>,
    open: Option<Open>,
}

/// A file that is being read.
struct Open {
    file: LineFile,
    body: ObjectStream,
    decoder: Decoder,
    lines: Lines,
    ended: bool,
    to_skip: usize,
    /// Lines held back, since they may be the footer.
    held: std::collections::VecDeque<String>,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<RecordBatch>, QueryError> {
        loop {
            if self.open.is_none() {
                let Some(file) = self.files.next() else {
                    return Ok(None);
                };
                self.open = Some(self.scan.open(file).await?);
            }
            let Some(open) = self.open.as_mut() else {
                continue;
            };
            let batch = self.scan.read(open).await?;
            match batch {
                Some(batch) => return Ok(Some(batch)),
                None => self.open = None,
            }
        }
    }
}

impl LineScan {
    fn layout(&self) -> (&LineFormat, usize, usize) {
        match &self.table.format {
            Format::Lines {
                format,
                skip_header,
                skip_footer,
            } => (format, *skip_header, *skip_footer),
            _ => (
                &LineFormat::Csv {
                    separator: ',',
                    quote: '"',
                    escape: '\\',
                },
                0,
                0,
            ),
        }
    }

    async fn open(&self, file: LineFile) -> Result<Open, QueryError> {
        let at = Location {
            bucket: file.bucket.clone(),
            prefix: file.key.clone(),
        };
        let (_, body) = self
            .objects
            .get(&file.bucket, &file.key, None)
            .await
            .map_err(|e| QueryError::storage(&at, e))?;
        let decoder = Decoder::for_key(&file.key).map_err(|e| broken(&file, e))?;
        let (_, skip_header, _) = self.layout();
        Ok(Open {
            file,
            body,
            decoder,
            lines: Lines::default(),
            ended: false,
            to_skip: skip_header,
            held: std::collections::VecDeque::new(),
        })
    }

    /// Returns the file's next rows; nothing at its end.
    async fn read(&self, open: &mut Open) -> Result<Option<RecordBatch>, QueryError> {
        let (format, _, footer) = self.layout();
        let width = self.table.columns.len();
        let own: Vec<usize> = self.wanted.iter().copied().filter(|i| *i < width).collect();
        let mut columns: Vec<Vec<Option<Node>>> = own.iter().map(|_| Vec::new()).collect();
        let mut rows = 0;
        while rows < BATCH {
            let Some(range) = open.lines.next(open.ended) else {
                if open.ended {
                    break;
                }
                self.fill(open).await?;
                continue;
            };
            if open.to_skip > 0 {
                open.to_skip -= 1;
                continue;
            }
            let text = String::from_utf8_lossy(&open.lines.buffer[range]);
            let line = if footer == 0 {
                text
            } else {
                open.held.push_back(text.into_owned());
                if open.held.len() <= footer {
                    continue;
                }
                open.held.pop_front().unwrap_or_default().into()
            };
            rows += usize::from(self.row(&open.file, format, &line, &own, &mut columns)?);
        }
        if rows == 0 {
            return Ok(None);
        }
        self.batch(&open.file, rows, columns, width).map(Some)
    }

    async fn fill(&self, open: &mut Open) -> Result<(), QueryError> {
        open.lines.compact();
        match open.body.next().await {
            Some(Ok(chunk)) => {
                self.scanned
                    .add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
                open.decoder
                    .push(&chunk, &mut open.lines.buffer)
                    .map_err(|e| broken(&open.file, e))?;
            }
            Some(Err(error)) => {
                let at = Location {
                    bucket: open.file.bucket.clone(),
                    prefix: open.file.key.clone(),
                };
                return Err(QueryError::storage(&at, error));
            }
            None => {
                open.decoder
                    .finish(&mut open.lines.buffer)
                    .map_err(|e| broken(&open.file, e))?;
                open.ended = true;
            }
        }
        if open.lines.buffer.len() > LONGEST && open.lines.next(false).is_none() {
            let message = format!("Line too long in text file: {}", url(&open.file));
            return Err(QueryError::failed("HIVE_BAD_DATA", message));
        }
        Ok(())
    }

    /// Parses one line into the wanted columns; false where the line is no row.
    fn row(
        &self,
        file: &LineFile,
        format: &LineFormat,
        line: &str,
        own: &[usize],
        columns: &mut [Vec<Option<Node>>],
    ) -> Result<bool, QueryError> {
        match format {
            LineFormat::Json {
                ignore_malformed,
                mappings,
            } => {
                if line.trim().is_empty() {
                    return Ok(false);
                }
                let object = match serde_json::from_str::<Value>(line) {
                    Ok(Value::Object(object)) => Some(object),
                    _ if *ignore_malformed => None,
                    _ => {
                        let message = format!("Error parsing a JSON line in file {}", url(file));
                        return Err(QueryError::failed(
                            "HIVE_BAD_DATA",
                            format!("{message}: Row is not a valid JSON Object"),
                        ));
                    }
                };
                for (column, place) in columns.iter_mut().zip(own) {
                    let field = &self.table.columns[*place];
                    let name = mappings
                        .iter()
                        .find(|(c, _)| *c == field.name)
                        .map_or(&field.name, |(_, n)| n);
                    let value = object.as_ref().and_then(|o| json::member(o, name));
                    column.push(value.and_then(|v| json::node(v, &field.data_type.arrow())));
                }
            }
            LineFormat::Regex { .. } => {
                let found = self.regex.as_ref().and_then(|r| r.captures(line));
                for (column, place) in columns.iter_mut().zip(own) {
                    let group = found.as_ref().and_then(|c| c.get(place + 1));
                    column.push(group.map(|g| Node::Text(g.as_str().to_owned())));
                }
            }
            LineFormat::Csv {
                separator,
                quote,
                escape,
            } => {
                let fields = quoted(line, *separator, *quote, *escape);
                for (column, place) in columns.iter_mut().zip(own) {
                    column.push(
                        fields
                            .get(*place)
                            .map(|f| Node::Text(f.clone().into_owned())),
                    );
                }
            }
            LineFormat::Delimited {
                field,
                escape,
                collection,
                map_key,
                null,
            } => {
                let fields = delimited(line, *field, *escape);
                for (column, place) in columns.iter_mut().zip(own) {
                    let text = fields.get(*place).filter(|f| f.as_ref() != null);
                    let data_type = self.table.columns[*place].data_type.arrow();
                    column.push(text.and_then(|t| nested(t, &data_type, &[*collection, *map_key])));
                }
            }
        }
        Ok(true)
    }

    fn batch(
        &self,
        file: &LineFile,
        rows: usize,
        columns: Vec<Vec<Option<Node>>>,
        width: usize,
    ) -> Result<RecordBatch, QueryError> {
        let internal = |e: &dyn fmt::Display| QueryError::Internal {
            message: e.to_string(),
        };
        let mut own = columns.into_iter();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.wanted.len());
        for (place, field) in self.wanted.iter().zip(self.schema.fields()) {
            let array = if *place < width {
                column(&own.next().unwrap_or_default(), field.data_type())
                    .map_err(|e| internal(&e))?
            } else {
                let value = file.values.get(place - width).cloned();
                let value = value.map_or_else(|| ScalarValue::try_from(field.data_type()), Ok);
                value
                    .and_then(|v| v.to_array_of_size(rows))
                    .map_err(|e| internal(&e))?
            };
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|e| internal(&e))
    }
}

/// Reads a field of LazySimpleSerDe by its type: items, then keys and values, on Hive's delimiters; deeper
/// levels have the control characters that follow.
fn nested(text: &str, data_type: &DataType, delimiters: &[char]) -> Option<Node> {
    let first = delimiters.first().copied().unwrap_or('\u{8}');
    let rest = delimiters.get(1..).unwrap_or(&[]);
    match data_type {
        DataType::List(item) => {
            let items = text.split(first).filter(|_| !text.is_empty());
            Some(Node::List(
                items.map(|t| nested(t, item.data_type(), rest)).collect(),
            ))
        }
        DataType::Map(entries, _) => {
            let DataType::Struct(fields) = entries.data_type() else {
                return None;
            };
            let between = rest.first().copied().unwrap_or('\u{3}');
            let deeper = rest.get(1..).unwrap_or(&[]);
            let pairs = text.split(first).filter(|_| !text.is_empty()).map(|pair| {
                let (key, value) = pair.split_once(between).unwrap_or((pair, "\\N"));
                (
                    Node::Text(key.to_owned()),
                    nested(value, fields[1].data_type(), deeper),
                )
            });
            Some(Node::Map(pairs.collect()))
        }
        DataType::Struct(fields) => {
            let mut parts = text.split(first);
            Some(Node::Struct(
                fields
                    .iter()
                    .map(|f| parts.next().and_then(|t| nested(t, f.data_type(), rest)))
                    .collect(),
            ))
        }
        _ if text == "\\N" => None,
        _ => Some(Node::Text(text.to_owned())),
    }
}

fn url(file: &LineFile) -> String {
    format!("s3://{}/{}", file.bucket, file.key)
}

fn broken(file: &LineFile, error: std::io::Error) -> QueryError {
    QueryError::failed(
        "HIVE_CURSOR_ERROR",
        format!("Failed to read file {}: {error}", url(file)),
    )
}
