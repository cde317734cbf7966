//! ARNs of IAM roles.

use std::str::FromStr;

use sha2::{Digest, Sha256};

/// `arn:aws:iam::111122223333:role/path/name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArn {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// Twelve digits.
    pub account: String,
    /// Without leading and trailing slash; empty for most roles.
    pub path: String,
    pub name: String,
}

/// The text is no role's ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is invalid")]
pub struct NotARole(pub String);

impl FromStr for RoleArn {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, NotARole> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let refused = || NotARole(text.to_owned());
        let ["arn", partition, "iam", "", account, resource] = parts[..] else {
            return Err(refused());
        };
        let (path, name) = match resource
            .strip_prefix("role/")
            .ok_or_else(refused)?
            .rsplit_once('/')
        {
            Some((path, name)) => (path, name),
            None => ("", resource.trim_start_matches("role/")),
        };
        let named = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        let fits = ["aws", "aws-cn", "aws-us-gov"].contains(&partition)
            && account.len() == 12
            && account.bytes().all(|b| b.is_ascii_digit())
            && (1..=64).contains(&name.len())
            && name.chars().all(named)
            && path.len() <= 510
            && path.chars().all(|c| c.is_ascii_graphic());
        if !fits {
            return Err(refused());
        }
        Ok(Self {
            partition: partition.into(),
            account: account.into(),
            path: path.into(),
            name: name.into(),
        })
    }
}

impl RoleArn {
    /// Returns the role's unique id, `AROA` and 17 characters: the same whenever the role is named.
    pub fn id(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let digest = Sha256::digest(format!(
            "{}/{}/{}/{}",
            self.partition, self.account, self.path, self.name
        ));
        let letters = digest
            .iter()
            .take(17)
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        "AROA".chars().chain(letters).collect()
    }

    /// Returns the ARN of a session of this role.
    pub fn session(&self, name: &str) -> String {
        format!(
            "arn:{}:sts::{}:assumed-role/{}/{name}",
            self.partition, self.account, self.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_from_the_rest() {
        let role: RoleArn = "arn:aws:iam::111122223333:role/a/b/Job_Role"
            .parse()
            .unwrap();
        assert_eq!(
            (
                role.account.as_str(),
                role.path.as_str(),
                role.name.as_str()
            ),
            ("111122223333", "a/b", "Job_Role")
        );
        assert_eq!(
            role.session("s"),
            "arn:aws:sts::111122223333:assumed-role/Job_Role/s"
        );
        let plain: RoleArn = "arn:aws:iam::111122223333:role/Job_Role".parse().unwrap();
        assert_eq!((plain.path.as_str(), plain.id().len()), ("", 21));
        assert_ne!(plain.id(), role.id());
        let wrong = [
            "",
            "role/x",
            "arn:aws:iam::111122223333:user/x",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::11112222333:role/x",
            "arn:aws:iam::11112222333a:role/x",
            "arn:aws:sts::111122223333:role/x",
            "arn:aws:iam:us-east-1:111122223333:role/x",
            "arn:aws:iam::111122223333:role/a b",
            "arn:x:iam::111122223333:role/x",
        ];
        for text in wrong {
            assert_eq!(text.parse::<RoleArn>(), Err(NotARole(text.to_owned())));
        }
    }
}
