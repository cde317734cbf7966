//! Result sets: the file in S3, and pages of it.

use aws::ApiError;
use bytes::Bytes;
use futures::StreamExt;
use objects::{ByteRange, Objects, PutRequest};
use query::{ResultColumn, Rows};
use serde::{Deserialize, Serialize};
use store::{Batch, Expect, Key};

use super::{location::Output, model::Failure};
use crate::{
    catalog::Scope,
    service::{Athena, invalid},
};

/// What the columns of an execution's result are.
pub(crate) const COLUMNS: &str = "athena/columns";

/// Cells of one row; absent for NULL.
pub(crate) type Cells = Vec<Option<String>>;

/// A result at hand: what DDL answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResultSet {
    /// Name and Trino type.
    pub(crate) columns: Vec<(&'static str, &'static str)>,
    pub(crate) rows: Vec<Cells>,
}

/// A column as ResultSetMetadata has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ColumnInfo {
    pub(crate) catalog_name: String,
    pub(crate) schema_name: String,
    pub(crate) table_name: String,
    pub(crate) name: String,
    pub(crate) label: String,
    #[serde(rename = "Type")]
    pub(crate) data_type: String,
    pub(crate) precision: i32,
    pub(crate) scale: i32,
    pub(crate) nullable: String,
    pub(crate) case_sensitive: bool,
}

impl ColumnInfo {
    fn new(name: &str, data_type: &str, precision: i32, scale: i32) -> Self {
        Self {
            catalog_name: "hive".into(),
            schema_name: String::new(),
            table_name: String::new(),
            name: name.into(),
            label: name.into(),
            data_type: data_type.into(),
            precision,
            scale,
            nullable: "UNKNOWN".into(),
            case_sensitive: matches!(data_type, "varchar" | "char" | "string"),
        }
    }
}

/// What is kept of a result besides its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) columns: Vec<ColumnInfo>,
    /// The first line of the file holds the names.
    pub(crate) header: bool,
    /// The file is CSV; else a line is a row of one cell.
    pub(crate) csv: bool,
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

/// Every value in quotes, NULL an empty field without.
fn csv_line(out: &mut String, cells: &[Option<String>]) {
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        if let Some(text) = cell {
            quoted(out, text);
        }
    }
    out.push('\n');
}

fn storage(output: &Output) -> impl FnOnce(objects::Error) -> Failure + '_ {
    move |error| match error {
        objects::Error::NoSuchBucket { bucket } => Failure::users(
            1101,
            format!(
                "The S3 location provided to save your query results is invalid. The specified bucket does not exist \
                 (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Bucket: {bucket})"
            ),
        ),
        other => Failure::internal(format!("cannot write {}: {other}", output.url())),
    }
}

/// Keeps what the columns are, and writes the file beside the result that says so too.
pub(crate) async fn keep(
    athena: &Athena,
    scope: &Scope,
    id: &str,
    output: &Output,
    kept: &Kept,
) -> Result<(), Failure> {
    let metadata = output.with(".metadata");
    let body = serde_json::to_vec(&kept.columns).map_err(Failure::internal)?;
    let request = PutRequest::of_type("application/octet-stream");
    athena
        .objects
        .put_bytes(&metadata.bucket, &metadata.key, request, body)
        .await
        .map_err(storage(&metadata))?;
    let mut batch = Batch::new();
    batch
        .put_json(
            COLUMNS,
            Key::of(&[&scope.account, &scope.region, id]),
            kept,
            Expect::Any,
        )
        .map_err(Failure::internal)?;
    athena.store.commit(batch).await.map_err(Failure::internal)
}

fn infos(columns: &[ResultColumn]) -> Vec<ColumnInfo> {
    columns
        .iter()
        .map(|c| ColumnInfo::new(&c.name, c.type_name, c.precision, c.scale))
        .collect()
}

/// Writes a query's answer as it comes: `ID.csv`, visible whole or not at all. Returns rows and bytes scanned.
pub(crate) async fn write_rows(
    athena: &Athena,
    scope: &Scope,
    id: &str,
    output: &Output,
    rows: Rows,
    cutoff: Option<u64>,
) -> Result<(u64, u64), Failure> {
    let kept = Kept {
        columns: infos(rows.columns()),
        header: true,
        csv: true,
    };
    let mut header = String::new();
    csv_line(
        &mut header,
        &kept
            .columns
            .iter()
            .map(|c| Some(c.name.clone()))
            .collect::<Vec<_>>(),
    );
    let counted = std::sync::Arc::new(parking_lot::Mutex::new((0_u64, 0_u64, None::<Failure>)));
    let shared = std::sync::Arc::clone(&counted);
    let state = (rows, Some(header), shared);
    let stream = futures::stream::try_unfold(state, move |(mut rows, header, shared)| async move {
        if let Some(header) = header {
            return Ok::<_, std::io::Error>(Some((Bytes::from(header), (rows, None, shared))));
        }
        let next = rows.next().await;
        let scanned = rows.scanned_bytes();
        let failure = match &next {
            Err(error) if error.is_users() => None,
            Ok(_) if cutoff.is_some_and(|c| scanned > c) => {
                Some(Failure::users(1104, "Bytes scanned limit was exceeded"))
            }
            _ => None,
        };
        let batch = match (next, failure) {
            (Ok(batch), None) => batch,
            (Ok(_), Some(failure)) => {
                shared.lock().2 = Some(failure);
                return Err(std::io::Error::other("the query failed"));
            }
            (Err(error), _) => {
                shared.lock().2 = Some(Failure::from(error));
                return Err(std::io::Error::other("the query failed"));
            }
        };
        let Some(batch) = batch else {
            shared.lock().1 = scanned;
            return Ok(None);
        };
        let mut text = String::new();
        for row in &batch {
            csv_line(&mut text, row);
        }
        shared.lock().0 += u64::try_from(batch.len()).unwrap_or(0);
        Ok(Some((Bytes::from(text), (rows, None, shared))))
    });
    let request = PutRequest::of_type("application/octet-stream");
    let put = athena
        .objects
        .put(&output.bucket, &output.key, request, Box::pin(stream))
        .await;
    let (rows, scanned, failure) = std::mem::take(&mut *counted.lock());
    if let Some(failure) = failure {
        return Err(failure);
    }
    put.map_err(storage(output))?;
    keep(athena, scope, id, output, &kept).await?;
    Ok((rows, scanned))
}

