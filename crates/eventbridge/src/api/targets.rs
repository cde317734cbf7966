//! PutTargets, RemoveTargets, ListTargetsByRule.

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::{errors, list_rules::page, rules::rule_named};
use crate::{
    EventBridge,
    rules::{Arn, Destination, Input, Rule, RuleRef, Target},
    service::Change,
};

/// AWS's quota; it cannot be raised there.
const TARGETS_PER_RULE: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutTargets {
    rule: String,
    event_bus_name: Option<String>,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RemoveTargets {
    rule: String,
    event_bus_name: Option<String>,
    ids: Vec<String>,
}

/// The output of PutTargets and RemoveTargets.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Failures {
    failed_entry_count: usize,
    failed_entries: Vec<FailedEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FailedEntry {
    target_id: String,
    error_code: &'static str,
    error_message: String,
}

impl Failures {
    fn of(failed_entries: Vec<FailedEntry>) -> Self {
        Self {
            failed_entry_count: failed_entries.len(),
            failed_entries,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListTargetsByRule {
    rule: String,
    event_bus_name: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TargetsListed {
    targets: Vec<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Refuses a target that AWS refuses; answers why one that AWS takes cannot be delivered to here.
fn check(rule: &RuleRef, target: &Target) -> Result<Option<FailedEntry>, ApiError> {
    let arn = Arn::parse(&target.arn).ok_or_else(|| errors::not_an_arn(&target.arn))?;
    let role = target.role_arn.as_deref();
    if let Some(role) = role
        && !Arn::parse(role).is_some_and(|arn| arn.is_role())
    {
        return Err(errors::not_an_arn(role));
    }
    Input::of(target).map_err(errors::invalid)?;
    match Destination::of(&arn) {
        Destination::StateMachine { .. } | Destination::Endpoint if role.is_none() => Err(
            errors::invalid(format!("RoleArn is required for target {}.", target.arn)),
        ),
        // Each event would come round again for ever.
        Destination::Bus(bus) if bus == rule.bus => Err(errors::invalid(format!(
            "Event bus {} cannot be the target of its own rule {}.",
            bus.name, rule.name
        ))),
        Destination::Unsupported { what } => Ok(Some(FailedEntry {
            target_id: target.id.clone(),
            error_code: "UnsupportedTarget",
            error_message: format!(
                "Nothing here delivers to {what} targets; what does: Step Functions state machines, \
                 CloudWatch Logs log groups, event buses and API destinations."
            ),
        })),
        _ => Ok(None),
    }
}

impl EventBridge {
    /// Adds targets, or replaces those with the same ids.
    pub(super) async fn put_targets(
        &self,
        context: &Context,
        input: PutTargets,
    ) -> Result<Failures, ApiError> {
        let at = rule_named(context, &input.rule, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        let mut failed = Vec::new();
        let mut taken = Vec::new();
        for target in input.targets {
            match check(&at, &target)? {
                Some(failure) => failed.push(failure),
                None => taken.push(target),
            }
        }
        self.change_rule(&at, |old| {
            let mut rule = old.ok_or_else(|| errors::no_rule(&at))?;
            for target in taken {
                match rule.targets.iter_mut().find(|known| known.id == target.id) {
                    Some(known) => *known = target,
                    None => rule.targets.push(target),
                }
            }
            if rule.targets.len() + failed.len() > TARGETS_PER_RULE {
                return Err(errors::limit());
            }
            Ok(Change::Put(Box::new(rule)))
        })
        .await?;
        Ok(Failures::of(failed))
    }

    /// Removes targets; ids that the rule does not have are no error.
    pub(super) async fn remove_targets(
        &self,
        context: &Context,
        input: RemoveTargets,
    ) -> Result<Failures, ApiError> {
        let at = rule_named(context, &input.rule, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        self.change_rule(&at, |old| {
            let mut rule: Rule = old.ok_or_else(|| errors::no_rule(&at))?;
            rule.targets
                .retain(|target| !input.ids.contains(&target.id));
            Ok(Change::Put(Box::new(rule)))
        })
        .await?;
        Ok(Failures::of(Vec::new()))
    }

    pub(super) async fn list_targets_by_rule(
        &self,
        context: &Context,
        input: ListTargetsByRule,
    ) -> Result<TargetsListed, ApiError> {
        let at = rule_named(context, &input.rule, input.event_bus_name.as_deref());
        self.require_bus(context, &at.bus).await?;
        let found = self.index.get(&at).ok_or_else(|| errors::no_rule(&at))?;
        let mut targets = found.rule.targets.clone();
        targets.sort_by(|a, b| a.id.cmp(&b.id));
        let (targets, next_token) =
            page(targets, |t| &t.id, input.next_token.as_deref(), input.limit)?;
        Ok(TargetsListed {
            targets,
            next_token,
        })
    }
}
