//! What Glue's answers have in common: pages, what failed of a batch, and refusals.

use aws::ApiError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{catalog::CatalogError, glue::service::api_error, paging::page};

/// A page where no size is asked for.
const PAGE: usize = 100;

pub(super) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidInputException", message)
}

/// Which page of a list is asked for.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) token: Option<String>,
    pub(super) limit: Option<usize>,
}

/// Cuts the page out of what is in the order of its keys, and returns it with the next page's token.
pub(super) fn cut<T>(
    all: Vec<T>,
    key: impl Fn(&T) -> String,
    asked: &Asked,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let limit = asked.limit.unwrap_or(PAGE);
    page(all, key, asked.token.as_deref(), limit).map_err(invalid)
}

/// Returns the answer to a listing: the items under their name, and the next page's token where there is one.
pub(super) fn listed<T: Serialize>(
    name: &str,
    items: &[T],
    next: Option<String>,
) -> Result<Value, ApiError> {
    let items = serde_json::to_value(items).map_err(ApiError::internal)?;
    let mut output = json!({});
    output[name] = items;
    if let Some(next) = next {
        output["NextToken"] = next.into();
    }
    Ok(output)
}

/// What failed of a batch; nothing is said where nothing did.
#[derive(Default)]
pub(super) struct Failures(Vec<Value>);

impl Failures {
    /// Notes how one ended; `of` names it, in an object.
    pub(super) fn note(&mut self, done: Result<(), CatalogError>, mut of: Value) {
        if let Err(error) = done {
            let error = api_error(error);
            of["ErrorDetail"] = json!({"ErrorCode": error.code, "ErrorMessage": error.message});
            self.0.push(of);
        }
    }

    pub(super) fn answer(self) -> Value {
        if self.0.is_empty() {
            return json!({});
        }
        json!({"Errors": self.0})
    }
}
