//! An answer written as files, and undone where the rest fails.

use query::{Compression, FileFormat, Format, LineFormat, WriteTarget, Written};

use crate::{
    execution::{
        location::Output,
        model::{Execution, Failure},
        run::{Done, schema, scoped},
    },
    service::Athena,
};

pub(super) fn unsupported(what: impl Into<String>) -> Failure {
    Failure::users(1002, format!("NOT_SUPPORTED: {}", what.into()))
}

/// Returns how a table is written, or that it cannot be.
pub(super) fn file_format(read: Format) -> Result<FileFormat, Failure> {
    match read {
        Format::Parquet => Ok(FileFormat::Parquet),
        Format::Lines {
            format: LineFormat::Regex { .. },
            ..
        } => Err(unsupported("Writing with RegexSerDe")),
        Format::Lines { format, .. } => Ok(FileFormat::Lines(format)),
        Format::Unsupported(name) => Err(unsupported(format!("Writing {name}"))),
    }
}

pub(super) fn compression(name: Option<&str>, format: &FileFormat) -> Result<Compression, Failure> {
    match name.map(str::to_ascii_uppercase).as_deref() {
        None if *format == FileFormat::Parquet => Ok(Compression::Snappy),
        None => Ok(Compression::Gzip),
        Some("NONE" | "UNCOMPRESSED") => Ok(Compression::None),
        Some("SNAPPY") if *format == FileFormat::Parquet => Ok(Compression::Snappy),
        Some("GZIP") => Ok(Compression::Gzip),
        Some("ZSTD") => Ok(Compression::Zstd),
        Some(other) => Err(unsupported(format!("Compression {other}"))),
    }
}

/// Runs the query and writes its answer; what was put is deleted again where it cannot be finished.
pub(super) async fn write(
    athena: &Athena,
    execution: &Execution,
    sql: &str,
    shape: impl FnOnce(&[query::ResultColumn]) -> Result<WriteTarget, Failure>,
) -> Result<(Written, u64, WriteTarget), Failure> {
    let prepared = athena
        .engine
        .prepare(sql, schema(execution), &scoped(athena, execution))
        .await?;
    let target = shape(prepared.columns())?;
    let rows = prepared.run().await?;
    let scanned = rows.scanned();
    let written = rows.write(&athena.objects, &target).await?;
    Ok((written, scanned.bytes(), target))
}

pub(super) async fn undo(athena: &Athena, bucket: &str, written: &Written) {
    for key in &written.keys {
        if let Err(error) = athena.objects.delete(bucket, key).await {
            tracing::warn!(bucket, key, %error, "a file of a failed query stays");
        }
    }
}

/// Writes `ID-manifest.csv`: an object per line.
pub(super) async fn manifest(
    athena: &Athena,
    output: &Output,
    bucket: &str,
    written: &Written,
) -> Result<String, Failure> {
    let place = output.with("-manifest.csv");
    let text: String = written
        .keys
        .iter()
        .map(|key| format!("s3://{bucket}/{key}\n"))
        .collect();
    let request = objects::PutRequest::of_type("text/csv");
    athena
        .objects
        .put_bytes(&place.bucket, &place.key, request, text.into_bytes())
        .await
        .map_err(Failure::internal)?;
    Ok(place.url())
}

pub(super) fn done(written: &Written, scanned: u64, manifest: String) -> Done {
    Done {
        scanned,
        updated: Some(written.rows),
        manifest: Some(manifest),
        rows: Some(written.rows),
        ..Done::default()
    }
}
