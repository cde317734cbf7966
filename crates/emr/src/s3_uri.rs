//! `s3://bucket/key`, as users write it.

/// A bucket and a key, or a prefix of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Uri {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl S3Uri {
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        let rest = uri
            .strip_prefix("s3://")
            .or_else(|| uri.strip_prefix("s3a://"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        (!bucket.is_empty()).then(|| Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }

    /// Returns a key below this prefix.
    pub(crate) fn below(&self, path: &str) -> String {
        match self.key.trim_matches('/') {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_may_end_with_a_slash_or_not() {
        for (uri, want) in [
            ("s3://b", "x"),
            ("s3://b/", "x"),
            ("s3://b/p/q", "p/q/x"),
            ("s3://b/p/", "p/x"),
        ] {
            let parsed = S3Uri::parse(uri).unwrap();
            assert_eq!(
                (parsed.bucket.as_str(), parsed.below("x")),
                ("b", want.to_owned()),
                "{uri}"
            );
        }
        assert_eq!(S3Uri::parse("b/p"), None);
        assert_eq!(S3Uri::parse("s3:///p"), None);
    }
}
