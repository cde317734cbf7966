use std::sync::Arc;

use crate::Principal;

/// What a handler knows of its request besides the input.
#[derive(Clone, Debug)]
pub struct Context {
    pub principal: Principal,
    pub request_id: Arc<str>,
}

impl Context {
    pub fn account(&self) -> &str {
        &self.principal.account
    }

    pub fn region(&self) -> &str {
        &self.principal.region
    }
}
