//! Who may do what with an asset.

use serde::{Deserialize, Serialize};

/// What a principal, a user or group, may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Permission {
    pub(crate) principal: String,
    pub(crate) actions: Vec<String>,
}

/// Tells whether one of some principals has one of some actions.
pub(crate) fn holds(permissions: &[Permission], names: &[String], actions: &[String]) -> bool {
    permissions
        .iter()
        .filter(|p| names.contains(&p.principal))
        .any(|p| p.actions.iter().any(|a| actions.contains(a)))
}

/// Grants first, then revokes; a principal left without any action is gone.
pub(crate) fn change(held: &mut Vec<Permission>, grant: Vec<Permission>, revoke: &[Permission]) {
    for given in grant {
        match held.iter_mut().find(|p| p.principal == given.principal) {
            Some(found) => {
                for action in given.actions {
                    if !found.actions.contains(&action) {
                        found.actions.push(action);
                    }
                }
            }
            None => held.push(given),
        }
    }
    for taken in revoke {
        for found in held.iter_mut().filter(|p| p.principal == taken.principal) {
            found
                .actions
                .retain(|action| !taken.actions.contains(action));
        }
    }
    held.retain(|p| !p.actions.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(principal: &str, actions: &[&str]) -> Permission {
        Permission {
            principal: principal.into(),
            actions: actions.iter().map(|a| (*a).to_owned()).collect(),
        }
    }

    #[test]
    fn grants_join_and_revokes_take_away() {
        let mut held = vec![of("a", &["x"])];
        change(&mut held, vec![of("a", &["x", "y"]), of("b", &["z"])], &[]);
        assert_eq!(held, [of("a", &["x", "y"]), of("b", &["z"])]);
        change(
            &mut held,
            vec![],
            &[of("a", &["x"]), of("b", &["z"]), of("c", &["q"])],
        );
        assert_eq!(held, [of("a", &["y"])]);
    }
}
