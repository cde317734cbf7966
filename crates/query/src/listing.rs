//! Which objects are a table's data.

use objects::{ListRequest, ObjectInfo, Objects};

use crate::QueryError;

/// A place in a bucket: everything under a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    pub bucket: String,
    /// A folder's prefix ends with a slash, or is empty for the whole bucket.
    pub prefix: String,
}

impl Location {
    /// Reads `s3://bucket/prefix/`; `s3a` and `s3n` are the same.
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !matches!(scheme.to_ascii_lowercase().as_str(), "s3" | "s3a" | "s3n") {
            return None;
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        (!bucket.is_empty()).then(|| Self {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    /// Returns the place as a folder.
    #[must_use]
    pub fn folder(mut self) -> Self {
        if !self.prefix.is_empty() && !self.prefix.ends_with('/') {
            self.prefix.push('/');
        }
        self
    }

    pub fn url(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.prefix)
    }
}

/// Tells whether Hive passes over an object: a name on the way that begins with `_` or `.`, or a folder's
/// own marker.
pub fn is_hidden(key_in_table: &str) -> bool {
    key_in_table.is_empty()
        || key_in_table.ends_with('/')
        || key_in_table
            .split('/')
            .any(|part| part.starts_with(['_', '.']))
}

/// Returns the data files under a location, in the order of their keys: nested folders too, what is hidden
/// and what is empty left out. Where the location names one object, that is the file.
///
/// **Errors**: a bucket that is not there.
pub async fn data_files(
    objects: &Objects,
    location: &Location,
) -> Result<Vec<ObjectInfo>, QueryError> {
    let folder = location.clone().folder();
    let mut found = Vec::new();
    let mut request = ListRequest::prefix(folder.prefix.clone());
    loop {
        let page = objects
            .list(&folder.bucket, &request)
            .await
            .map_err(|e| QueryError::storage(&folder, e))?;
        found.extend(page.objects.into_iter().filter(|o| {
            let inside = o.key.get(folder.prefix.len()..).unwrap_or("");
            o.size > 0 && !o.delete_marker && !is_hidden(inside)
        }));
        match page.next {
            Some(next) => request.start_after = Some(next),
            None => break,
        }
    }
    if found.is_empty() && !location.prefix.is_empty() && !location.prefix.ends_with('/') {
        match objects.head(&location.bucket, &location.prefix).await {
            Ok(info) if info.size > 0 => found.push(ObjectInfo {
                key: location.prefix.clone(),
                ..info
            }),
            Ok(_) => {}
            Err(e) if e.is_not_found() => {}
            Err(e) => return Err(QueryError::storage(location, e)),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_is_what_hive_hides() {
        for key in [
            "_SUCCESS",
            ".part.crc",
            "year=2024/_temporary/0/part-0",
            "",
            "year=2024/",
        ] {
            assert!(is_hidden(key), "{key}");
        }
        for key in ["part-0.parquet", "year=2024/part_0", "a/b/c.csv"] {
            assert!(!is_hidden(key), "{key}");
        }
    }

    #[test]
    fn locations_are_read() {
        let at = |bucket: &str, prefix: &str| {
            Some(Location {
                bucket: bucket.into(),
                prefix: prefix.into(),
            })
        };
        assert_eq!(Location::parse("s3://b/x/y/"), at("b", "x/y/"));
        assert_eq!(Location::parse("s3a://b"), at("b", ""));
        assert_eq!(Location::parse("/tmp/x"), None);
        assert_eq!(Location::parse("s3:///x"), None);
    }
}
