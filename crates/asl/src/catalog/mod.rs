//! The integrations of Step Functions as data: what a Resource ARN of a Task state means.

mod table;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Value,
    validate::{Fields, Reader},
};
use table::{OPTIMIZED, SYNC, SYNC2, TOKEN};

/// How a Task waits for what it called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pattern {
    RequestResponse,
    /// `.sync`
    Sync,
    /// `.sync:2`
    Sync2,
    /// `.waitForTaskToken`
    WaitForTaskToken,
}

/// What kind of history events a resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResourceKind {
    /// `arn:aws:states:::service:action`: `TaskScheduled`, …
    Optimized,
    /// `arn:aws:states:::aws-sdk:service:action`: `TaskScheduled`, …
    AwsSdk,
    /// A function's own ARN: `LambdaFunctionScheduled`, …
    Lambda,
    /// An activity's ARN: `ActivityScheduled`, …
    Activity,
}

/// A Resource ARN, understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// `emr-containers`, `lambda`, … as the ARN has it, without `aws-sdk:`.
    pub service: Arc<str>,
    /// `startJobRun`, `invoke`, … as the ARN has it, without the pattern.
    pub action: Arc<str>,
    pub pattern: Pattern,
    pub kind: ResourceKind,
    /// `resourceType` of history events: `emr-containers`, `aws-sdk:sfn`.
    pub resource_type: Arc<str>,
    /// `resource` of history events: `startJobRun.sync`.
    pub resource: Arc<str>,
}

/// Returns what a Resource ARN of a Task state means, or `None` where it is no Resource that Step Functions knows.
pub fn resolve(resource: &str) -> Option<Integration> {
    let parts: Vec<_> = resource.splitn(7, ':').collect();
    if let ["arn", _, "states", "", "", ..] = parts.as_slice() {
        return integration(resource.splitn(6, ':').nth(5)?);
    }
    match parts.as_slice() {
        ["arn", _, "states", _, _, "activity", name] => {
            Some(plain("activity", name, ResourceKind::Activity, resource))
        }
        ["arn", _, "lambda", _, _, "function", name] => {
            Some(plain("lambda", name, ResourceKind::Lambda, resource))
        }
        _ => None,
    }
}

fn plain(service: &str, action: &str, kind: ResourceKind, resource: &str) -> Integration {
    Integration {
        service: service.into(),
        action: action.into(),
        pattern: Pattern::RequestResponse,
        kind,
        resource_type: service.into(),
        resource: resource.into(),
    }
}

fn integration(rest: &str) -> Option<Integration> {
    let (kind, path) = match rest.strip_prefix("aws-sdk:") {
        Some(path) => (ResourceKind::AwsSdk, path),
        None => (ResourceKind::Optimized, rest),
    };
    let (service, call) = path.split_once(':')?;
    let (action, pattern) = match call.split_once('.') {
        None => (call, Pattern::RequestResponse),
        Some((action, "sync")) => (action, Pattern::Sync),
        Some((action, "sync:2")) => (action, Pattern::Sync2),
        Some((action, "waitForTaskToken")) => (action, Pattern::WaitForTaskToken),
        Some(_) => return None,
    };
    let offered = match kind {
        ResourceKind::AwsSdk => sdk_offers(service, action, pattern),
        _ => optimized_offers(service, action, pattern),
    };
    if !offered {
        return None;
    }
    let resource_type = if kind == ResourceKind::AwsSdk {
        format!("aws-sdk:{service}")
    } else {
        service.to_owned()
    };
    Some(Integration {
        service: service.into(),
        action: action.into(),
        pattern,
        kind,
        resource_type: resource_type.into(),
        resource: call.into(),
    })
}

/// An optimized integration, with every way to wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// As Resource ARNs have it.
    pub service: &'static str,
    /// As Resource ARNs have it, without the pattern.
    pub action: &'static str,
    pub patterns: Vec<Pattern>,
    /// In PascalCase.
    pub required: &'static [&'static str],
}

/// Returns all optimized integrations that Step Functions knows, whether there is a service behind them or not.
pub fn optimized() -> impl Iterator<Item = Offered> {
    OPTIMIZED.iter().map(|row| {
        let waits = [
            (SYNC, Pattern::Sync),
            (SYNC2, Pattern::Sync2),
            (TOKEN, Pattern::WaitForTaskToken),
        ];
        let waits = waits
            .into_iter()
            .filter(|(wait, _)| row.waits & wait != 0)
            .map(|(_, pattern)| pattern);
        Offered {
            service: row.service,
            action: row.action,
            patterns: std::iter::once(Pattern::RequestResponse)
                .chain(waits)
                .collect(),
            required: row.required,
        }
    })
}

