//! A door that is handed out before it is built.

use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use serde_json::Value;

use crate::{ApiError, Body, Call, Context, Invoke};

/// The door as services hold it: cheap to clone, bound once all services are there.
///
/// A Call before [`bind`](Self::bind) or after [`release`](Self::release) answers `ServiceUnavailable`.
#[derive(Clone, Default)]
pub struct DoorHandle {
    door: Arc<RwLock<Option<Arc<dyn Invoke>>>>,
}

impl DoorHandle {
    /// Returns a handle that is not bound yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds this handle and all its clones to a door.
    pub fn bind(&self, door: Arc<dyn Invoke>) {
        *self.door.write().unwrap_or_else(PoisonError::into_inner) = Some(door);
    }

    /// Lets go of the door, so that door and services, which hold each other, can end.
    pub fn release(&self) {
        *self.door.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn door(&self) -> Option<Arc<dyn Invoke>> {
        self.door
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Invoke for DoorHandle {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        match self.door() {
            Some(door) => door.call(call),
            None => Box::pin(async move {
                let what = format!(
                    "{}:{} was called while the server starts or stops",
                    call.service, call.operation
                );
                Err(ApiError::new("ServiceUnavailable", what).with_status(503))
            }),
        }
    }

    fn forward(
        &self,
        service: &str,
        request: http::Request<Body>,
        context: Context,
    ) -> BoxFuture<'static, Result<http::Response<Body>, ApiError>> {
        match self.door() {
            Some(door) => door.forward(service, request, context),
            None => {
                let what = format!("{service} was asked while the server starts or stops");
                let error = ApiError::new("ServiceUnavailable", what).with_status(503);
                Box::pin(async move { Err(error) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Principal;

    struct Echo;

    impl Invoke for Echo {
        fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
            Box::pin(async move { Ok(call.input) })
        }
    }

    fn call() -> Call {
        Call {
            service: "sts".into(),
            operation: "GetCallerIdentity".into(),
            input: Value::Bool(true),
            principal: Principal::root("000000000000", "us-east-1"),
            request_id: "1".into(),
        }
    }

    #[tokio::test]
    async fn a_clone_made_early_is_bound_with_the_rest() {
        let handle = DoorHandle::new();
        let early = handle.clone();
        let refused = early.call(call()).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.status),
            ("ServiceUnavailable", 503)
        );
        handle.bind(Arc::new(Echo));
        assert_eq!(early.call(call()).await.unwrap(), Value::Bool(true));
        handle.release();
        assert!(early.call(call()).await.is_err());
    }
}
