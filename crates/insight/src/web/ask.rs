//! A request of somebody known.

use aws::{ApiError, Body, Context, Invoke, door::read_whole, uri};
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE, request::Parts};
use serde_json::Value;

/// A request below `/_taxiway/` with who makes it.
pub(crate) struct Ask {
    pub(crate) parts: Parts,
    /// Decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) context: Context,
}

impl Ask {
    pub(crate) fn new(parts: Parts, body: Body, context: Context) -> Self {
        Self {
            query: uri::query_pairs(parts.uri.query().unwrap_or_default()),
            parts,
            body,
            context,
        }
    }

    /// Returns a parameter of the query string; an empty one counts as not given.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(n, _)| n == name);
        found.map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    }

    /// **Errors**: `InvalidParameter` where the query string does not have it.
    pub(crate) fn needed(&self, name: &str) -> Result<&str, ApiError> {
        self.given(name).ok_or_else(|| {
            ApiError::new(
                "InvalidParameter",
                format!("The parameter '{name}' is missing."),
            )
        })
    }

    /// Returns a whole number of the query string.
    ///
    /// **Errors**: `InvalidParameter` where it is something else, or beyond `most`.
    pub(crate) fn number(&self, name: &str, default: u64, most: u64) -> Result<u64, ApiError> {
        let Some(text) = self.given(name) else {
            return Ok(default);
        };
        let number = text.parse::<u64>().ok().filter(|n| *n <= most);
        number.ok_or_else(|| {
            ApiError::new(
                "InvalidParameter",
                format!(
                    "The parameter '{name}' must be a whole number up to {most}, not '{text}'."
                ),
            )
        })
    }

    /// Makes a Call in the name of who asks.
    pub(crate) async fn call(
        &self,
        door: &dyn Invoke,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        crate::call::call(door, &self.context, service, operation, input).await
    }
}

/// Reads a body of JSON; an empty one is `{}`. A form of another page cannot be of this type, so it is demanded.
///
/// **Errors**: `UnsupportedMediaType` (415), `SerializationException` with the place, and those of [`read_whole`].
pub(crate) async fn read_json(
    headers: &HeaderMap<HeaderValue>,
    body: Body,
    limit: usize,
) -> Result<Value, ApiError> {
    let given = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let media = given.and_then(|t| t.split(';').next()).unwrap_or_default();
    if !media.trim().eq_ignore_ascii_case("application/json") {
        let message = "The Content-Type must be application/json.";
        return Err(ApiError::new("UnsupportedMediaType", message).with_status(415));
    }
    let whole = read_whole(body, headers, limit).await?;
    if whole.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let value: Value = serde_json::from_slice(&whole).map_err(|error| {
        ApiError::new(
            "SerializationException",
            format!("The request body is not JSON: {error}."),
        )
    })?;
    if !value.is_object() {
        let message = "The request body must be a JSON object.";
        return Err(ApiError::new("SerializationException", message));
    }
    Ok(value)
}
