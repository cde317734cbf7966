//! STS: who a caller is, and temporary credentials that last through restarts.
//!
//! IAM's users, roles and policies are not kept: every well-formed role can be assumed, and session policies are
//! checked for form alone, because nothing is refused to anybody.

mod api;
mod role;
mod service;
mod session;

pub use role::{NotARole, RoleArn};
pub use service::Identity;
