//! Files in S3 as a relation whose columns are all text.

use query::{Field, Format, HiveType, LineFormat, Part, Table};
use serde_json::Value;

use super::{
    SourceError,
    manifest::{self, Manifest},
};
use crate::{
    QuickSight,
    asset::Asset,
    dataset::{InputColumn, UploadSettings},
};

fn manifest_error(message: impl Into<String>) -> SourceError {
    SourceError::new("S3_MANIFEST_ERROR", message)
}

/// Reads a source's manifest.
///
/// **Errors**: a manifest or bucket that is not there, or that is another account's.
pub(super) async fn locations(
    service: &QuickSight,
    account: &str,
    source: &Asset,
) -> Result<Manifest, SourceError> {
    let parameters = source.body.get("DataSourceParameters");
    let place = parameters.and_then(|p| p.pointer("/S3Parameters/ManifestFileLocation"));
    let text = |name: &str| {
        place
            .and_then(|p| p.get(name))
            .and_then(Value::as_str)
            .unwrap_or("")
    };
    let (bucket, key) = (text("Bucket"), text("Key"));
    owned(service, account, bucket).await?;
    let body = service.objects.get_bytes(bucket, key).await;
    let body = body.map_err(|e| {
        manifest_error(format!(
            "The manifest s3://{bucket}/{key} cannot be read: {e}"
        ))
    })?;
    let manifest = manifest::read(&body).map_err(manifest_error)?;
    for location in &manifest.locations {
        owned(service, account, &location.bucket).await?;
    }
    Ok(manifest)
}

pub(crate) async fn owned(
    service: &QuickSight,
    account: &str,
    bucket: &str,
) -> Result<(), SourceError> {
    match service.objects.head_bucket(bucket).await {
        Ok(found) if found.owner.account == account => Ok(()),
        Ok(_) => Err(SourceError::new(
            "PERMISSION_DENIED",
            format!("No access to bucket {bucket}"),
        )),
        Err(error) => Err(SourceError::new("S3_FILE_INACCESSIBLE", error.to_string())),
    }
}

/// Returns the files of a table as a relation with these columns, all of them text.
pub(crate) async fn files(
    service: &QuickSight,
    account: &str,
    source: &Asset,
    columns: &[InputColumn],
    settings: &UploadSettings,
) -> Result<Table, SourceError> {
    let manifest = locations(service, account, source).await?;
    let fields = columns
        .iter()
        .map(|c| Field::new(c.name.to_lowercase(), HiveType::String));
    let parts = manifest.locations.iter().map(|location| Part {
        location: location.clone(),
        values: Vec::new(),
    });
    Ok(Table {
        columns: fields.collect(),
        partition_columns: Vec::new(),
        format: format(&manifest.settings, settings)?,
        parts: parts.collect(),
    })
}

/// Returns how the files are read: as the data set says, else as the manifest does.
fn format(manifest: &manifest::Settings, own: &UploadSettings) -> Result<Format, SourceError> {
    let name = own
        .format
        .as_deref()
        .or(manifest.format.as_deref())
        .unwrap_or("CSV");
    let has_header = own
        .contains_header
        .unwrap_or_else(|| match &manifest.contains_header {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => true,
        });
    let skip = own.start_from_row.unwrap_or(1).saturating_sub(1) + usize::from(has_header);
    let quote = match own
        .text_qualifier
        .as_deref()
        .or(manifest.textqualifier.as_deref())
    {
        Some("SINGLE_QUOTE" | "'") => '\'',
        _ => '"',
    };
    let delimiter = own.delimiter.as_deref().or(manifest.delimiter.as_deref());
    let delimiter = delimiter.and_then(|d| d.chars().next());
    let separated = |separator| LineFormat::Csv {
        separator,
        quote,
        escape: quote,
    };
    let (format, skip_header) = match name.to_ascii_uppercase().as_str() {
        "CSV" => (separated(delimiter.unwrap_or(',')), skip),
        "TSV" => (separated(delimiter.unwrap_or('\t')), skip),
        "JSON" => (
            LineFormat::Json {
                ignore_malformed: false,
                mappings: Vec::new(),
            },
            0,
        ),
        "CLF" => (
            LineFormat::Regex {
                pattern: CLF.into(),
            },
            0,
        ),
        other => {
            let message =
                format!("Files of format {other} cannot be read here: use CSV, TSV, JSON or CLF");
            return Err(SourceError::new("INVALID_DATA_SOURCE_CONFIG", message));
        }
    };
    Ok(Format::Lines {
        format,
        skip_header,
        skip_footer: 0,
    })
}

/// The common log format: host, identity, user, time, request, status, bytes.
const CLF: &str = r#"^(\S+) (\S+) (\S+) \[([^\]]+)\] "([^"]*)" (\d{3}) (\S+).*$"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_set_overrides_the_manifest() {
        let manifest = manifest::Settings {
            format: Some("CSV".into()),
            delimiter: Some(";".into()),
            textqualifier: Some("'".into()),
            contains_header: Some("false".into()),
        };
        let of = |own: &UploadSettings| format(&manifest, own).unwrap();
        let lines = |separator, quote, skip_header| Format::Lines {
            format: LineFormat::Csv {
                separator,
                quote,
                escape: quote,
            },
            skip_header,
            skip_footer: 0,
        };
        assert_eq!(of(&UploadSettings::default()), lines(';', '\'', 0));
        let own = UploadSettings {
            format: Some("TSV".into()),
            delimiter: Some("|".into()),
            text_qualifier: Some("DOUBLE_QUOTE".into()),
            contains_header: Some(true),
            start_from_row: Some(3),
        };
        assert_eq!(of(&own), lines('|', '"', 3));
        let xlsx = UploadSettings {
            format: Some("XLSX".into()),
            ..UploadSettings::default()
        };
        assert!(format(&manifest, &xlsx).is_err());
    }
}
