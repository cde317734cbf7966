//! For the tests of services: Calls through a door, validated, without HTTP.

use std::sync::Arc;

use serde_json::Value;

use crate::{ApiError, Call, Door, DoorHandle, Invoke, Principal, Service, ids};

/// A door for tests, and the principal that calls.
#[derive(Clone)]
pub struct TestDoor {
    pub door: Door,
    pub principal: Principal,
}

impl TestDoor {
    /// Returns a door with one service behind it; calls come from account 000000000000 in us-east-1.
    pub fn new(service: Arc<dyn Service>) -> Self {
        Self::with(vec![service])
    }

    /// Returns a door with several services behind it.
    pub fn with(services: Vec<Arc<dyn Service>>) -> Self {
        let door = services
            .into_iter()
            .fold(Door::builder(), |builder, service| builder.service(service))
            .build();
        Self {
            door,
            principal: Principal::root("000000000000", "us-east-1"),
        }
    }

    /// Returns the same door called by another account from another region.
    #[must_use]
    pub fn as_principal(&self, account: &str, region: &str) -> Self {
        Self {
            door: self.door.clone(),
            principal: Principal::root(account, region),
        }
    }

    /// Binds a handle that services were given before the door was there.
    pub fn bind(&self, handle: &DoorHandle) {
        handle.bind(Arc::new(self.door.clone()));
    }

    /// Calls an operation as the door would: validated, its error with the model's status.
    pub async fn call(
        &self,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        let call = Call {
            service: service.into(),
            operation: operation.into(),
            input,
            principal: self.principal.clone(),
            request_id: ids::request_id(),
        };
        self.door.call(call).await
    }
}
