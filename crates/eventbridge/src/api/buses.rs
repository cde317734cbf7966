//! CreateEventBus, DescribeEventBus, UpdateEventBus, ListEventBuses, DeleteEventBus.

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Scan};

use super::{Nothing, errors, list_rules::page, rules::bus_named, tags::Tag};
use crate::{
    EventBridge,
    rules::{BUSES, Bus, BusRef, DEFAULT_BUS},
};

/// AWS's default quota, `default` not counted.
const BUSES_PER_REGION: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateEventBus {
    name: String,
    description: Option<String>,
    kms_key_identifier: Option<String>,
    dead_letter_config: Option<Value>,
    log_config: Option<Value>,
    tags: Option<Vec<Tag>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BusCreated {
    event_bus_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_config: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateEventBus {
    name: Option<String>,
    description: Option<String>,
    kms_key_identifier: Option<String>,
    dead_letter_config: Option<Value>,
    log_config: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DescribeEventBus {
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteEventBus {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListEventBuses {
    name_prefix: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BusesListed {
    event_buses: Vec<BusShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A bus as described, updated and listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BusShown {
    name: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// Epoch seconds; `default` has them once something of it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_time: Option<f64>,
}

impl BusShown {
    fn of(at: &BusRef, bus: Option<Bus>) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of any year to come fit"
        )]
        let seconds = |ms: i64| ms as f64 / 1_000.0;
        let (created, modified) = match &bus {
            Some(bus) => (
                Some(seconds(bus.created_ms)),
                Some(seconds(bus.modified_ms)),
            ),
            None => (None, None),
        };
        let bus = bus.unwrap_or_default();
        let policy = json!({"Version": "2012-10-17", "Statement": bus.statements});
        Self {
            name: at.name.clone(),
            arn: at.arn(),
            description: bus.description,
            kms_key_identifier: bus.kms_key,
            dead_letter_config: bus.dead_letter,
            log_config: bus.log,
            policy: (!bus.statements.is_empty()).then(|| policy.to_string()),
            creation_time: created,
            last_modified_time: modified,
        }
    }
}

impl EventBridge {
    pub(super) async fn bus(&self, at: &BusRef) -> Result<Option<Bus>, ApiError> {
        self.store
            .get_json(BUSES, &at.key())
            .await
            .map_err(errors::store)
    }

    /// Changes a bus that is there, and gives `default` its record.
    pub(super) async fn change_bus(
        &self,
        at: &BusRef,
        change: impl FnOnce(&mut Bus) -> Result<(), ApiError>,
    ) -> Result<Bus, ApiError> {
        let _alone = self.changes.lock().await;
        let now = self.clock.now_ms();
        let mut bus = match self.bus(at).await? {
            Some(bus) => bus,
            None if at.is_default() => Bus::new(now),
            None => return Err(errors::no_bus(at)),
        };
        change(&mut bus)?;
        bus.modified_ms = now;
        let mut batch = Batch::new();
        batch
            .put_json(BUSES, at.key(), &bus, Expect::Any)
            .map_err(errors::store)?;
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(bus)
    }

    pub(super) async fn create_event_bus(
        &self,
        context: &Context,
        input: CreateEventBus,
    ) -> Result<BusCreated, ApiError> {
        if input.name.contains('/') {
            return Err(errors::invalid("Event bus name must not contain '/'."));
        }
        let at = BusRef::read(&input.name, context.account(), context.region());
        if at.is_default() {
            return Err(errors::bus_exists(&at));
        }
        let _alone = self.changes.lock().await;
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let known = self.store.scan(BUSES, &scan).await.map_err(errors::store)?;
        if known.iter().any(|(key, _)| *key == at.key()) {
            return Err(errors::bus_exists(&at));
        }
        if known.len() >= BUSES_PER_REGION {
            return Err(errors::limit());
        }
        let bus = Bus {
            description: input.description,
            kms_key: input.kms_key_identifier,
            dead_letter: input.dead_letter_config,
            log: input.log_config,
            tags: input
                .tags
                .into_iter()
                .flatten()
                .map(|tag| (tag.key, tag.value))
                .collect(),
            ..Bus::new(self.clock.now_ms())
        };
        let mut batch = Batch::new();
        batch
            .put_json(BUSES, at.key(), &bus, Expect::Absent)
            .map_err(errors::store)?;
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(BusCreated {
            event_bus_arn: at.arn(),
            description: bus.description,
            kms_key_identifier: bus.kms_key,
            dead_letter_config: bus.dead_letter,
            log_config: bus.log,
        })
    }

    pub(super) async fn update_event_bus(
        &self,
        context: &Context,
        input: UpdateEventBus,
    ) -> Result<BusShown, ApiError> {
        let at = bus_named(context, input.name.as_deref());
        self.require_bus(context, &at).await?;
        let changed = self.change_bus(&at, |bus| {
            bus.description = input.description.or(bus.description.take());
            bus.kms_key = input.kms_key_identifier.or(bus.kms_key.take());
            bus.dead_letter = input.dead_letter_config.or(bus.dead_letter.take());
            bus.log = input.log_config.or(bus.log.take());
            Ok(())
        });
        let shown = BusShown::of(&at, Some(changed.await?));
        // AWS answers neither here.
        Ok(BusShown {
            policy: None,
            creation_time: None,
            last_modified_time: None,
            ..shown
        })
    }

    pub(super) async fn describe_event_bus(
        &self,
        context: &Context,
        input: DescribeEventBus,
    ) -> Result<BusShown, ApiError> {
        let at = bus_named(context, input.name.as_deref());
        self.require_bus(context, &at).await?;
        Ok(BusShown::of(&at, self.bus(&at).await?))
    }

    pub(super) async fn list_event_buses(
        &self,
        context: &Context,
        input: ListEventBuses,
    ) -> Result<BusesListed, ApiError> {
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let kept = self
            .store
            .scan_json::<Bus>(BUSES, &scan)
            .await
            .map_err(errors::store)?;
        let named = |name: &str| BusRef::read(name, context.account(), context.region());
        let mut buses: Vec<BusShown> = kept
            .into_iter()
            .map(|(key, bus)| {
                BusShown::of(&named(&key.parts().pop().unwrap_or_default()), Some(bus))
            })
            .collect();
        if !buses.iter().any(|bus| bus.name == DEFAULT_BUS) {
            buses.push(BusShown::of(&named(DEFAULT_BUS), None));
        }
        let prefix = input.name_prefix.unwrap_or_default();
        buses.retain(|bus| bus.name.starts_with(&prefix));
        buses.sort_by(|a, b| a.name.cmp(&b.name));
        let (event_buses, next_token) = page(
            buses,
            |bus| &bus.name,
            input.next_token.as_deref(),
            input.limit,
        )?;
        Ok(BusesListed {
            event_buses,
            next_token,
        })
    }

    /// Deletes a bus without rules; one that is not there is no error.
    pub(super) async fn delete_event_bus(
        &self,
        context: &Context,
        input: DeleteEventBus,
    ) -> Result<Nothing, ApiError> {
        let at = bus_named(context, Some(&input.name));
        if at.is_default() {
            return Err(errors::invalid(format!(
                "Cannot delete event bus {}.",
                at.name
            )));
        }
        let _alone = self.changes.lock().await;
        if !self.index.of_bus(&at).is_empty() {
            return Err(errors::invalid(
                "Event bus can't be deleted since it has rules.",
            ));
        }
        let mut batch = Batch::new();
        batch.delete(BUSES, at.key());
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(Nothing {})
    }
}
