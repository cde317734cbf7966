//! Amazon Resource Names.

use std::{fmt, str::FromStr};

/// `arn:partition:service:region:account:resource`. Region and account may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn {
    pub partition: String,
    pub service: String,
    pub region: String,
    pub account: String,
    /// Everything after the account, colons and slashes included: `stateMachine:name`, `role/path/name`.
    pub resource: String,
}

/// Text that is no ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    #[error("an ARN begins with 'arn:', not with '{0}'")]
    Prefix(String),
    #[error("an ARN has six parts separated by colons")]
    Parts,
    #[error("an ARN's account is twelve digits, not '{0}'")]
    Account(String),
}

impl Arn {
    /// Returns an ARN in the partition `aws`.
    pub fn new(service: &str, region: &str, account: &str, resource: impl Into<String>) -> Self {
        Self {
            partition: "aws".into(),
            service: service.into(),
            region: region.into(),
            account: account.into(),
            resource: resource.into(),
        }
    }

    /// Returns the resource's kind and the rest: `stateMachine:name` and `role/path/name` split at their first
    /// separator, as does `/virtualclusters/id`, which begins with one. A resource of one part has no kind.
    pub fn kind_and_name(&self) -> (&str, &str) {
        let resource = self.resource.strip_prefix('/').unwrap_or(&self.resource);
        match resource.find([':', '/']) {
            Some(at) => (&resource[..at], &resource[at + 1..]),
            None => ("", resource),
        }
    }

    /// Returns the name of a resource of that service and kind; nothing for any other.
    pub fn name_of(&self, service: &str, kind: &str) -> Option<&str> {
        let (found, name) = self.kind_and_name();
        (self.service == service && found == kind && !name.is_empty()).then_some(name)
    }

    /// Returns whether it names an IAM role.
    pub fn is_role(&self) -> bool {
        self.region.is_empty() && !self.account.is_empty() && self.name_of("iam", "role").is_some()
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        match next() {
            Some("arn") => {}
            other => return Err(ArnError::Prefix(other.unwrap_or_default().into())),
        }
        let (Some(partition), Some(service), Some(region), Some(account), Some(resource)) =
            (next(), next(), next(), next(), next())
        else {
            return Err(ArnError::Parts);
        };
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(ArnError::Parts);
        }
        let is_account = account.is_empty()
            || account == "aws"
            || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()));
        if !is_account {
            return Err(ArnError::Account(account.into()));
        }
        Ok(Self {
            partition: partition.into(),
            service: service.into(),
            region: region.into(),
            account: account.into(),
            resource: resource.into(),
        })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "arn:{}:{}:{}:{}:{}",
            self.partition, self.service, self.region, self.account, self.resource
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn resources_of_every_form() {
        for (text, kind, name) in [
            (
                "arn:aws:states:us-east-1:000000000000:stateMachine:m",
                "stateMachine",
                "m",
            ),
            (
                "arn:aws:states:us-east-1:000000000000:execution:m:e",
                "execution",
                "m:e",
            ),
            ("arn:aws:iam::000000000000:role/a/b", "role", "a/b"),
            (
                "arn:aws:emr-containers:us-east-1:000000000000:/virtualclusters/x",
                "virtualclusters",
                "x",
            ),
            ("arn:aws:s3:::bucket", "", "bucket"),
            (
                "arn:aws:iam::aws:policy/AdministratorAccess",
                "policy",
                "AdministratorAccess",
            ),
        ] {
            let arn: Arn = text.parse().unwrap();
            assert_eq!(
                (arn.kind_and_name(), arn.to_string().as_str()),
                ((kind, name), text)
            );
        }
        let role: Arn = "arn:aws:iam::000000000000:role/r".parse().unwrap();
        assert!(role.is_role());
        assert_eq!(role.name_of("iam", "user"), None);
    }

    #[test]
    fn what_is_no_arn() {
        assert_eq!("x".parse::<Arn>(), Err(ArnError::Prefix("x".into())));
        assert_eq!("arn:aws:states".parse::<Arn>(), Err(ArnError::Parts));
        assert_eq!("arn:aws:states:::".parse::<Arn>(), Err(ArnError::Parts));
        assert_eq!(
            "arn:aws:states:r:12:x".parse::<Arn>(),
            Err(ArnError::Account("12".into()))
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_it_was(
            service in "[a-z-]{1,9}", region in "[a-z0-9-]{0,9}", account in "([0-9]{12})?", resource in "[!-~]{1,20}"
        ) {
            let arn = Arn::new(&service, &region, &account, resource);
            prop_assert_eq!(arn.to_string().parse::<Arn>(), Ok(arn));
        }
    }
}
