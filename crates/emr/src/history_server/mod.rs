//! Spark's History Server over the event logs of job runs: started when it is first wanted, on a free port of the
//! loopback, from the same private environment as the jobs. It shows only the job runs that were opened in it.

mod logs;
mod pages;
mod process;

use std::{path::PathBuf, sync::Arc, time::Duration};

use aws::{ApiError, Context};
use parking_lot::Mutex;
use tokio::sync::{Mutex as AsyncMutex, Notify};

use self::process::Process;
use crate::{
    env::{Environment, Setup, silent},
    service::Emr,
};

/// How long it stays without anybody opening a job run: its memory is better used elsewhere.
const IDLE: Duration = Duration::from_secs(60 * 60);

/// The History Server of this process, whether it runs or not.
#[derive(Debug)]
pub(crate) struct HistoryServer {
    /// Holds the event logs that it shows.
    folder: PathBuf,
    setup: Setup,
    /// Held while it is started, so that two requests do not start two.
    running: AsyncMutex<Arc<Mutex<Option<Process>>>>,
    used: Arc<Notify>,
}

/// Why a job run cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryError {
    #[error("the Spark History Server could not be started: {0}")]
    Start(String),
    #[error("the Spark History Server does not show the application {application}")]
    Unread { application: String },
    #[error("the event log could not be read")]
    Io(#[from] std::io::Error),
}

impl HistoryServer {
    /// Nothing is started yet. What another server left in the folder is taken away.
    pub(crate) fn new(folder: PathBuf, setup: Setup) -> Self {
        Self {
            folder,
            setup,
            running: AsyncMutex::default(),
            used: Arc::default(),
        }
    }

    /// Returns the port that it listens on, started first where needed.
    async fn port(&self) -> Result<u16, HistoryError> {
        let running = self.running.lock().await;
        self.used.notify_one();
        if let Some(process) = &mut *running.lock()
            && process.is_alive()
        {
            return Ok(process.port());
        }
        let setup = self.setup.clone();
        let made = tokio::task::spawn_blocking(move || Environment::ensure(&setup, &silent));
        let environment = made
            .await
            .map_err(|e| HistoryError::Start(e.to_string()))?
            .map_err(|e| HistoryError::Start(e.full()))?;
        let process = Process::start(&environment, &self.folder).await?;
        let port = process.port();
        *running.lock() = Some(process);
        tracing::info!(port, "the Spark History Server was started");
        tokio::spawn(end_when_idle(
            Arc::clone(&running),
            Arc::clone(&self.used),
            port,
        ));
        Ok(port)
    }
}

async fn end_when_idle(running: Arc<Mutex<Option<Process>>>, used: Arc<Notify>, port: u16) {
    while tokio::time::timeout(IDLE, used.notified()).await.is_ok() {}
    let mut running = running.lock();
    // Another one may have taken its place.
    if running
        .as_ref()
        .is_some_and(|process| process.port() == port)
    {
        *running = None;
        tracing::info!(port, "the Spark History Server was ended: nobody used it");
    }
}

impl Emr {
    /// Returns the address at which the History Server shows a job run's last application.
    ///
    /// **Errors**: as DescribeJobRun has them; `ResourceNotFoundException` when it has left no event log (yet).
    pub async fn spark_ui(
        &self,
        context: &Context,
        virtual_cluster: &str,
        id: &str,
    ) -> Result<String, ApiError> {
        let job = self.job(context, virtual_cluster, id).await?;
        let failed = |e: HistoryError| {
            let mut error = ApiError::new("SparkHistoryServerException", e.to_string());
            error.status = 500;
            error
        };
        let application = logs::gather(self, &job, &self.history.folder)
            .await
            .map_err(failed)?
            .ok_or_else(|| {
                let message = "The job run has left no event log: it has not started Spark (yet), or its logs are gone.";
                ApiError::new("ResourceNotFoundException", message).with_status(404)
            })?;
        let port = self.history.port().await.map_err(failed)?;
        process::wait_for(port, &application)
            .await
            .map_err(failed)?;
        Ok(format!("http://127.0.0.1:{port}/history/{application}/"))
    }
}
