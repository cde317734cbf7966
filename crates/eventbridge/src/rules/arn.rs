//! ARNs as targets and tagged resources have them.

use super::{BusRef, RuleRef};

/// The parts of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    /// All that follows the account.
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads `arn:partition:service:region:account:resource`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (arn, partition) = (parts.next()?, parts.next()?);
        let arn_of = Self {
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        };
        let account = arn_of.account;
        let well_formed = arn == "arn"
            && partition.starts_with("aws")
            && !arn_of.service.is_empty()
            && !arn_of.resource.is_empty()
            && (account.is_empty()
                || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())));
        well_formed.then_some(arn_of)
    }

    /// Tells whether this is the ARN of an IAM role.
    pub(crate) fn is_role(&self) -> bool {
        self.service == "iam" && self.resource.starts_with("role/") && self.account.len() == 12
    }
}

/// What of ours can carry tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TagOwner {
    Rule(RuleRef),
    Bus(BusRef),
}

impl TagOwner {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "events")?;
        let bus = |name: &str| BusRef {
            account: arn.account.to_owned(),
            region: arn.region.to_owned(),
            name: name.to_owned(),
        };
        match arn.resource.split_once('/')? {
            ("event-bus", name) => Some(Self::Bus(bus(name))),
            ("rule", path) => {
                let (bus_name, name) = path.rsplit_once('/').unwrap_or((super::DEFAULT_BUS, path));
                Some(Self::Rule(RuleRef {
                    bus: bus(bus_name),
                    name: name.to_owned(),
                }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_rules_and_buses_round_trip() {
        for text in [
            "arn:aws:events:us-east-1:000000000000:rule/nightly",
            "arn:aws:events:eu-west-1:123456789012:rule/orders/nightly",
            "arn:aws:events:eu-west-1:123456789012:event-bus/orders",
        ] {
            let arn = match TagOwner::parse(text).unwrap() {
                TagOwner::Rule(rule) => rule.arn(),
                TagOwner::Bus(bus) => bus.arn(),
            };
            assert_eq!(arn, text);
        }
        for bad in [
            "",
            "arn:aws:events:us-east-1:1:rule/x",
            "arn:aws:s3:::bucket",
            "nightly",
        ] {
            assert_eq!(TagOwner::parse(bad), None, "{bad}");
        }
    }
}
