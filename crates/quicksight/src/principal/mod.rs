//! Users, groups and namespaces: whom permissions are given to.

mod group;
mod namespace;
mod user;

pub(crate) use group::{GROUPS, Group, MEMBERS, groups_of};
pub(crate) use namespace::{DEFAULT, NAMESPACES, Namespace, check as check_namespace};
pub(crate) use user::{USERS, User, viewer_of};
