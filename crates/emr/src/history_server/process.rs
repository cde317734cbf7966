//! The History Server's process. It ends with this one, however this one ends.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdin, Command},
    time::{Instant, sleep, timeout},
};

use super::HistoryError;
use crate::env::Environment;

/// A JVM with its jars read from a cold disk.
const START: Duration = Duration::from_secs(60);
/// It looks for new logs every second and reads a large one in some seconds.
const READ: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(200);

/// Becomes the command; beside it somebody waits for the end of the pipe that this process holds, and then ends it.
/// So the server is gone even if this process was killed.
const GUARD: &str = "exec 3<&0; { read -r _ <&3; kill $$ 2>/dev/null; } >/dev/null 2>&1 & exec \"$@\" 3<&- </dev/null";

#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    port: u16,
    /// The pipe whose end ends it.
    _pipe: Option<ChildStdin>,
}

impl Process {
    /// Starts the server over a folder of event logs and waits until it listens.
    pub(super) async fn start(
        environment: &Environment,
        folder: &Path,
    ) -> Result<Self, HistoryError> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", GUARD, "spark-history-server"])
            .arg(environment.java())
            .args(arguments(environment, folder))
            .env_clear()
            .envs(environment.variables())
            // It binds what this says, and looks up no names.
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .env("SPARK_LOCAL_HOSTNAME", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        let pipe = child.stdin.take();
        let Some(said) = child.stderr.take() else {
            return Err(HistoryError::Start("its output is lost".into()));
        };
        let mut lines = BufReader::new(said).lines();
        let port = match timeout(START, find_port(&mut lines)).await {
            Ok(Ok(port)) => port,
            Ok(Err(said)) => return Err(HistoryError::Start(said)),
            Err(_) => return Err(HistoryError::Start("it did not listen in time".into())),
        };
        // What it says further would fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            port,
            _pipe: pipe,
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

fn arguments(environment: &Environment, folder: &Path) -> Vec<String> {
    let mut arguments = vec!["-Xmx512m".to_owned(), "-XX:TieredStopAtLevel=1".to_owned()];
    arguments.extend(Environment::module_options());
    if let Some(archive) = environment.archive() {
        arguments.push(format!("-XX:SharedArchiveFile={}", archive.display()));
    }
    for (name, value) in [
        (
            "spark.history.fs.logDirectory",
            format!("file://{}", folder.display()),
        ),
        ("spark.history.ui.port", "0".into()),
        ("spark.history.fs.update.interval", "1s".into()),
        ("spark.history.fs.cleaner.enabled", "false".into()),
        ("spark.history.retainedApplications", "10".into()),
    ] {
        arguments.push(format!("-D{name}={value}"));
    }
    arguments.extend([
        "-cp".into(),
        environment.class_path(),
        "org.apache.spark.deploy.history.HistoryServer".into(),
    ]);
    arguments
}

/// Reads until the server says where it listens. **Errors**: the last lines, when it ended before.
async fn find_port(lines: &mut Lines<BufReader<ChildStderr>>) -> Result<u16, String> {
    let mut last = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(port) = port_in(&line) {
            return Ok(port);
        }
        last.push(line);
        if last.len() > 5 {
            last.remove(0);
        }
    }
    Err(last.join("; "))
}

/// `… Successfully started service 'HistoryServerUI' on port 43211.`
fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("Successfully started service")?;
    let (_, port) = rest.rsplit_once("on port ")?;
    port.trim_end_matches('.').trim().parse().ok()
}

/// Waits until the server shows an application.
pub(super) async fn wait_for(port: u16, application: &str) -> Result<(), HistoryError> {
    let url = format!("http://127.0.0.1:{port}/api/v1/applications/{application}");
    let until = Instant::now() + READ;
    loop {
        let url = url.clone();
        let asked = tokio::task::spawn_blocking(move || ureq::get(&url).call().is_ok());
        if asked.await.unwrap_or(false) {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(HistoryError::Unread {
                application: application.to_owned(),
            });
        }
        sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_in_a_line_of_spark_s() {
        let line = "25/01/01 00:00:00 INFO Utils: Successfully started service 'HistoryServerUI' on port 43211.";
        assert_eq!(port_in(line), Some(43211));
        assert_eq!(port_in("INFO HistoryServer: Bound HistoryServer"), None);
    }

    /// The guard is worth nothing if the command outlives the pipe.
    #[tokio::test]
    async fn what_is_guarded_ends_with_the_pipe() {
        let mut child = Command::new("/bin/sh")
            .args(["-c", GUARD, "guarded", "/bin/sleep", "600"])
            .stdin(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        assert!(matches!(child.try_wait(), Ok(None)));
        drop(child.stdin.take());
        let status = timeout(Duration::from_secs(20), child.wait())
            .await
            .unwrap();
        assert!(!status.unwrap().success());
    }
}
