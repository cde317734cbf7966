//! Output and event logs to S3, when the job has ended: `LogUri/CLUSTER/jobs/JOB/…`.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures::Stream;
use objects::PutRequest;
use tokio::io::AsyncReadExt;

use super::{Output, delivered_as, event_logs_below};
use crate::{job::JobRun, runner::Folder, s3_uri::S3Uri, service::Emr};

/// How much of a file is held at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// Delivers a job run's outputs and event logs. What cannot be delivered is told in our log; the job run's
/// state does not suffer. Repeated after a crash it writes the same objects again.
pub(crate) async fn deliver(emr: &Emr, job: &JobRun, folder: &Folder, event_logs: &Path) {
    let Some(monitoring) = job.monitoring() else {
        return;
    };
    let Some(s3) = &monitoring.s3_monitoring_configuration else {
        return;
    };
    let Some(to) = S3Uri::parse(&s3.log_uri) else {
        tracing::warn!(
            job = job.id,
            uri = s3.log_uri,
            "the logUri is no s3:// path"
        );
        return;
    };
    for output in Output::BOTH {
        let from = match output {
            Output::Stdout => folder.stdout(),
            Output::Stderr => folder.stderr(),
        };
        let key = to.below(&delivered_as(job, output));
        let sent = send_compressed(emr, &to.bucket, &key, from).await;
        tell(job, &key, sent);
    }
    if monitoring.persistent_app_ui.as_deref() != Some("DISABLED") {
        for (name, from) in files(event_logs) {
            let key = to.below(&format!("{}{name}", event_logs_below(job)));
            let sent = send(emr, &to.bucket, &key, &from, "application/json").await;
            tell(job, &key, sent);
        }
    }
}

fn tell(job: &JobRun, key: &str, sent: io::Result<()>) {
    if let Err(e) = sent {
        tracing::warn!(job = job.id, key, error = %e, "a log could not be written to S3");
    }
}

/// Returns the event logs in a folder by name.
pub(crate) fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(Result::ok)
        .filter(|e| e.path().is_file())
        .map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()))
        // Hadoop's checksum files.
        .filter(|(name, _)| !name.starts_with('.'))
        .collect()
}

async fn send_compressed(emr: &Emr, bucket: &str, key: &str, from: PathBuf) -> io::Result<()> {
    let mut packed = from.clone().into_os_string();
    packed.push(".gz");
    let packed = PathBuf::from(packed);
    let into = packed.clone();
    tokio::task::spawn_blocking(move || compress(&from, &into))
        .await
        .map_err(io::Error::other)??;
    let sent = send(emr, bucket, key, &packed, "application/x-gzip").await;
    // The output itself stays in the folder.
    let _ = std::fs::remove_file(&packed);
    sent
}

/// Compresses a file; one that is not there is empty.
fn compress(from: &Path, into: &Path) -> io::Result<()> {
    let mut out = GzEncoder::new(BufWriter::new(File::create(into)?), Compression::default());
    match File::open(from) {
        Ok(file) => drop(io::copy(&mut BufReader::new(file), &mut out)?),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(e),
    }
    out.finish()?
        .into_inner()
        .map_err(io::Error::other)
        .map(drop)
}

async fn send(
    emr: &Emr,
    bucket: &str,
    key: &str,
    from: &Path,
    content_type: &str,
) -> io::Result<()> {
    let body = read(tokio::fs::File::open(from).await?);
    let request = PutRequest::of_type(content_type);
    let put = emr.objects.put(bucket, key, request, body);
    put.await.map(drop).map_err(io::Error::other)
}

fn read(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> + Send {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let limit = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
        (&mut file).take(limit).read_to_end(&mut chunk).await?;
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    })
}
