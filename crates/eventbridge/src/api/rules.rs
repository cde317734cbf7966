//! PutRule, DescribeRule, DeleteRule, EnableRule, DisableRule.

use std::collections::BTreeMap;

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};
use store::Key;

use super::{Nothing, errors, tags::Tag};
use crate::{
    EventBridge,
    pattern::Pattern,
    rules::{Arn, BUSES, BusRef, DEFAULT_BUS, Rule, RuleRef, RuleState},
    schedule::Expression,
    service::Change,
};

/// AWS's default quota.
const RULES_PER_BUS: usize = 300;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutRule {
    name: String,
    schedule_expression: Option<String>,
    event_pattern: Option<String>,
    state: Option<RuleState>,
    description: Option<String>,
    role_arn: Option<String>,
    tags: Option<Vec<Tag>>,
    event_bus_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RulePut {
    rule_arn: String,
}

/// The input of DescribeRule, EnableRule and DisableRule.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleNamed {
    name: String,
    event_bus_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteRule {
    name: String,
    event_bus_name: Option<String>,
}

/// A rule as described and listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleShown {
    name: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_expression: Option<String>,
    state: RuleState,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    event_bus_name: String,
    /// Described, not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_by: Option<String>,
}

impl RuleShown {
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            name: rule.at.name.clone(),
            arn: rule.at.arn(),
            event_pattern: rule.pattern.clone(),
            schedule_expression: rule.schedule.clone(),
            state: rule.state,
            description: rule.description.clone(),
            role_arn: rule.role_arn.clone(),
            event_bus_name: rule.at.bus.name.clone(),
            created_by: None,
        }
    }
}

/// Returns the bus that a request names, by name or ARN; none named is `default`.
pub(super) fn bus_named(context: &Context, name: Option<&str>) -> BusRef {
    BusRef::read(
        name.unwrap_or(DEFAULT_BUS),
        context.account(),
        context.region(),
    )
}

pub(super) fn rule_named(context: &Context, name: &str, bus: Option<&str>) -> RuleRef {
    RuleRef {
        bus: bus_named(context, bus),
        name: name.to_owned(),
    }
}

impl EventBridge {
    /// Refuses a bus that is not there, or not this account's.
    pub(super) async fn require_bus(
        &self,
        context: &Context,
        bus: &BusRef,
    ) -> Result<(), ApiError> {
        let own = bus.account == context.account() && bus.region == context.region();
        let found = own && (bus.is_default() || self.has_bus(&bus.key()).await?);
        if found {
            Ok(())
        } else {
            Err(errors::no_bus(bus))
        }
    }

    pub(super) async fn has_bus(&self, key: &Key) -> Result<bool, ApiError> {
        let record = self.store.get(BUSES, key).await.map_err(errors::store)?;
        Ok(record.is_some())
    }

    pub(super) async fn put_rule(
        &self,
        context: &Context,
        input: PutRule,
    ) -> Result<RulePut, ApiError> {
        let at = rule_named(context, &input.name, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        check_rule(&at, &input)?;
        let (count, now) = (self.index.of_bus(&at.bus).len(), self.clock.now_ms());
        let rule_arn = at.arn();
        self.change_rule(&at, |old| {
            if old.is_none() && count >= RULES_PER_BUS {
                return Err(errors::limit());
            }
            let given: BTreeMap<String, String> = input
                .tags
                .unwrap_or_default()
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect();
            Ok(Change::Put(Box::new(Rule {
                v: 1,
                at: at.clone(),
                pattern: input.event_pattern,
                schedule: input.schedule_expression,
                state: input.state.unwrap_or(RuleState::Enabled),
                description: input.description,
                role_arn: input.role_arn,
                created_by: context.account().to_owned(),
                created_ms: old.as_ref().map_or(now, |old| old.created_ms),
                scheduled_from_ms: now,
                targets: old
                    .as_ref()
                    .map(|old| old.targets.clone())
                    .unwrap_or_default(),
                // AWS ignores the tags of a put that changes a rule.
                tags: old.map_or(given, |old| old.tags),
            })))
        })
        .await?;
        Ok(RulePut { rule_arn })
    }

    pub(super) async fn describe_rule(
        &self,
        context: &Context,
        input: RuleNamed,
    ) -> Result<RuleShown, ApiError> {
        let at = rule_named(context, &input.name, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        let found = self.index.get(&at).ok_or_else(|| errors::no_rule(&at))?;
        Ok(RuleShown {
            created_by: Some(found.rule.created_by.clone()),
            ..RuleShown::of(&found.rule)
        })
    }

    /// Deletes a rule without targets; one that is not there is no error.
    pub(super) async fn delete_rule(
        &self,
        context: &Context,
        input: DeleteRule,
    ) -> Result<Nothing, ApiError> {
        let at = rule_named(context, &input.name, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        self.change_rule(&at, |old| match old {
            None => Ok(Change::Keep),
            Some(rule) if rule.targets.is_empty() => Ok(Change::Delete),
            Some(_) => Err(errors::invalid(
                "Rule can't be deleted since it has targets.",
            )),
        })
        .await?;
        Ok(Nothing {})
    }

    pub(super) async fn set_rule_state(
        &self,
        context: &Context,
        input: RuleNamed,
        state: RuleState,
    ) -> Result<Nothing, ApiError> {
        let at = rule_named(context, &input.name, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        self.change_rule(&at, |old| {
            let rule = old.ok_or_else(|| errors::no_rule(&at))?;
            Ok(Change::Put(Box::new(Rule { state, ..rule })))
        })
        .await?;
        Ok(Nothing {})
    }
}

fn check_rule(at: &RuleRef, input: &PutRule) -> Result<(), ApiError> {
    if input.schedule_expression.is_none() && input.event_pattern.is_none() {
        return Err(errors::invalid(
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ));
    }
    if let Some(schedule) = &input.schedule_expression {
        if !at.bus.is_default() {
            return Err(errors::invalid(
                "ScheduleExpression is supported only on the default event bus.",
            ));
        }
        if Expression::parse_for_rule(schedule).is_err() {
            return Err(errors::invalid(
                "Parameter ScheduleExpression is not valid.",
            ));
        }
    }
    if let Some(pattern) = &input.event_pattern {
        Pattern::parse(pattern).map_err(|error| errors::pattern(&error))?;
    }
    match &input.role_arn {
        Some(role) if !Arn::parse(role).is_some_and(|arn| arn.is_role()) => {
            Err(errors::not_an_arn(role))
        }
        _ => Ok(()),
    }
}
