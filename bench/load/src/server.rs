//! The server under measurement: a process with a data folder of its own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{client::Client, figures};

/// Where servers come from and where their data goes.
pub struct Place {
    binary: PathBuf,
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new(binary: PathBuf, scratch: Option<PathBuf>) -> Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("taxiway-load-");
        let folder = match scratch {
            Some(folder) => builder.tempdir_in(folder),
            None => builder.tempdir(),
        };
        Ok(Self {
            binary,
            folder: folder.context("cannot make a scratch folder")?,
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a server on an empty data folder.
    pub async fn server(&self) -> Result<Server> {
        let data = self.folder().join("data");
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        Server::start(&self.binary, &data).await
    }

    /// Starts a server on the data that an earlier one left.
    pub async fn again(&self) -> Result<Server> {
        Server::start(&self.binary, &self.folder().join("data")).await
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub data: PathBuf,
    /// From the start of the process to its ready line.
    pub ready_in: Duration,
}

impl Server {
    async fn start(binary: &Path, data: &Path) -> Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let stdout = child.stdout.take().context("no stdout")?;
        let line = BufReader::new(stdout).lines().next_line().await?;
        let ready_in = began.elapsed();
        let line = line.context("the server ended before it was ready")?;
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            bail!("no address in the server's first line: {line}");
        };
        Ok(Self {
            child,
            address,
            data: data.to_owned(),
            ready_in,
        })
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    pub async fn client(&self) -> Result<Client> {
        Client::connect(self.address).await
    }

    /// Returns the CPU time that the server has had.
    pub fn cpu(&self) -> Duration {
        figures::cpu_of(self.pid())
    }

    pub fn memory(&self) -> figures::Memory {
        figures::Memory::of(self.pid())
    }

    /// Waits until the server has had next to no CPU for a while.
    pub async fn idle(&self) {
        let mut before = self.cpu();
        let mut quiet = 0;
        while quiet < 5 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let now = self.cpu();
            quiet = if now - before <= Duration::from_millis(10) {
                quiet + 1
            } else {
                0
            };
            before = now;
        }
    }

    /// Ends the server as a crash would.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}
