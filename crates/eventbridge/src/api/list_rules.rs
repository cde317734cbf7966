//! ListRules, ListRuleNamesByTarget and the pages that lists come in.

use aws::{ApiError, Context};
use serde::{Deserialize, Serialize};

use super::{errors, rules::RuleShown, rules::bus_named};
use crate::EventBridge;

/// AWS's page where no limit is asked for, and its largest.
pub(super) const LARGEST_PAGE: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRules {
    name_prefix: Option<String>,
    event_bus_name: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RulesListed {
    rules: Vec<RuleShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListRuleNamesByTarget {
    target_arn: String,
    event_bus_name: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuleNamesListed {
    rule_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Cuts a page out of what is sorted by name; the token is the last name of the page before.
pub(super) fn page<T>(
    all: Vec<T>,
    name: impl Fn(&T) -> &str,
    token: Option<&str>,
    limit: Option<usize>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let limit = limit.unwrap_or(LARGEST_PAGE);
    let cut = aws::page::cut(all, |item| name(item).to_owned(), token, limit);
    cut.map_err(|_| errors::invalid("NextToken is not valid."))
}

impl EventBridge {
    pub(super) async fn list_rules(
        &self,
        context: &Context,
        input: ListRules,
    ) -> Result<RulesListed, ApiError> {
        let bus = bus_named(context, input.event_bus_name.as_deref());
        self.require_bus(context, &bus).await?;
        let prefix = input.name_prefix.unwrap_or_default();
        let mut rules = self.index.of_bus(&bus);
        rules.retain(|rule| rule.rule.at.name.starts_with(&prefix));
        let (rules, next_token) = page(
            rules,
            |r| &r.rule.at.name,
            input.next_token.as_deref(),
            input.limit,
        )?;
        Ok(RulesListed {
            rules: rules.iter().map(|rule| RuleShown::of(&rule.rule)).collect(),
            next_token,
        })
    }

    pub(super) async fn list_rule_names_by_target(
        &self,
        context: &Context,
        input: ListRuleNamesByTarget,
    ) -> Result<RuleNamesListed, ApiError> {
        let bus = bus_named(context, input.event_bus_name.as_deref());
        self.require_bus(context, &bus).await?;
        let mut rules = self.index.of_bus(&bus);
        rules.retain(|rule| {
            rule.rule
                .targets
                .iter()
                .any(|target| target.arn == input.target_arn)
        });
        let (rules, next_token) = page(
            rules,
            |r| &r.rule.at.name,
            input.next_token.as_deref(),
            input.limit,
        )?;
        Ok(RuleNamesListed {
            rule_names: rules.iter().map(|rule| rule.rule.at.name.clone()).collect(),
            next_token,
        })
    }
}
