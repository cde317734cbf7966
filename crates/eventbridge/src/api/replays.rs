//! StartReplay, DescribeReplay, ListReplays, CancelReplay.

use aws::{ApiError, Context, time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Batch, Expect, Scan};

use super::{archives::archive_named, errors, list_rules::page};
use crate::{
    EventBridge,
    archive::{REPLAYS, Replay, ReplayRef, ReplayState},
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StartReplay {
    replay_name: String,
    description: Option<String>,
    event_source_arn: String,
    event_start_time: f64,
    event_end_time: f64,
    destination: Destination,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    arn: String,
    filter_arns: Option<Vec<String>>,
}

/// The input of DescribeReplay and CancelReplay.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReplayNamed {
    replay_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListReplays {
    name_prefix: Option<String>,
    state: Option<ReplayState>,
    event_source_arn: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReplayStarted {
    replay_arn: String,
    state: ReplayState,
    replay_start_time: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReplayCancelled {
    replay_arn: String,
    state: ReplayState,
}

/// A replay as described and, without what is marked, as listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReplayShown {
    replay_name: String,
    /// Described alone, as the next two.
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<Value>,
    event_source_arn: String,
    state: ReplayState,
    event_start_time: f64,
    event_end_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_last_replayed_time: Option<f64>,
    replay_start_time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_end_time: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReplaysListed {
    replays: Vec<ReplayShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

fn listed(replay: &Replay) -> ReplayShown {
    ReplayShown {
        replay_name: replay.at.name.clone(),
        replay_arn: None,
        description: None,
        destination: None,
        event_source_arn: replay.archive.arn(),
        state: replay.state,
        event_start_time: time::from_millis(replay.from_ms),
        event_end_time: time::from_millis(replay.to_ms),
        event_last_replayed_time: replay.last.as_ref().map(|(ms, _)| time::from_millis(*ms)),
        replay_start_time: time::from_millis(replay.started_ms),
        replay_end_time: replay.ended_ms.map(time::from_millis),
    }
}

fn replay_named(context: &Context, name: &str) -> ReplayRef {
    ReplayRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        name: name.to_owned(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a time in milliseconds; the cast saturates"
)]
fn millis(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}

impl EventBridge {
    async fn replay(&self, at: &ReplayRef) -> Result<Option<Replay>, ApiError> {
        self.store
            .get_json(REPLAYS, &at.key())
            .await
            .map_err(errors::store)
    }

    pub(super) async fn start_replay(
        &self,
        context: &Context,
        input: StartReplay,
    ) -> Result<ReplayStarted, ApiError> {
        let name = input
            .event_source_arn
            .rsplit_once(":archive/")
            .map_or("", |(_, name)| name);
        let archive = self
            .archive(&archive_named(context, name))
            .await?
            .ok_or_else(|| {
                errors::invalid(format!(
                    "Parameter EventSourceArn is not valid. Reason: Archive {name} does not exist."
                ))
            })?;
        if !input.destination.arn.contains(":event-bus/") {
            return Err(errors::invalid(
                "Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.",
            ));
        }
        if input.destination.arn != archive.bus.arn() {
            return Err(errors::invalid(
                "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
            ));
        }
        if input.event_start_time >= input.event_end_time {
            return Err(errors::invalid(
                "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
            ));
        }
        let at = replay_named(context, &input.replay_name);
        let _alone = self.changes.lock().await;
        if self.replay(&at).await?.is_some() {
            return Err(errors::replay_exists(&at.name));
        }
        let now = self.clock.now_ms();
        let replay = Replay {
            v: 1,
            at,
            archive: archive.at,
            bus: archive.bus,
            filter_arns: input.destination.filter_arns.unwrap_or_default(),
            description: input.description,
            state: ReplayState::Starting,
            from_ms: millis(input.event_start_time),
            to_ms: millis(input.event_end_time),
            last: None,
            started_ms: now,
            ended_ms: None,
        };
        let mut batch = Batch::new();
        self.begin_replay(&mut batch, &replay)
            .map_err(errors::store)?;
        self.store.commit(batch).await.map_err(errors::store)?;
        self.replays_wake.notify_one();
        Ok(ReplayStarted {
            replay_arn: replay.at.arn(),
            state: replay.state,
            replay_start_time: time::from_millis(now),
        })
    }

    pub(super) async fn describe_replay(
        &self,
        context: &Context,
        input: ReplayNamed,
    ) -> Result<ReplayShown, ApiError> {
        let at = replay_named(context, &input.replay_name);
        let replay = self
            .replay(&at)
            .await?
            .ok_or_else(|| errors::no_replay(&at.name))?;
        let destination = json!({"Arn": replay.bus.arn(), "FilterArns": replay.filter_arns});
        Ok(ReplayShown {
            replay_arn: Some(at.arn()),
            description: replay.description.clone(),
            destination: Some(destination),
            ..listed(&replay)
        })
    }

    pub(super) async fn list_replays(
        &self,
        context: &Context,
        input: ListReplays,
    ) -> Result<ReplaysListed, ApiError> {
        let filters = [
            input.name_prefix.is_some(),
            input.event_source_arn.is_some(),
            input.state.is_some(),
        ];
        if filters.iter().filter(|given| **given).count() > 1 {
            return Err(errors::invalid(
                "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix.",
            ));
        }
        let scan = Scan::prefix(&[context.account(), context.region()]);
        let kept = self
            .store
            .scan_json::<Replay>(REPLAYS, &scan)
            .await
            .map_err(errors::store)?;
        let prefix = input.name_prefix.unwrap_or_default();
        let mut wanted: Vec<Replay> = kept.into_iter().map(|(_, replay)| replay).collect();
        wanted.retain(|replay| {
            replay.at.name.starts_with(&prefix)
                && input
                    .event_source_arn
                    .as_ref()
                    .is_none_or(|arn| *arn == replay.archive.arn())
                && input.state.is_none_or(|state| state == replay.state)
        });
        let (page, next_token) = page(
            wanted,
            |r| &r.at.name,
            input.next_token.as_deref(),
            input.limit,
        )?;
        Ok(ReplaysListed {
            replays: page.iter().map(listed).collect(),
            next_token,
        })
    }

    pub(super) async fn cancel_replay(
        &self,
        context: &Context,
        input: ReplayNamed,
    ) -> Result<ReplayCancelled, ApiError> {
        let at = replay_named(context, &input.replay_name);
        let _alone = self.changes.lock().await;
        let replay = self
            .replay(&at)
            .await?
            .ok_or_else(|| errors::no_replay(&at.name))?;
        if !matches!(replay.state, ReplayState::Starting | ReplayState::Running) {
            return Err(ApiError::new(
                "IllegalStatusException",
                format!(
                    "Replay {} is not in a valid state for this operation.",
                    at.name
                ),
            ));
        }
        let cancelled = Replay {
            state: ReplayState::Cancelled,
            ended_ms: Some(self.clock.now_ms()),
            ..replay
        };
        let mut batch = Batch::new();
        batch
            .put_json(REPLAYS, at.key(), &cancelled, Expect::Present)
            .map_err(errors::store)?;
        self.store.commit(batch).await.map_err(errors::store)?;
        Ok(ReplayCancelled {
            replay_arn: at.arn(),
            state: cancelled.state,
        })
    }
}
