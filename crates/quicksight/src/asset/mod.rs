//! What all assets have in common: an id, an ARN, a name, times, permissions, tags, and a document.

mod arns;
mod kind;
mod membership;
mod permission;
mod record;
mod tag;
mod version;

pub(crate) use arns::arns_in;
pub(crate) use kind::{
    ANALYSIS, DASHBOARD, DATA_SET, DATA_SOURCE, FOLDER, KINDS, Kind, TEMPLATE, THEME,
};
pub(crate) use membership::{folders_of, join, leave, members_of};
pub(crate) use permission::{Permission, change as change_permissions, holds};
pub(crate) use record::{Asset, Document, Scope, commit_change, commit_new};
pub(crate) use tag::{TAGS, put_tags};
pub(crate) use version::Version;
