//! PutEvents.

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::{Batch, BusEvent};

use super::{errors, rules::bus_named};
use crate::{EventBridge, id};

/// Of one request, in bytes of UTF-8.
const MAX_REQUEST_BYTES: usize = 262_144;

/// What AWS counts for an entry's time.
const TIME_BYTES: usize = 14;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    /// Epoch seconds.
    time: Option<f64>,
    source: Option<String>,
    resources: Option<Vec<String>>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EventsPut {
    failed_entry_count: usize,
    entries: Vec<EntryPut>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EntryPut {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

impl Entry {
    fn bytes(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let resources = self.resources.iter().flatten().map(String::len);
        self.time.map_or(0, |_| TIME_BYTES)
            + length(&self.source)
            + length(&self.detail_type)
            + length(&self.detail)
            + resources.sum::<usize>()
    }

    /// Answers what AWS answers for an entry that cannot be taken.
    fn refusal(&self) -> Option<(&'static str, String)> {
        for (name, value) in [
            ("Source", &self.source),
            ("DetailType", &self.detail_type),
            ("Detail", &self.detail),
        ] {
            if value.as_ref().is_none_or(String::is_empty) {
                let reason = format!(
                    "Parameter {name} is not valid. Reason: {name} is a required argument."
                );
                return Some(("InvalidArgument", reason));
            }
        }
        if self
            .source
            .as_ref()
            .is_some_and(|source| source.starts_with("aws."))
        {
            return Some((
                "NotAuthorizedForSourceException",
                "Not authorized for the source.".into(),
            ));
        }
        let detail = self.detail.as_deref().unwrap_or_default();
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(detail) {
            Ok(_) => None,
            Err(_) => Some(("MalformedDetail", "Detail is malformed.".into())),
        }
    }
}

impl EventBridge {
    /// Publishes the good entries, all in one commit; the others are answered one by one.
    pub(super) async fn put_events(
        &self,
        context: &Context,
        input: PutEvents,
    ) -> Result<EventsPut, ApiError> {
        if input.entries.iter().map(Entry::bytes).sum::<usize>() > MAX_REQUEST_BYTES {
            return Err(errors::invalid(
                "Total size of the entries in the request is over the limit.",
            ));
        }
        let mut batch = Batch::new();
        let mut entries = Vec::with_capacity(input.entries.len());
        for entry in input.entries {
            entries.push(match entry.refusal() {
                Some((code, message)) => EntryPut {
                    error_code: Some(code),
                    error_message: Some(message),
                    ..EntryPut::default()
                },
                None => EntryPut {
                    event_id: Some(self.put_event(context, entry, &mut batch).await?),
                    ..EntryPut::default()
                },
            });
        }
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(EventsPut {
            failed_entry_count: entries
                .iter()
                .filter(|entry| entry.error_code.is_some())
                .count(),
            entries,
        })
    }

    /// Adds an event to the batch. As on AWS, one for a bus that is not there has an id and goes nowhere.
    async fn put_event(
        &self,
        context: &Context,
        entry: Entry,
        batch: &mut Batch,
    ) -> Result<String, ApiError> {
        let id = id::new_id();
        let bus = bus_named(context, entry.event_bus_name.as_deref());
        if !bus.is_default() && !self.has_bus(&bus.key()).await? {
            tracing::warn!(bus = bus.arn(), id, "an event for a bus that is not there");
            return Ok(id);
        }
        let here = bus.account == context.account() && bus.region == context.region();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a time in milliseconds; the cast saturates"
        )]
        let time_ms = entry.time.map_or_else(
            || self.clock.now_ms(),
            |seconds| (seconds * 1_000.0).round() as i64,
        );
        batch.publish(BusEvent {
            id: id.clone(),
            time_ms,
            account: context.account().to_owned(),
            region: context.region().to_owned(),
            bus: if here { bus.name.clone() } else { bus.arn() },
            source: entry.source.unwrap_or_default(),
            detail_type: entry.detail_type.unwrap_or_default(),
            resources: entry.resources.unwrap_or_default(),
            detail: entry.detail.unwrap_or_default(),
            internal: false,
        });
        Ok(id)
    }
}
