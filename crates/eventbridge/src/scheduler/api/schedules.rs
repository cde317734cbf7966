//! CreateSchedule, UpdateSchedule, GetSchedule, DeleteSchedule, ListSchedules.

use aws::{ApiError, Context, time};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Batch, Expect, Scan};

use super::{super::goal::Goal, errors, list::page};
use crate::{
    api::Nothing,
    schedule::Expression,
    scheduler::{
        ScheduleRef, Scheduler,
        schedule::{
            AfterCompletion, DEFAULT_GROUP, FlexibleTimeWindow, SCHEDULES, Schedule, ScheduleState,
            Target, WindowMode,
        },
    },
};

/// How old a StartDate may be.
const START_MAY_LIE_BACK_MS: i64 = 5 * 60_000;

const ZONE: &str = "UTC";

/// The input of CreateSchedule and UpdateSchedule; the token is the creation's alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutSchedule {
    name: String,
    group_name: Option<String>,
    schedule_expression: String,
    schedule_expression_timezone: Option<String>,
    start_date: Option<f64>,
    end_date: Option<f64>,
    description: Option<String>,
    state: Option<ScheduleState>,
    kms_key_arn: Option<String>,
    target: Target,
    flexible_time_window: FlexibleTimeWindow,
    client_token: Option<String>,
    action_after_completion: Option<AfterCompletion>,
}

