//! A platform of one's own, in a folder of its own, for as long as a command runs.

use std::{net::SocketAddr, path::Path, sync::Arc};

use anyhow::{Context, anyhow};
use aws::{Call, Invoke, Principal, door::Door};
use serde_json::Value;
use server::{Config, Listener, Platform};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// All services, and a listener for jobs that need one.
pub(crate) struct Stage {
    platform: Platform,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    /// Removed when it is dropped.
    _folder: Option<TempDir>,
}

impl Stage {
    /// Opens the services on `data`, or on a folder that is removed at the end.
    pub(crate) async fn open(data: Option<&Path>) -> anyhow::Result<Self> {
        let folder = match data {
            Some(_) => None,
            None => Some(
                tempfile::Builder::new()
                    .prefix("taxiway-")
                    .tempdir()
                    .context("cannot make a temporary folder")?,
            ),
        };
        let path = data.or(folder.as_ref().map(TempDir::path));
        let data = path.map(Path::to_path_buf).unwrap_or_default();
        std::fs::create_dir_all(&data)
            .with_context(|| format!("cannot make the data folder {}", data.display()))?;
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data,
            allow_hosts: Vec::new(),
            throttle: Vec::new(),
            endpoints: Vec::new(),
            endpoint_keys: None,
            credentials: None,
            keep_days: None,
            spice_bytes: None,
        };
        let listener = Listener::bind(config.listen, &config.data).await?;
        let platform = Platform::open(&config, listener.address()).await?;
        platform.start();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(listener.serve(platform.door(), async { drop(stopped.await) }));
        Ok(Self {
            platform,
            stop,
            serving,
            _folder: folder,
        })
    }

    pub(crate) fn door(&self) -> Arc<Door> {
        self.platform.door()
    }

    pub(crate) async fn close(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
        self.platform.stop().await;
    }
}

/// Calls an operation of Step Functions; the error names it.
pub(crate) async fn call(
    door: &dyn Invoke,
    operation: &str,
    input: Value,
) -> anyhow::Result<Value> {
    let call = Call {
        service: "states".into(),
        operation: operation.into(),
        input,
        principal: Principal::root("000000000000", "us-east-1"),
        request_id: "run".into(),
    };
    let answer = door.call(call).await;
    answer.map_err(|e| anyhow!("{operation}: {e}"))
}
