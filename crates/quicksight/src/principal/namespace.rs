//! Namespaces: the one called `default` always exists.

use aws::ApiError;
use serde::{Deserialize, Serialize};

use crate::{QuickSight, asset::Scope, error::missing};

pub(crate) const NAMESPACES: &str = "quicksight/namespaces";
pub(crate) const DEFAULT: &str = "default";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Namespace {
    pub(crate) v: u32,
    pub(crate) name: String,
}

/// **Errors**: `ResourceNotFoundException` for a namespace that is not there.
pub(crate) async fn check(service: &QuickSight, scope: &Scope, name: &str) -> Result<(), ApiError> {
    if name == DEFAULT {
        return Ok(());
    }
    let there = service.store.get(NAMESPACES, &scope.key(&[name])).await;
    match there.map_err(ApiError::internal)? {
        Some(_) => Ok(()),
        None => Err(missing(
            Some("NAMESPACE"),
            format!("Namespace {name} is not found"),
        )),
    }
}