/// The input of GetSchedule and DeleteSchedule.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Named {
    name: String,
    group_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListSchedules {
    group_name: Option<String>,
    name_prefix: Option<String>,
    state: Option<ScheduleState>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SchedulePut {
    schedule_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ScheduleShown {
    arn: String,
    name: String,
    group_name: String,
    schedule_expression: String,
    schedule_expression_timezone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    state: ScheduleState,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_arn: Option<String>,
    target: Target,
    flexible_time_window: FlexibleTimeWindow,
    action_after_completion: AfterCompletion,
    creation_date: f64,
    last_modification_date: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ScheduleSummary {
    arn: String,
    name: String,
    group_name: String,
    state: ScheduleState,
    target: Value,
    creation_date: f64,
    last_modification_date: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SchedulesListed {
    schedules: Vec<ScheduleSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

fn schedule_named(context: &Context, group: Option<String>, name: String) -> ScheduleRef {
    ScheduleRef {
        account: context.account().to_owned(),
        region: context.region().to_owned(),
        group: group.unwrap_or_else(|| DEFAULT_GROUP.to_owned()),
        name,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a time in milliseconds; the cast saturates"
)]
fn millis(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}

impl PutSchedule {
    /// Checks what the shapes do not say and makes the record; `old` is what it replaces.
    fn into_schedule(
        self,
        at: ScheduleRef,
        old: Option<&Schedule>,
        now: i64,
    ) -> Result<Schedule, ApiError> {
        let expression = &self.schedule_expression;
        let parsed = Expression::parse(expression)
            .map_err(|_| errors::invalid(format!("Invalid Schedule Expression {expression}.")))?;
        let zone = self
            .schedule_expression_timezone
            .unwrap_or_else(|| ZONE.to_owned());
        if zone.parse::<Tz>().is_err() {
            return Err(errors::invalid(format!(
                "Invalid Schedule Expression Timezone {zone}."
            )));
        }
        let window = &self.flexible_time_window;
        match (window.mode, window.maximum_window_in_minutes) {
            (WindowMode::Flexible, None) => {
                Err("MaximumWindowInMinutes must be provided when Mode is FLEXIBLE.")
            }
            (WindowMode::Off, Some(_)) => {
                Err("MaximumWindowInMinutes must not be provided when Mode is OFF.")
            }
            _ => Ok(()),
        }
        .map_err(errors::invalid)?;
        let (start_ms, end_ms) = (self.start_date.map(millis), self.end_date.map(millis));
        if !matches!(parsed, Expression::At(_)) {
            check_dates(start_ms, end_ms, now)?;
        }
        Goal::of(&self.target).map_err(errors::invalid)?;
        let mut target = self.target;
        let retry = target.retry_policy.get_or_insert_default();
        retry.maximum_retry_attempts.get_or_insert(185);
        retry.maximum_event_age_in_seconds.get_or_insert(86_400);
        let state = self.state.unwrap_or(ScheduleState::Enabled);
        let same_timing = old.filter(|old| {
            old.expression == self.schedule_expression
                && old.start_ms == start_ms
                && old.state == state
        });
        Ok(Schedule {
            v: 1,
            at,
            anchored_ms: same_timing.map_or(now, |old| old.anchored_ms),
            expression: self.schedule_expression,
            zone,
            state,
            description: self.description,
            window: self.flexible_time_window,
            target,
            after_completion: self
                .action_after_completion
                .unwrap_or(AfterCompletion::None),
            kms_key: self.kms_key_arn,
            start_ms,
            end_ms,
            created_ms: old.map_or(now, |old| old.created_ms),
            modified_ms: now,
            client_token: old.map_or(self.client_token, |old| old.client_token.clone()),
        })
    }
}

fn check_dates(start_ms: Option<i64>, end_ms: Option<i64>, now: i64) -> Result<(), ApiError> {
    if start_ms.is_some_and(|start| start < now - START_MAY_LIE_BACK_MS) {
        return Err(errors::invalid(
            "The StartDate you specify cannot be earlier than 5 minutes ago.",
        ));
    }
    if end_ms.is_some_and(|end| end < now) {
        return Err(errors::invalid(
            "The EndDate you specify cannot be in the past.",
        ));
    }
    match (start_ms, end_ms) {
        (Some(start), Some(end)) if end <= start => Err(errors::invalid(
            "The EndDate you specify cannot be earlier than or equal to the StartDate.",
        )),
        _ => Ok(()),
    }
}

impl Scheduler {
    pub(super) async fn create_schedule(
        &self,
        context: &Context,
        input: PutSchedule,
    ) -> Result<SchedulePut, ApiError> {
        let at = schedule_named(context, input.group_name.clone(), input.name.clone());
        let _alone = self.changes.lock().await;
        self.require_group(&at).await?;
        let schedule_arn = at.arn();
        if let Some(old) = self.schedule(&at).await? {
            let repeated = input.client_token.is_some() && input.client_token == old.client_token;
            return if repeated {
                Ok(SchedulePut { schedule_arn })
            } else {
                Err(errors::schedule_exists(&at.name))
            };
        }
        let schedule = input.into_schedule(at, None, self.clock.now_ms())?;
        let mut batch = Batch::new();
        self.put_schedule(&mut batch, &schedule, Expect::Absent)
            .map_err(errors::store)?;
        self.commit(batch).await?;
        Ok(SchedulePut { schedule_arn })
    }

    /// Replaces a schedule whole, as AWS does: what is not given falls back to its default.
    pub(super) async fn update_schedule(
        &self,
        context: &Context,
        input: PutSchedule,
    ) -> Result<SchedulePut, ApiError> {
        let at = schedule_named(context, input.group_name.clone(), input.name.clone());
        let _alone = self.changes.lock().await;
        let old = self.schedule(&at).await?;
        let old = old.ok_or_else(|| errors::no_schedule(&at.name))?;
        let schedule_arn = at.arn();
        let schedule = input.into_schedule(at, Some(&old), self.clock.now_ms())?;
        let mut batch = Batch::new();
        self.put_schedule(&mut batch, &schedule, Expect::Present)
            .map_err(errors::store)?;
        self.commit(batch).await?;
        Ok(SchedulePut { schedule_arn })
    }

    pub(super) async fn get_schedule(
        &self,
        context: &Context,
        input: Named,
    ) -> Result<ScheduleShown, ApiError> {
        let at = schedule_named(context, input.group_name, input.name);
        let found = self.schedule(&at).await?;
        let schedule = found.ok_or_else(|| errors::no_schedule(&at.name))?;
        Ok(ScheduleShown {
            arn: at.arn(),
            name: at.name,
            group_name: at.group,
            schedule_expression: schedule.expression,
            schedule_expression_timezone: schedule.zone,
            start_date: schedule.start_ms.map(time::from_millis),
            end_date: schedule.end_ms.map(time::from_millis),
            description: schedule.description,
            state: schedule.state,
            kms_key_arn: schedule.kms_key,
            target: schedule.target,
            flexible_time_window: schedule.window,
            action_after_completion: schedule.after_completion,
            creation_date: time::from_millis(schedule.created_ms),
            last_modification_date: time::from_millis(schedule.modified_ms),
        })
    }

    pub(super) async fn delete_schedule(
        &self,
        context: &Context,
        input: Named,
    ) -> Result<Nothing, ApiError> {
        let at = schedule_named(context, input.group_name, input.name);
        let _alone = self.changes.lock().await;
        if self.schedule(&at).await?.is_none() {
            return Err(errors::no_schedule(&at.name));
        }
        let mut batch = Batch::new();
        let deleted = self.delete_schedule_in(&mut batch, &at).await;
        deleted.map_err(errors::store)?;
        self.commit(batch).await?;
        Ok(Nothing {})
    }

    pub(super) async fn list_schedules(
        &self,
        context: &Context,
        input: ListSchedules,
    ) -> Result<SchedulesListed, ApiError> {
        let (account, region) = (context.account(), context.region());
        let scan = match &input.group_name {
            Some(group) => {
                let any = schedule_named(context, Some(group.clone()), String::new());
                self.require_group(&any).await?;
                Scan::prefix(&[account, region, group])
            }
            None => Scan::prefix(&[account, region]),
        };
        let kept = self
            .store
            .scan_json::<Schedule>(SCHEDULES, &scan)
            .await
            .map_err(errors::store)?;
        let prefix = input.name_prefix.unwrap_or_default();
        let wanted = kept
            .into_iter()
            .map(|(_, schedule)| schedule)
            .filter(|schedule| {
                schedule.at.name.starts_with(&prefix)
                    && input.state.is_none_or(|state| state == schedule.state)
            });
        let keyed = wanted.map(|schedule| {
            (
                format!("{}\u{1f}{}", schedule.at.group, schedule.at.name),
                schedule,
            )
        });
        let (page, next_token) = page(keyed, input.next_token.as_deref(), input.max_results)?;
        let schedules = page.into_iter().map(|schedule| ScheduleSummary {
            arn: schedule.at.arn(),
            name: schedule.at.name,
            group_name: schedule.at.group,
            state: schedule.state,
            target: serde_json::json!({"Arn": schedule.target.arn}),
            creation_date: time::from_millis(schedule.created_ms),
            last_modification_date: time::from_millis(schedule.modified_ms),
        });
        Ok(SchedulesListed {
            schedules: schedules.collect(),
            next_token,
        })
    }
}
