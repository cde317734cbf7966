//! Operations and their handlers.

use std::{collections::HashMap, future::Future, sync::Arc};

use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Context, Read, members};
use crate::ApiError;

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
    /// Finds out what is read at every depth.
    pub read: fn() -> Read,
}

/// The handlers of a service, by operation name.
#[derive(Clone, Default)]
pub struct Operations {
    handlers: HashMap<&'static str, Handler>,
    accepted: Vec<(&'static str, &'static str)>,
    refused: Vec<(&'static str, &'static str)>,
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
                read: Read::of::<I>,
            },
        );
        self
    }

    /// Has every handler added so far run only with an input that `guard` has let pass, as it returned it.
    #[must_use]
    pub fn guarded<S, F, Fut>(mut self, service: &Arc<S>, guard: F) -> Self
    where
        S: Send + Sync + 'static,
        F: Fn(Arc<S>, Context, &'static str, Value) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Result<Value, ApiError>> + Send + 'static,
    {
        for (operation, handler) in &mut self.handlers {
            let (operation, run) = (*operation, Arc::clone(&handler.run));
            let service = Arc::clone(service);
            handler.run = Arc::new(move |context, input| {
                let (service, run) = (Arc::clone(&service), Arc::clone(&run));
                Box::pin(async move {
                    let input = guard(service, context.clone(), operation, input).await?;
                    run(context, input).await
                })
            });
        }
        self
    }

    /// Says that members are taken and have no effect, so that the coverage page can tell. A member is named
    /// with dots between (`configurationOverrides.monitoringConfiguration.persistentAppUI`); the operation `*`
    /// is every one of them.
    #[must_use]
    pub fn accept(mut self, operation: &'static str, members: &[&'static str]) -> Self {
        self.accepted
            .extend(members.iter().map(|member| (operation, *member)));
        self
    }

    /// Says that members are refused when given: by the door if they stand at the top of the input, else by
    /// the handler.
    #[must_use]
    pub fn refuse(mut self, operation: &'static str, members: &[&'static str]) -> Self {
        self.refused
            .extend(members.iter().map(|member| (operation, *member)));
        self
    }

    /// Returns the members that are taken without effect, with their operations.
    pub fn accepted(&self) -> &[(&'static str, &'static str)] {
        &self.accepted
    }

    /// Returns the members that are refused, with their operations.
    pub fn refused(&self) -> &[(&'static str, &'static str)] {
        &self.refused
    }

    pub fn get(&self, operation: &str) -> Option<&Handler> {
        self.handlers.get(operation)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.handlers.keys().copied()
    }
}
