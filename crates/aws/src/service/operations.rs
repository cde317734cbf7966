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

/// Returns whether an operation of this name only reads: it may end with its client.
fn reads(operation: &str) -> bool {
    [
        "Get", "List", "Describe", "Search", "BatchGet", "Filter", "Test",
    ]
    .iter()
    .any(|verb| operation.starts_with(verb))
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

    /// Has every handler added so far that changes something go on to its end though its client hangs up. A request is
    /// dropped with its connection: between a commit and what is to follow it, that would leave work undone until the next
    /// start.
    #[must_use]
    pub fn whole(mut self) -> Self {
        let changing = self.handlers.iter_mut().filter(|(name, _)| !reads(name));
        for (_, handler) in changing {
            let run = Arc::clone(&handler.run);
            handler.run =
                Arc::new(move |context, input| Box::pin(crate::whole(run(context, input))));
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde::Deserialize;
    use serde_json::json;
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

    use super::*;
    use crate::testing::TestDoor;

    /// Tells what it does, with a second between one thing and the next.
    struct Slow(UnboundedSender<String>);

    #[derive(Deserialize)]
    struct Named {
        name: String,
    }

    #[derive(Deserialize)]
    struct Nothing {}

    impl Slow {
        async fn tell(&self, first: &str, then: &str) -> Result<Value, ApiError> {
            self.0.send(first.into()).map_err(ApiError::internal)?;
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.0.send(then.into()).map_err(ApiError::internal)?;
            Ok(json!({}))
        }
    }

    impl Service for Slow {
        fn name(&self) -> &'static str {
            "states"
        }

        fn operations(self: Arc<Self>) -> Operations {
            Operations::new()
                .on(
                    &self,
                    "CreateActivity",
                    |s: Arc<Self>, _, i: Named| async move { s.tell("committed", &i.name).await },
                )
                .on(
                    &self,
                    "ListActivities",
                    |s: Arc<Self>, _, _: Nothing| async move { s.tell("asked", "read").await },
                )
                .whole()
        }
    }

    /// Returns what an operation did whose client waited for ten milliseconds.
    async fn hung_up(operation: &str, input: Value) -> Vec<String> {
        let (told, mut tells) = unbounded_channel();
        let door = TestDoor::new(Arc::new(Slow(told)));
        let answer = door.call("states", operation, input);
        tokio::time::timeout(Duration::from_millis(10), answer)
            .await
            .unwrap_err();
        drop(door);
        let mut heard = Vec::new();
        while let Some(word) = tells.recv().await {
            heard.push(word);
        }
        heard
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_something_goes_on_though_its_client_hangs_up() {
        let changed = hung_up("CreateActivity", json!({"name": "begun"})).await;
        assert_eq!(changed, ["committed", "begun"]);
        assert_eq!(hung_up("ListActivities", json!({})).await, ["asked"]);
    }
}
