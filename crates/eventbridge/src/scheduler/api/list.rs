//! The pages that lists come in.

use aws::ApiError;
use base64::{Engine, prelude::BASE64_STANDARD};

use super::errors;

/// AWS's page where no size is asked for, and its largest.
const LARGEST_PAGE: usize = 100;

/// Cuts a page out of what is sorted by key; the token is the last key of the page before.
pub(super) fn page<T>(
    all: impl IntoIterator<Item = (String, T)>,
    token: Option<&str>,
    limit: Option<usize>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let after = match token {
        None => None,
        Some(token) => {
            let bytes = BASE64_STANDARD.decode(token).ok();
            let key = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            Some(key.ok_or_else(|| errors::invalid("Invalid NextToken."))?)
        }
    };
    let mut rest = all
        .into_iter()
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let (keys, page): (Vec<_>, Vec<_>) = rest.by_ref().take(limit.unwrap_or(LARGEST_PAGE)).unzip();
    let next = rest
        .next()
        .and_then(|_| keys.last().map(|last| BASE64_STANDARD.encode(last)));
    Ok((page, next))
}
