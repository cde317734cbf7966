//! EMR on EKS: virtual clusters, job runs and job templates; the engines that run jobs; the runners that
//! look after them; and the part of the EKS API that this needs.

mod api;
mod attend;
mod change;
mod cluster;
mod config;
mod diagnose;
mod dispatch;
mod driver_log;
mod eks;
pub mod engine;
pub mod env;
mod events;
#[cfg(test)]
mod formats;
mod history_server;
mod ids;
mod job;
mod monitor;
mod observe;
mod outcome;
pub mod runner;
mod s3_uri;
mod service;
mod tables;
mod template;

pub use config::Config;
pub use driver_log::DriverLog;
pub use eks::Eks;
pub use job::{Configuration, JobDriver, SparkSqlJobDriver, SparkSubmitJobDriver};
pub use service::Emr;
