//! The ARNs of Step Functions: state machines and what qualifies them, executions, activities, Map runs.

use std::fmt;

/// A parsed ARN of the service `states`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatesArn {
    pub partition: String,
    pub region: String,
    pub account: String,
    pub resource: Resource,
}

/// What an ARN of Step Functions names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `stateMachine:NAME`, `stateMachine:NAME:QUALIFIER` (a version or an alias) or `stateMachine:NAME/LABEL`
    /// (a distributed Map's own).
    Machine {
        name: String,
        qualifier: Option<String>,
        label: Option<String>,
    },
    /// `execution:MACHINE:NAME`; a Map run's child execution has `MACHINE/LABEL`.
    Execution { machine: String, name: String },
    /// `express:MACHINE:NAME:ID`.
    Express {
        machine: String,
        name: String,
        id: String,
    },
    /// `activity:NAME`.
    Activity { name: String },
    /// `mapRun:MACHINE/LABEL:ID`.
    MapRun { machine: String, id: String },
}

/// Why a text is no ARN of Step Functions, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    #[error("Invalid ARN prefix: {text}")]
    Prefix { text: String },
    #[error("Resource type not valid in this context: {kind}")]
    Kind { kind: String },
    #[error("ARN is not well formed: {text}")]
    Form { text: String },
}

impl StatesArn {
    /// Parses an ARN.
    pub fn parse(text: &str) -> Result<Self, ArnError> {
        let prefix = || ArnError::Prefix { text: text.into() };
        let form = || ArnError::Form { text: text.into() };
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return Err(prefix());
        }
        let partition = parts
            .next()
            .filter(|p| p.starts_with("aws"))
            .ok_or_else(prefix)?;
        if parts.next() != Some("states") {
            return Err(prefix());
        }
        let region = parts.next().filter(|r| !r.is_empty()).ok_or_else(form)?;
        let account = parts
            .next()
            .filter(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit()))
            .ok_or_else(form)?;
        let rest = parts.next().ok_or_else(form)?;
        let pieces: Vec<&str> = rest.split(':').collect();
        if pieces.iter().any(|p| p.is_empty()) {
            return Err(form());
        }
        let resource = match pieces.as_slice() {
            ["stateMachine", name] => match name.split_once('/') {
                Some((name, label)) => Resource::Machine {
                    name: name.into(),
                    qualifier: None,
                    label: Some(label.into()),
                },
                None => Resource::Machine {
                    name: (*name).into(),
                    qualifier: None,
                    label: None,
                },
            },
            ["stateMachine", name, qualifier] => Resource::Machine {
                name: (*name).into(),
                qualifier: Some((*qualifier).into()),
                label: None,
            },
            ["execution", machine, name] => Resource::Execution {
                machine: (*machine).into(),
                name: (*name).into(),
            },
            ["express", machine, name, id] => Resource::Express {
                machine: (*machine).into(),
                name: (*name).into(),
                id: (*id).into(),
            },
            ["activity", name] => Resource::Activity {
                name: (*name).into(),
            },
            ["mapRun", machine, id] => Resource::MapRun {
                machine: (*machine).into(),
                id: (*id).into(),
            },
            [kind, ..]
                if !["stateMachine", "execution", "express", "activity", "mapRun"]
                    .contains(kind) =>
            {
                return Err(ArnError::Kind {
                    kind: (*kind).into(),
                });
            }
            _ => return Err(form()),
        };
        Ok(Self {
            partition: partition.into(),
            region: region.into(),
            account: account.into(),
            resource,
        })
    }

    /// Returns the resource's type as the ARN writes it.
    pub fn kind(&self) -> &'static str {
        match self.resource {
            Resource::Machine { .. } => "stateMachine",
            Resource::Execution { .. } => "execution",
            Resource::Express { .. } => "express",
            Resource::Activity { .. } => "activity",
            Resource::MapRun { .. } => "mapRun",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine {
                name,
                qualifier: Some(q),
                ..
            } => write!(f, "stateMachine:{name}:{q}"),
            Self::Machine {
                name,
                label: Some(l),
                ..
            } => write!(f, "stateMachine:{name}/{l}"),
            Self::Machine { name, .. } => write!(f, "stateMachine:{name}"),
            Self::Execution { machine, name } => write!(f, "execution:{machine}:{name}"),
            Self::Express { machine, name, id } => write!(f, "express:{machine}:{name}:{id}"),
            Self::Activity { name } => write!(f, "activity:{name}"),
            Self::MapRun { machine, id } => write!(f, "mapRun:{machine}:{id}"),
        }
    }
}

impl fmt::Display for StatesArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "arn:{}:states:{}:{}:{}",
            self.partition, self.region, self.account, self.resource
        )
    }
}

/// Returns the ARN of a state machine.
pub fn machine(region: &str, account: &str, name: &str) -> String {
    format!("arn:aws:states:{region}:{account}:stateMachine:{name}")
}

/// Returns the ARN of a version or an alias.
pub fn qualified(region: &str, account: &str, name: &str, qualifier: &str) -> String {
    format!("arn:aws:states:{region}:{account}:stateMachine:{name}:{qualifier}")
}

/// Returns the ARN of a Standard execution.
pub fn execution(region: &str, account: &str, machine: &str, name: &str) -> String {
    format!("arn:aws:states:{region}:{account}:execution:{machine}:{name}")
}

/// Returns the ARN of an Express execution.
pub fn express(region: &str, account: &str, machine: &str, name: &str, id: &str) -> String {
    format!("arn:aws:states:{region}:{account}:express:{machine}:{name}:{id}")
}

/// Returns the ARN of an activity.
pub fn activity(region: &str, account: &str, name: &str) -> String {
    format!("arn:aws:states:{region}:{account}:activity:{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_prints_as_it_was_read() {
        for text in [
            "arn:aws:states:us-east-1:000000000000:stateMachine:a",
            "arn:aws:states:us-east-1:000000000000:stateMachine:a:1",
            "arn:aws:states:us-east-1:000000000000:stateMachine:a/label",
            "arn:aws:states:us-east-1:000000000000:execution:a:b",
            "arn:aws:states:us-east-1:000000000000:express:a:b:c",
            "arn:aws-cn:states:cn-north-1:000000000000:activity:a",
            "arn:aws:states:us-east-1:000000000000:mapRun:a/l:c",
        ] {
            assert_eq!(StatesArn::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_arn_is_refused_in_the_words_of_aws() {
        let refused = |text: &str| StatesArn::parse(text).unwrap_err().to_string();
        assert_eq!(
            refused("no_an_activity_arn"),
            "Invalid ARN prefix: no_an_activity_arn"
        );
        assert!(refused("arn:aws:s3:::bucket").starts_with("Invalid ARN prefix"));
        assert_eq!(
            refused("arn:aws:states:us-east-1:000000000000:rule:x"),
            "Resource type not valid in this context: rule"
        );
        assert!(StatesArn::parse("arn:aws:states:us-east-1:12:stateMachine:x").is_err());
        assert!(StatesArn::parse("arn:aws:states:us-east-1:000000000000:execution:x").is_err());
    }
}
