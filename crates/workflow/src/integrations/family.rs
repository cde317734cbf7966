//! The families of optimised integrations, and what `.sync` means in each.

use asl::{
    Value,
    catalog::{Integration, Pattern, ResourceKind},
};
use serde_json::Value as Json;

use super::{Verdict, athena, emr, events, glue, lambda, plain, states};

/// A service with integrations of its own.
pub(super) struct Family {
    /// As Resource ARNs have it.
    pub name: &'static str,
    /// The service's signing name.
    pub service: &'static str,
    /// What error names begin with.
    pub errors: &'static str,
    /// The name of an error that the API's model does not have; none: its code.
    pub general: Option<&'static str>,
    /// The service's name in causes.
    pub title: &'static str,
    pub syncs: &'static [Sync],
}

/// Makes a Call, its operation and input, of a task's arguments and its request's answer, both in PascalCase.
pub(super) type MakeCall = fn(&Value, &Value) -> (&'static str, Json);

/// How to wait for what a request started.
pub(super) struct Sync {
    /// As Resource ARNs have it, without the pattern.
    pub action: &'static str,
    /// Names what is waited for; arguments and answer are in PascalCase.
    pub resource: fn(&Value, &Value) -> Option<String>,
    /// The Call that describes it: operation and input.
    pub describe: MakeCall,
    /// Judges the description, in PascalCase.
    pub judge: fn(&Value, Pattern) -> Verdict,
    /// The Call that stops it.
    pub cancel: Option<MakeCall>,
}

static FAMILIES: [&Family; 9] = [
    &emr::FAMILY,
    &athena::FAMILY,
    &states::FAMILY,
    &events::FAMILY,
    &glue::FAMILY,
    &lambda::FAMILY,
    &plain::SQS,
    &plain::SNS,
    &plain::DYNAMODB,
];

/// Returns the family of an optimised integration.
pub(super) fn of(integration: &Integration) -> Option<&'static Family> {
    if integration.kind != ResourceKind::Optimized {
        return None;
    }
    named(&integration.service)
}

/// Returns the family that Resource ARNs call so.
pub(super) fn named(service: &str) -> Option<&'static Family> {
    FAMILIES.into_iter().find(|f| f.name == service)
}

/// Returns how a `.sync` integration waits.
pub(super) fn sync_of(integration: &Integration) -> Option<&'static Sync> {
    of(integration)?
        .syncs
        .iter()
        .find(|s| s.action == &*integration.action)
}

/// Returns a text member of a value in PascalCase.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
