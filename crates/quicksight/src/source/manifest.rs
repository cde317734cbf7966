//! Manifests of files in S3.
//!
//! **Source**: "Supported formats for Amazon S3 manifest files" in QuickSight's user guide.

use query::Location;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(alias = "entries", default)]
    file_locations: Vec<Locations>,
    #[serde(default)]
    global_upload_settings: Settings,
}

#[derive(Debug, Default, Deserialize)]
struct Locations {
    #[serde(rename = "URIs", default)]
    uris: Vec<String>,
    #[serde(rename = "URIPrefixes", default)]
    prefixes: Vec<String>,
    /// As Redshift's manifests have it.
    url: Option<String>,
}

/// How files are read unless the data set says otherwise.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Settings {
    pub(super) format: Option<String>,
    pub(super) delimiter: Option<String>,
    pub(super) textqualifier: Option<String>,
    /// Text, in AWS's examples.
    pub(super) contains_header: Option<serde_json::Value>,
}

/// A manifest, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) locations: Vec<Location>,
    pub(super) settings: Settings,
}

/// **Errors**: what is wrong with it.
pub(super) fn read(body: &[u8]) -> Result<Manifest, String> {
    let file: File =
        serde_json::from_slice(body).map_err(|e| format!("The manifest is not valid: {e}"))?;
    let mut locations = Vec::new();
    for entry in &file.file_locations {
        for url in entry.uris.iter().chain(&entry.prefixes).chain(&entry.url) {
            locations.push(location(url).ok_or_else(|| format!("{url} is no place in S3"))?);
        }
    }
    if locations.is_empty() {
        return Err("The manifest names no file".into());
    }
    Ok(Manifest {
        locations,
        settings: file.global_upload_settings,
    })
}

/// Reads `s3://bucket/key` and the HTTPS forms.
fn location(url: &str) -> Option<Location> {
    if let Some(found) = Location::parse(url) {
        return Some(found);
    }
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let (bucket, key) = match host.split_once(".s3") {
        Some((bucket, _)) => (bucket, path),
        None => path.split_once('/').unwrap_or((path, "")),
    };
    (!bucket.is_empty()).then(|| Location {
        bucket: bucket.to_owned(),
        prefix: key.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_every_form() {
        let text =
            br#"{"fileLocations": [{"URIs": ["s3://b/a.csv", "https://b.s3.amazonaws.com/b.csv"]},
            {"URIPrefixes": ["https://s3.amazonaws.com/b/c/"]}],
            "globalUploadSettings": {"format": "CSV", "containsHeader": "true"}}"#;
        let found = read(text).unwrap();
        let keys: Vec<&str> = found.locations.iter().map(|l| l.prefix.as_str()).collect();
        assert_eq!(keys, ["a.csv", "b.csv", "c/"]);
        assert!(found.locations.iter().all(|l| l.bucket == "b"));
        assert_eq!(found.settings.format.as_deref(), Some("CSV"));
    }

    #[test]
    fn what_names_no_file_is_refused() {
        assert!(read(b"{}").is_err());
        assert!(read(b"no").unwrap_err().contains("not valid"));
        assert!(read(br#"{"fileLocations": [{"URIs": ["ftp://x"]}]}"#).is_err());
    }
}
