//! Where results go.

use aws::ApiError;
use query::Location;

use crate::{
    service::invalid_input,
    workgroup::{ResultConfiguration, WorkGroup},
};

/// A result's place: the folder that the caller or the work group chose, and the file in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl Output {
    /// Reads `s3://bucket/key`.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        Location::parse(url).map(|l| Self {
            bucket: l.bucket,
            key: l.prefix,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// Returns the place of a file beside, whose name goes on from this one's.
    pub(crate) fn with(&self, ending: &str) -> Self {
        Self {
            bucket: self.bucket.clone(),
            key: format!("{}{ending}", self.key),
        }
    }
}

/// Returns the folder for results: the work group's where it enforces its settings, else the caller's, else
/// the work group's.
pub(crate) fn output_location(
    group: &WorkGroup,
    given: Option<&ResultConfiguration>,
) -> Result<Location, ApiError> {
    let own = group
        .configuration
        .result_configuration
        .output_location
        .as_deref();
    let theirs = given
        .and_then(|g| g.output_location.as_deref())
        .filter(|l| !l.is_empty());
    let chosen = if group.configuration.enforced() && own.is_some() {
        own
    } else {
        theirs.or(own)
    };
    let Some(url) = chosen else {
        return Err(invalid_input(
            "No output location provided. An output location is required either through the Workgroup result \
             configuration setting or as an API input.",
        ));
    };
    let location = Location::parse(url).filter(|_| url.starts_with("s3://"));
    location
        .map(Location::folder)
        .ok_or_else(|| invalid_input("outputLocation is not a valid S3 path."))
}
