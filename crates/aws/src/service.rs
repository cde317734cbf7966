//! A service as the door sees it: a table from operation names to typed handlers.

use std::{collections::HashMap, future::Future, sync::Arc};

use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{ApiError, Principal};

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

/// What answers the Calls of one AWS service.
pub trait Service: Send + Sync {
    /// Returns the signing name, the key of its protocol table.
    fn name(&self) -> &'static str;

    /// Returns the handlers. The door asks once, at start.
    fn operations(self: Arc<Self>) -> Operations;
}

type Run = Arc<dyn Fn(Context, Value) -> BoxFuture<'static, Result<Value, ApiError>> + Send + Sync>;

/// One operation's handler and the names of the input members that it reads.
#[derive(Clone)]
pub struct Handler {
    pub members: &'static [&'static str],
    pub run: Run,
}

/// The handlers of a service, by operation name.
#[derive(Clone, Default)]
pub struct Operations {
    handlers: HashMap<&'static str, Handler>,
}

impl Operations {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler. `I` is the operation's input: a plain struct with `Deserialize` derived, members
    /// named as in the API model (no `flatten`, so that its members can be listed); `O` its output.
    #[must_use]
    pub fn on<S, I, O, F, Fut>(
        mut self,
        service: &Arc<S>,
        operation: &'static str,
        handler: F,
    ) -> Self
    where
        S: Send + Sync + 'static,
        I: DeserializeOwned + 'static,
        O: Serialize,
        F: Fn(Arc<S>, Context, I) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Result<O, ApiError>> + Send + 'static,
    {
        let service = Arc::clone(service);
        let run: Run = Arc::new(move |context, input| {
            let service = Arc::clone(&service);
            Box::pin(async move {
                let input = serde_json::from_value::<I>(input)
                    .map_err(|e| ApiError::new("SerializationException", e.to_string()))?;
                let output = handler(service, context, input).await?;
                serde_json::to_value(output).map_err(ApiError::internal)
            })
        });
        self.handlers.insert(
            operation,
            Handler {
                members: members::of::<I>(),
                run,
            },
        );
        self
    }

    pub fn get(&self, operation: &str) -> Option<&Handler> {
        self.handlers.get(operation)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.handlers.keys().copied()
    }
}

/// Lists the members that a `Deserialize` struct reads, by asking it.
mod members {
    use serde::{
        Deserializer,
        de::{DeserializeOwned, Error, Visitor},
        forward_to_deserialize_any,
    };

    pub(super) fn of<T: DeserializeOwned>() -> &'static [&'static str] {
        let mut found: &'static [&'static str] = &[];
        let _ = T::deserialize(Probe(&mut found));
        found
    }

    struct Probe<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Probe<'_> {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Error::custom("only a probe"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = fields;
            Err(Error::custom("only a probe"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
}
