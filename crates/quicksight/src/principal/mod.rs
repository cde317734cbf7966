//! Users, groups and namespaces: whom permissions are given to.

mod caller;
mod group;
mod namespace;
mod reach;
mod user;

pub(crate) use caller::Caller;
pub(crate) use group::{GROUPS, Group, MEMBERS, groups_of};
pub(crate) use namespace::{DEFAULT, NAMESPACES, Namespace, check as check_namespace};
pub(crate) use reach::{Reach, names_of_arn, owner_action};
pub(crate) use user::{USERS, User, user_of, viewer_of};
