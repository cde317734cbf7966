//! What a host name says: which service, which bucket.

use super::origin::name_of;
use crate::table;

/// A host name's parts that matter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// A signing name.
    pub(super) service: Option<&'static str>,
    pub(super) bucket: Option<String>,
}

/// Endings of our own names and of AWS's.
const ENDINGS: [&str; 5] = [
    ".localhost.localstack.cloud",
    ".localhost",
    ".amazonaws.com.cn",
    ".amazonaws.com",
    ".api.aws",
];

/// Reads a host: `states.us-east-1.amazonaws.com`, `bucket.s3.localhost`, `bucket.localhost`.
pub(super) fn address(host: &str) -> Address {
    let name = name_of(host).to_ascii_lowercase();
    let Some((rest, ending)) = ENDINGS
        .iter()
        .find_map(|e| Some((name.strip_suffix(e)?, *e)))
    else {
        return Address::default();
    };
    let labels: Vec<&str> = rest.split('.').collect();
    if let Some(service) = endpoint(labels[0]) {
        // `s3.us-east-1` is an endpoint; so is `s3` alone.
        let is_endpoint = service != "s3"
            || labels[1..]
                .iter()
                .all(|l| is_region(l) || *l == "dualstack");
        if is_endpoint {
            // A request that is S3's by its signature may well mean a bucket named like a service.
            let bucket = (ending == ".localhost" && service != "s3").then(|| rest.to_owned());
            return Address {
                service: Some(service),
                bucket,
            };
        }
    }
    let s3 = (1..labels.len()).rev().find(|&at| {
        (labels[at] == "s3" || labels[at].strip_prefix("s3-").is_some_and(is_region))
            && labels[at + 1..]
                .iter()
                .all(|l| is_region(l) || *l == "dualstack")
    });
    match s3 {
        Some(at) => Address {
            service: Some("s3"),
            bucket: Some(labels[..at].join(".")),
        },
        None if ending == ".localhost" => Address {
            service: None,
            bucket: Some(rest.to_owned()),
        },
        None => Address::default(),
    }
}

fn endpoint(label: &str) -> Option<&'static str> {
    let known = |m: &&table::Metadata| m.endpoint_prefix == label || m.signing_name == label;
    table::tables_available()
        .iter()
        .find(known)
        .map(|m| m.signing_name.as_str())
}

fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    parts.len() >= 3
        && parts[..parts.len() - 1]
            .iter()
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase()))
        && parts[parts.len() - 1].bytes().all(|b| b.is_ascii_digit())
        && !parts[parts.len() - 1].is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_name_services_and_buckets() {
        let cases = [
            ("127.0.0.1:4566", None, None),
            ("localhost:4566", None, None),
            ("states.us-east-1.amazonaws.com", Some("states"), None),
            ("logs.localhost", Some("logs"), Some("logs")),
            ("s3.localhost:4566", Some("s3"), None),
            ("s3.us-east-1.amazonaws.com", Some("s3"), None),
            ("s3.dualstack.eu-west-1.amazonaws.com", Some("s3"), None),
            (
                "my.bucket.s3.us-east-1.amazonaws.com",
                Some("s3"),
                Some("my.bucket"),
            ),
            ("b.s3.amazonaws.com", Some("s3"), Some("b")),
            ("b.s3-eu-west-1.amazonaws.com", Some("s3"), Some("b")),
            (
                "b.s3.localhost.localstack.cloud:4566",
                Some("s3"),
                Some("b"),
            ),
            (
                "b.s3.us-east-1.localhost.localstack.cloud",
                Some("s3"),
                Some("b"),
            ),
            ("my.bucket.localhost:4566", None, Some("my.bucket")),
            ("s3.s3.localhost", Some("s3"), Some("s3")),
            ("ec2.us-east-1.amazonaws.com", None, None),
        ];
        for (host, service, bucket) in cases {
            let expected = Address {
                service,
                bucket: bucket.map(str::to_owned),
            };
            assert_eq!(address(host), expected, "{host}");
        }
    }
}