/// Writes what DDL answers: `ID.txt`, a line per row, cells joined by tabs.
pub(crate) async fn write_text(
    athena: &Athena,
    scope: &Scope,
    id: &str,
    output: &Output,
    result: &ResultSet,
) -> Result<(), Failure> {
    let mut text = String::new();
    for row in &result.rows {
        let cells: Vec<&str> = row.iter().map(|c| c.as_deref().unwrap_or("")).collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    let request = PutRequest::of_type("text/plain");
    athena
        .objects
        .put_bytes(&output.bucket, &output.key, request, text.into_bytes())
        .await
        .map_err(storage(output))?;
    let columns = result
        .columns
        .iter()
        .map(|(name, t)| ColumnInfo::new(name, t, 0, 0))
        .collect();
    keep(
        athena,
        scope,
        id,
        output,
        &Kept {
            columns,
            header: false,
            csv: false,
        },
    )
    .await
}

/// Reads rows of a result from a byte on. Returns them and where the next begin, if there are more.
pub(crate) async fn read_page(
    objects: &Objects,
    output: &Output,
    csv: bool,
    from: u64,
    limit: usize,
) -> Result<(Vec<Cells>, Option<u64>), ApiError> {
    let info = objects
        .head(&output.bucket, &output.key)
        .await
        .map_err(|e| unreadable(output, e))?;
    if from >= info.size {
        return Ok((Vec::new(), None));
    }
    let (_, mut body) = objects
        .get(&output.bucket, &output.key, Some(ByteRange::From(from)))
        .await
        .map_err(|e| unreadable(output, e))?;
    let mut reader = Reader {
        csv,
        ..Reader::default()
    };
    let mut rows = Vec::new();
    let mut at = 0_u64;
    while let Some(chunk) = body.next().await {
        for byte in chunk.map_err(|e| unreadable(output, e))? {
            at += 1;
            if let Some(row) = reader.push(byte) {
                rows.push(row);
                if rows.len() == limit {
                    let next = from + at;
                    return Ok((rows, (next < info.size).then_some(next)));
                }
            }
        }
    }
    rows.extend(reader.finish());
    Ok((rows, None))
}

fn unreadable(output: &Output, error: objects::Error) -> ApiError {
    if error.is_not_found() {
        let message = format!("Could not find results at {}", output.url());
        return invalid("INVALID_INPUT", message);
    }
    ApiError::internal(error)
}

/// Reads our own CSV byte by byte, or lines of one cell.
#[derive(Default)]
struct Reader {
    csv: bool,
    row: Cells,
    cell: Vec<u8>,
    /// The cell began with a quote: it is not NULL.
    present: bool,
    inside: bool,
    any: bool,
}

impl Reader {
    fn push(&mut self, byte: u8) -> Option<Cells> {
        self.any = true;
        match byte {
            b'\n' if !self.inside => {
                self.end_cell();
                self.any = false;
                return Some(std::mem::take(&mut self.row));
            }
            b'"' if self.csv && self.inside => self.inside = false,
            b'"' if self.csv => {
                // A quote after a closed quote was doubled.
                if self.present {
                    self.cell.push(b'"');
                }
                self.present = true;
                self.inside = true;
            }
            b',' if self.csv && !self.inside => self.end_cell(),
            _ => {
                self.present |= !self.csv;
                self.cell.push(byte);
            }
        }
        None
    }

    fn end_cell(&mut self) {
        let bytes = std::mem::take(&mut self.cell);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.row.push((self.present || !self.csv).then_some(text));
        self.present = false;
    }

    fn finish(mut self) -> Option<Cells> {
        if !self.any {
            return None;
        }
        self.end_cell();
        Some(self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let cell = |s: &str| Some(s.to_owned());
        let rows = vec![
            vec![cell("a"), None, cell("")],
            vec![cell("say \"hi\", twice\nand on"), cell("\"\""), None],
            vec![None, None, None],
        ];
        let mut text = String::new();
        for row in &rows {
            csv_line(&mut text, row);
        }
        assert!(text.starts_with("\"a\",,\"\"\n"));
        let mut reader = Reader {
            csv: true,
            ..Reader::default()
        };
        let read: Vec<Cells> = text.bytes().filter_map(|b| reader.push(b)).collect();
        assert_eq!(read, rows);
        assert_eq!(reader.finish(), None);
    }
}
