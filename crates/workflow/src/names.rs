//! The names that people give to state machines, executions, activities and aliases.

use aws::ApiError;

use crate::refusal;

/// Characters that no name may hold, besides white space and control characters.
const FORBIDDEN: &str = "<>{}[]?*\"#%\\^|~`$&,;:/";

/// Refuses a name that AWS refuses: 1 to 80 characters, no white space, no wildcards, brackets, control or
/// special characters.
pub(crate) fn check(name: &str) -> Result<(), ApiError> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || FORBIDDEN.contains(c);
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(bad) {
        return Err(refusal::invalid_name(name));
    }
    Ok(())
}

/// Refuses a role that has not the form of a role's ARN.
pub(crate) fn check_role(arn: &str) -> Result<(), ApiError> {
    let mut parts = arn.splitn(6, ':');
    let ok = parts.next() == Some("arn")
        && parts.next().is_some_and(|p| p.starts_with("aws"))
        && parts.next() == Some("iam")
        && parts.next() == Some("")
        && parts
            .next()
            .is_some_and(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit()))
        && parts
            .next()
            .is_some_and(|r| r.strip_prefix("role/").is_some_and(|n| !n.is_empty()));
    if ok {
        Ok(())
    } else {
        Err(ApiError::new(
            "InvalidArn",
            format!("Invalid Role Arn: '{arn}'"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_aws_takes_them() {
        for good in ["a", "Activity.name-1_x", &"a".repeat(80), "名前"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a b",
            "a:b",
            "a/b",
            "a<b",
            "a\u{1}",
            "a*",
            &"a".repeat(81),
        ] {
            assert_eq!(
                check(bad).unwrap_err().message,
                format!("Invalid Name: '{bad}'")
            );
        }
    }

    #[test]
    fn roles_by_their_form() {
        assert!(check_role("arn:aws:iam::000000000000:role/service-role/x").is_ok());
        for bad in [
            "x",
            "arn:aws:iam::000000000000:user/x",
            "arn:aws:iam::1:role/x",
            "arn:aws:iam::000000000000:role/",
        ] {
            assert_eq!(check_role(bad).unwrap_err().code, "InvalidArn");
        }
    }
}
