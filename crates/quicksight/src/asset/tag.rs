//! Tags, by ARN.

use aws::ApiError;
use serde_json::Value;
use store::{Batch, Expect};

use super::Scope;

pub(crate) const TAGS: &str = "quicksight/tags";

/// Adds a new asset's tags to its batch.
pub(crate) fn put_tags(
    batch: &mut Batch,
    scope: &Scope,
    arn: &str,
    tags: Option<&Value>,
) -> Result<(), ApiError> {
    let Some(tags) = tags else { return Ok(()) };
    batch
        .put_json(TAGS, scope.key(&[arn]), tags, Expect::Any)
        .map(|_| ())
        .map_err(ApiError::internal)
}
