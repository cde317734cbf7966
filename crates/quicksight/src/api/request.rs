//! What a request says, and how an answer ends.

use aws::{ApiError, Context};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    asset::{Document, Scope},
    error::invalid,
};

/// A request: its members as they came, and whom it is about.
///
/// An asset is a document that goes back as it came, so the input is read as one. The door has checked
/// required members, types and constraints.
pub(super) struct Request {
    pub(super) scope: Scope,
    pub(super) input: Document,
}

impl Request {
    /// **Errors**: `AccessDeniedException` for another account.
    pub(super) fn new(context: &Context, mut input: Document) -> Result<Self, ApiError> {
        let scope = Scope::of(context);
        if let Some(Value::String(account)) = input.shift_remove("AwsAccountId")
            && account != scope.account
        {
            let message = format!(
                "User: {} is not authorized to access the resources of account {account}",
                context.principal.arn
            );
            return Err(ApiError::new("AccessDeniedException", message).with_status(401));
        }
        Ok(Self { scope, input })
    }

    /// Returns a text member; empty where it is absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.input.get(name).and_then(Value::as_str).unwrap_or("")
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.input.get(name).and_then(Value::as_u64)
    }

    /// Takes a text member out; empty where it is absent.
    pub(super) fn take_text(&mut self, name: &str) -> String {
        match self.input.shift_remove(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    /// Takes a member out.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.input.shift_remove(name)
    }

    /// Takes a member out and reads it; the default where it is absent.
    pub(super) fn take_as<T: DeserializeOwned + Default>(
        &mut self,
        name: &str,
    ) -> Result<T, ApiError> {
        match self.input.shift_remove(name) {
            None | Some(Value::Null) => Ok(T::default()),
            Some(value) => {
                serde_json::from_value(value).map_err(|e| invalid(format!("{name}: {e}")))
            }
        }
    }
}

/// Returns an answer of status 200.
pub(super) fn ok(context: &Context, members: Value) -> Value {
    ended(context, 200, members)
}

/// Returns an answer about what was made.
pub(super) fn created(context: &Context, members: Value) -> Value {
    ended(context, 201, members)
}

/// Returns an answer about what is being made.
pub(super) fn accepted(context: &Context, members: Value) -> Value {
    ended(context, 202, members)
}

fn ended(context: &Context, status: u16, mut members: Value) -> Value {
    members["Status"] = status.into();
    members["RequestId"] = Value::String(context.request_id.to_string());
    if let Value::Object(map) = &mut members {
        map.retain(|_, value| !value.is_null());
    }
    members
}

/// Returns a time as Calls have it.
pub(super) fn time(ms: i64) -> Value {
    json!(aws::time::from_millis(ms))
}
