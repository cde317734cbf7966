//! What runs a job: Spark for now.

mod jit;
mod log4j;
mod properties;
mod spark;
mod submit;
mod words;

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;

use crate::{
    job::{Configuration, JobDriver},
    runner::Spec,
};

pub use spark::{Spark, SparkConfig};

/// One attempt of a job run, as an engine needs it.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: String,
    pub account: String,
    pub region: String,
    pub driver: JobDriver,
    pub configurations: Vec<Configuration>,
    /// The attempt's own folder, which exists.
    pub folder: PathBuf,
    /// How long this entry point took last time.
    pub last_run_ms: Option<i64>,
}

/// Why an engine cannot run a job.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The job asks for what cannot be.
    #[error("{0}")]
    Request(String),
    /// The engine is not able to.
    #[error("{0}")]
    Engine(String),
}

/// A job engine.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Brings the engine up where needed and says what to run. Called again for an attempt whose answer was
    /// lost with the server; so it changes nothing but files in the attempt's folder and caches.
    async fn plan(&self, job: &Job) -> Result<Spec, EngineError>;

    /// Returns where the attempt leaves its event logs.
    fn event_logs(&self, folder: &std::path::Path) -> PathBuf;

    /// Does in the background what makes later jobs start faster.
    fn warm_up(self: Arc<Self>) {}
}
