//! Pages of lists: a token is the key of the last item of the page before, so that a list that changes in
//! between neither repeats nor skips what stays.

use aws::ApiError;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

/// Where a list's page begins and how long it is.
#[derive(Clone, Debug)]
pub(super) struct Page {
    after: Option<String>,
    limit: usize,
}

impl Page {
    /// Reads `NextToken` and `MaxResults`.
    ///
    /// **Errors**: `InvalidNextTokenException`.
    pub(super) fn of(request: &super::request::Request) -> Result<Self, ApiError> {
        let token = request.text("NextToken");
        let after = if token.is_empty() {
            None
        } else {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
            let key = bytes.and_then(|b| String::from_utf8(b).ok());
            Some(key.ok_or_else(|| {
                ApiError::new(
                    "InvalidNextTokenException",
                    "The NextToken value isn't valid.",
                )
            })?)
        };
        let limit = request
            .number("MaxResults")
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(100);
        Ok(Self { after, limit })
    }

    /// Cuts the page out of items in the order of their keys, and returns the next page's token.
    pub(super) fn cut<T>(
        &self,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let mut rest: Vec<T> = items
            .into_iter()
            .filter(|item| self.after.as_ref().is_none_or(|after| key(item) > *after))
            .collect();
        let more = rest.len() > self.limit;
        rest.truncate(self.limit);
        let next = rest
            .last()
            .filter(|_| more)
            .map(|item| BASE64_URL_SAFE_NO_PAD.encode(key(item)));
        (rest, next)
    }

    /// Cuts the page and returns it as `{name: [...], NextToken}`.
    pub(super) fn answer<T>(
        &self,
        name: &str,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
        show: impl Fn(&T) -> Value,
    ) -> Value {
        let (items, next) = self.cut(items, key);
        let mut answer = serde_json::Map::new();
        answer.insert(name.to_owned(), items.iter().map(show).collect());
        if let Some(next) = next {
            answer.insert("NextToken".into(), next.into());
        }
        Value::Object(answer)
    }
}
