//! AWS Step Functions: the durable driver around the interpreter, the integrations of Task states, and the API.

mod activities;
mod answers;
mod api;
pub mod arn;
mod buckets;
mod bus;
mod connections;
mod driver;
pub mod execution;
#[cfg(test)]
mod formats;
mod ids;
mod integrations;
pub mod invariants;
pub mod machine;
mod machines;
pub mod map_run;
mod names;
mod paging;
mod quotas;
mod refusal;
mod results;
mod rows;
mod service;
mod surveys;
mod tables;

pub use answers::{Answer, Answers};
pub use api::Following;
pub use buckets::{BucketError, BucketObject, Buckets};
pub use connections::{Connections, HttpAnswer, HttpError, HttpRequest, HttpSent};
pub use integrations::{Offered, offered};
pub use quotas::quotas;
pub use service::StepFunctions;
pub use surveys::Surveyed;