impl Pattern {
    /// Returns what a Resource ARN ends in, without the dot; nothing for request-response.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::RequestResponse => "",
            Self::Sync => "sync",
            Self::Sync2 => "sync:2",
            Self::WaitForTaskToken => "waitForTaskToken",
        }
    }
}

fn optimized_offers(service: &str, action: &str, pattern: Pattern) -> bool {
    let wait = match pattern {
        Pattern::RequestResponse => 0,
        Pattern::Sync => SYNC,
        Pattern::Sync2 => SYNC2,
        Pattern::WaitForTaskToken => TOKEN,
    };
    OPTIMIZED
        .iter()
        .any(|row| row.service == service && row.action == action && row.waits & wait == wait)
}

/// Any operation of any service in camel case, called once or with a token.
fn sdk_offers(service: &str, action: &str, pattern: Pattern) -> bool {
    let service_fits = !service.is_empty()
        && service
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let action_fits = action.starts_with(|c: char| c.is_ascii_lowercase())
        && action.chars().all(|c| c.is_ascii_alphanumeric());
    service_fits
        && action_fits
        && matches!(
            pattern,
            Pattern::RequestResponse | Pattern::WaitForTaskToken
        )
}

/// Reports parameters that an integration needs and does not get.
pub(crate) fn check_arguments(reader: &mut Reader, fields: &Fields<'_>, integration: &Integration) {
    let Some(row) = OPTIMIZED.iter().find(|r| {
        integration.kind == ResourceKind::Optimized
            && *r.service == *integration.service
            && *r.action == *integration.action
    }) else {
        return;
    };
    let name = if fields.is_jsonata() {
        "Arguments"
    } else {
        "Parameters"
    };
    // Without Parameters the input serves, and may hold what is needed.
    let Some(members) = fields.get(name).and_then(Value::as_object) else {
        return;
    };
    for required in row.required {
        if !members.contains_key(*required)
            && !members.contains_key(format!("{required}.$").as_str())
        {
            reader.wrong(
                format!("The field '{required}' is required but was missing"),
                fields.place(name),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_understood() {
        let sync = resolve("arn:aws:states:::emr-containers:startJobRun.sync").unwrap();
        assert_eq!(
            (&*sync.service, &*sync.action, sync.pattern),
            ("emr-containers", "startJobRun", Pattern::Sync)
        );
        assert_eq!(
            (&*sync.resource_type, &*sync.resource),
            ("emr-containers", "startJobRun.sync")
        );
        let sdk = resolve("arn:aws-cn:states:::aws-sdk:sfn:sendTaskSuccess").unwrap();
        assert_eq!(
            (&*sdk.resource_type, &*sdk.resource),
            ("aws-sdk:sfn", "sendTaskSuccess")
        );
        assert_eq!(
            resolve("arn:aws:states:::states:startExecution.sync:2")
                .unwrap()
                .pattern,
            Pattern::Sync2
        );
        assert_eq!(
            resolve("arn:aws:lambda:r:1:function:f:1").unwrap().kind,
            ResourceKind::Lambda
        );
        assert_eq!(
            resolve("arn:aws:states:r:1:activity:a").unwrap().kind,
            ResourceKind::Activity
        );
    }

    #[test]
    fn what_is_offered_is_understood() {
        assert!(optimized().count() > 50);
        for offered in optimized() {
            for pattern in offered.patterns {
                let dot = if pattern.suffix().is_empty() { "" } else { "." };
                let (service, action) = (offered.service, offered.action);
                let resource = format!(
                    "arn:aws:states:::{service}:{action}{dot}{}",
                    pattern.suffix()
                );
                assert_eq!(
                    resolve(&resource).map(|i| i.pattern),
                    Some(pattern),
                    "{resource}"
                );
            }
        }
    }

    #[test]
    fn what_aws_does_not_offer_is_unknown() {
        for resource in [
            "arn:aws:states:::emr-containers:createVirtualCluster.sync",
            "arn:aws:states:::lambda:invoke.sync",
            "arn:aws:states:::aws-sdk:sfn:startExecution.sync",
            "arn:aws:states:::nothing:here",
            "arn:aws:states:::lambda:invoke.later",
            "arn:aws:s3:::bucket",
        ] {
            assert!(resolve(resource).is_none(), "{resource}");
        }
    }
}
