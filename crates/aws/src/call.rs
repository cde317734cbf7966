//! A request to a service, free of its wire protocol.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::{ApiError, Body, Context};

/// Who makes a call, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Twelve digits.
    pub account: Arc<str>,
    pub region: Arc<str>,
    pub access_key: Arc<str>,
    /// For example `arn:aws:iam::000000000000:root`.
    pub arn: Arc<str>,
}

impl Principal {
    /// Returns the root principal of an account in a region, as a service uses it to act for that account.
    pub fn root(account: &str, region: &str) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
            access_key: account.into(),
            arn: format!("arn:aws:iam::{account}:root").into(),
        }
    }
}

/// One request to one operation.
///
/// **Shape**: `input` holds the operation's input members under their names in the API model. Timestamps
/// are numbers, epoch seconds with a fraction of milliseconds; blobs are Base64 text.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service's signing name: `states`, `emr-containers`, `events`, `athena`, `glue`, `logs`, `sts`, …
    pub service: Arc<str>,
    pub operation: Arc<str>,
    pub input: Value,
    pub principal: Principal,
    pub request_id: Arc<str>,
}

/// What carries a [`Call`] to its service: the door, or a decorator around it.
///
/// Services hold one to reach other services; they never depend on one another.
pub trait Invoke: Send + Sync {
    /// Returns the operation's output members under their names in the API model, or the service's error.
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>>;

    /// Hands a request on to a service that speaks HTTP itself, in the name of somebody who is known: for bodies that
    /// stream, which a Call cannot carry. The path is the service's own: for S3 `/bucket/key`.
    ///
    /// **Errors**: `NotImplemented` (501) where there is no such service; what the service refuses is its response.
    fn forward(
        &self,
        service: &str,
        request: http::Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Result<http::Response<Body>, ApiError>> {
        let _ = (request, context);
        let message = format!("Nothing here takes requests for '{service}'.");
        let error = ApiError::new("NotImplemented", message).with_status(501);
        Box::pin(async move { Err(error) })
    }
}
