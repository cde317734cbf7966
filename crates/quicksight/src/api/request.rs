//! What a request says, and how an answer ends.

use std::{future::Future, sync::Arc};

use aws::{ApiError, Context, Operations};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    QuickSight,
    asset::{Document, Scope},
    error::invalid,
};

/// A request: its members as they came, and whom it is about.
///
/// An asset is a document that goes back as it came, so the input is read as one. The door has checked
/// required members, types and constraints.
pub(super) struct Request {
    pub(super) context: Context,
    pub(super) scope: Scope,
    pub(super) input: Document,
}

impl Request {
    /// **Errors**: `AccessDeniedException` for another account.
    fn new(context: Context, mut input: Document) -> Result<Self, ApiError> {
        let scope = Scope::of(&context);
        if let Some(Value::String(account)) = input.shift_remove("AwsAccountId")
            && account != scope.account
        {
            let message = format!(
                "User: {} is not authorized to access the resources of account {account}",
                context.principal.arn
            );
            return Err(ApiError::new("AccessDeniedException", message));
        }
        Ok(Self {
            context,
            scope,
            input,
        })
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

    /// Takes out all members that are left.
    pub(super) fn rest(&mut self) -> Document {
        std::mem::take(&mut self.input)
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

/// An answer's members, and its status; members alone are an answer of status 200.
pub(super) struct Answer {
    status: u16,
    members: Value,
}

impl From<Value> for Answer {
    fn from(members: Value) -> Self {
        Self {
            status: 200,
            members,
        }
    }
}

/// Returns an answer about what was made.
pub(super) fn created(members: Value) -> Answer {
    Answer {
        status: 201,
        members,
    }
}

/// Returns an answer about what is being made.
pub(super) fn accepted(members: Value) -> Answer {
    Answer {
        status: 202,
        members,
    }
}

/// Ends an answer with its status and its request's id; members that are null are left out.
pub(super) fn ended(context: &Context, answer: impl Into<Answer>) -> Value {
    let Answer {
        status,
        mut members,
    } = answer.into();
    members["Status"] = status.into();
    members["RequestId"] = Value::String(context.request_id.to_string());
    if let Value::Object(map) = &mut members {
        map.retain(|_, value| !value.is_null());
    }
    members
}

/// Handlers of requests.
pub(super) trait Handlers {
    /// Adds a handler: what all have in common is done before it and after it.
    #[must_use]
    fn ask<A, F, Fut>(self, service: &Arc<QuickSight>, operation: &'static str, handler: F) -> Self
    where
        A: Into<Answer> + Send,
        F: Fn(Arc<QuickSight>, Request) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Result<A, ApiError>> + Send;
}

impl Handlers for Operations {
    fn ask<A, F, Fut>(self, service: &Arc<QuickSight>, operation: &'static str, handler: F) -> Self
    where
        A: Into<Answer> + Send,
        F: Fn(Arc<QuickSight>, Request) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Result<A, ApiError>> + Send,
    {
        self.on(
            service,
            operation,
            move |service, context, input| async move {
                let request = Request::new(context.clone(), input)?;
                let answer = handler(service, request).await?;
                Ok(ended(&context, answer))
            },
        )
    }
}

/// Returns a time as Calls have it.
pub(super) fn time(ms: i64) -> Value {
    json!(aws::time::from_millis(ms))
}
