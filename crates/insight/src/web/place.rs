//! The account and the region that a request is about.

use aws::ApiError;
use http::HeaderMap;

pub(crate) const DEFAULT_ACCOUNT: &str = "000000000000";
pub(crate) const DEFAULT_REGION: &str = "us-east-1";
const REGION_MAX_LENGTH: usize = 32;

/// Returns the region: the header's, else the query string's (for what cannot send headers: links, EventSource), else
/// `or`, else the default.
pub(crate) fn region(
    headers: &HeaderMap,
    query: &[(String, String)],
    or: Option<&str>,
) -> Result<String, ApiError> {
    let given = given(headers, query, "x-taxiway-region", "region");
    let region = given.as_deref().or(or).unwrap_or(DEFAULT_REGION);
    let fits = (1..=REGION_MAX_LENGTH).contains(&region.len())
        && region
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        return Ok(region.to_owned());
    }
    Err(invalid("region", region))
}

/// Returns the account of a request without a session.
pub(crate) fn account(headers: &HeaderMap, query: &[(String, String)]) -> Result<String, ApiError> {
    let given = given(headers, query, "x-taxiway-account", "account");
    let account = given.as_deref().unwrap_or(DEFAULT_ACCOUNT);
    if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(account.to_owned());
    }
    Err(invalid("account", account))
}

fn given(
    headers: &HeaderMap,
    query: &[(String, String)],
    header: &str,
    parameter: &str,
) -> Option<String> {
    let in_header = headers
        .get(header)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    in_header
        .or_else(|| Some(query.iter().find(|(n, _)| n == parameter)?.1.clone()))
        .filter(|value| !value.is_empty())
}

fn invalid(what: &str, value: &str) -> ApiError {
    let shown: String = value.chars().take(64).collect();
    ApiError::new(
        "InvalidParameter",
        format!("'{shown}' is not the name of an AWS {what}."),
    )
}
