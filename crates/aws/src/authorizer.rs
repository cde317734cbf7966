//! Who may do what.

use futures::future::BoxFuture;
use serde_json::Value;

use crate::{ApiError, Principal};

/// What a principal asks to do.
#[derive(Debug)]
pub struct Ask<'a> {
    pub principal: &'a Principal,
    /// The service's signing name.
    pub service: &'a str,
    /// Empty for a service that speaks HTTP itself, which asks by itself once it knows the operation.
    pub operation: &'a str,
    pub input: &'a Value,
}

/// Decides on every Call; without one, all are allowed.
pub trait Authorizer: Send + Sync {
    /// Returns the refusal, if any: `AccessDeniedException` in the service's words.
    fn authorize(&self, ask: Ask<'_>) -> BoxFuture<'_, Result<(), ApiError>>;
}
