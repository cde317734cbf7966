//! The service, and what it knows of access keys.

use std::sync::Arc;

use aws::{
    Operations, Service,
    sigv4::{Credential, Credentials},
};
use store::{Clock, Store, StoreError};

use crate::{api, session::Sessions};

/// STS on a store.
pub struct Identity {
    pub(crate) sessions: Sessions,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Identity {
    /// Returns the service with the credentials that it gave out before.
    pub async fn open(store: Store, clock: Arc<dyn Clock>) -> Result<Arc<Self>, StoreError> {
        let sessions = Sessions::open(store).await?;
        Ok(Arc::new(Self { sessions, clock }))
    }
}

impl Credentials for Identity {
    fn find(&self, access_key: &str) -> Option<Credential> {
        self.sessions
            .find(access_key, self.clock.now_ms())
            .map(Credential::from)
    }
}

impl Service for Identity {
    fn name(&self) -> &'static str {
        "sts"
    }

    fn operations(self: Arc<Self>) -> Operations {
        Operations::new()
            .on(&self, "GetCallerIdentity", api::caller::get)
            .on(&self, "GetSessionToken", api::token::get)
            .on(&self, "AssumeRole", api::role::assume)
            // There are no MFA devices, and no policies that could ask for one.
            .accept("GetSessionToken", &["SerialNumber", "TokenCode"])
            .accept("AssumeRole", &["SerialNumber", "TokenCode"])
            // Nothing is refused to anybody, so that there is nothing to narrow, and no trust policy to satisfy.
            .accept(
                "AssumeRole",
                &[
                    "PolicyArns",
                    "Tags",
                    "TransitiveTagKeys",
                    "ExternalId",
                    "ProvidedContexts",
                ],
            )
    }
}
