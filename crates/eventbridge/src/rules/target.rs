//! Targets, and where each leads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Arn, BusRef};
use crate::destinations::HttpParameters;

/// A target as the API has it; also its stored form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Target {
    pub id: String,
    pub arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<DeadLetterConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_policy: Option<RetryPolicy>,
    /// `…Parameters`: `HttpParameters` of API destinations, and those of services that no target here leads to.
    #[serde(flatten)]
    pub parameters: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InputTransformer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_paths_map: Option<BTreeMap<String, String>>,
    pub input_template: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RetryPolicy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_retry_attempts: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_event_age_in_seconds: Option<i64>,
}

/// Where a target leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    StateMachine {
        account: String,
        region: String,
    },
    LogGroup {
        account: String,
        region: String,
        name: String,
    },
    Bus(BusRef),
    /// An API destination.
    Endpoint,
    /// A service, or a kind of its resources, that nothing here delivers to.
    Unsupported {
        what: String,
    },
}

impl Target {
    /// Returns what the target adds to an API destination's requests; nothing when it has none.
    pub(crate) fn http_parameters(&self) -> Option<HttpParameters> {
        let given = self.parameters.get("HttpParameters")?;
        serde_json::from_value(given.clone()).ok()
    }
}

impl Destination {
    pub(crate) fn of(arn: &Arn<'_>) -> Self {
        let (account, region) = (arn.account.to_owned(), arn.region.to_owned());
        match (arn.service, arn.resource.split_once([':', '/'])) {
            ("states", Some(("stateMachine", _))) => Self::StateMachine { account, region },
            ("logs", Some(("log-group", name))) => Self::LogGroup {
                account,
                region,
                name: name.strip_suffix(":*").unwrap_or(name).to_owned(),
            },
            ("events", Some(("event-bus", name))) => Self::Bus(BusRef {
                account,
                region,
                name: name.to_owned(),
            }),
            ("events", Some(("api-destination", _))) => Self::Endpoint,
            (service, Some((kind, _))) => Self::Unsupported {
                what: format!("{service} {kind}"),
            },
            (service, None) => Self::Unsupported {
                what: service.to_owned(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_told_from_arns() {
        let of = |text: &str| Destination::of(&Arn::parse(text).unwrap());
        assert!(matches!(
            of("arn:aws:states:us-east-1:000000000000:stateMachine:x"),
            Destination::StateMachine { .. }
        ));
        assert!(matches!(
            of("arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/x:*"),
            Destination::LogGroup { name, .. } if name == "/aws/events/x"
        ));
        assert!(matches!(
            of("arn:aws:events:eu-west-1:000000000000:event-bus/b"),
            Destination::Bus(BusRef { name, .. }) if name == "b"
        ));
        assert_eq!(
            of("arn:aws:events:us-east-1:000000000000:api-destination/d/1"),
            Destination::Endpoint
        );
        assert!(matches!(
            of("arn:aws:sqs:us-east-1:000000000000:q"),
            Destination::Unsupported { what } if what == "sqs"
        ));
    }

    #[test]
    fn a_target_keeps_members_that_it_does_not_know() {
        let json =
            serde_json::json!({"Id": "1", "Arn": "a", "EcsParameters": {"TaskDefinitionArn": "t"}});
        let target: Target = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(target).unwrap(), json);
    }
}
