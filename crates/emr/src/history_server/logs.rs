//! Event logs to where the History Server reads them: from the job run's folder while it is there, which may still
//! grow, else from what was delivered to S3.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use futures::StreamExt;
use objects::ListRequest;
use tokio::io::AsyncWriteExt;

use super::HistoryError;
use crate::{job::JobRun, monitor, s3_uri::S3Uri, service::Emr};

/// What Spark adds to the name of a log that is still written.
const IN_PROGRESS: &str = ".inprogress";

/// Puts a job run's event logs into the folder. Returns the id of its last application, if it has left any log.
pub(super) async fn gather(
    emr: &Emr,
    job: &JobRun,
    folder: &Path,
) -> Result<Option<String>, HistoryError> {
    fs::create_dir_all(folder)?;
    let local = monitor::files(&emr.engine.event_logs(&emr.folder(job).0));
    if !local.is_empty() {
        for (name, from) in &local {
            link(from, &folder.join(name))?;
            forget_progress(folder, name)?;
        }
        return Ok(local.iter().map(|(name, _)| application(name)).max());
    }
    let names = fetch(emr, job, folder).await?;
    Ok(names.iter().map(|name| application(name)).max())
}

/// Returns the application's id, which names its log.
fn application(name: &str) -> String {
    let name = name.strip_suffix(IN_PROGRESS).unwrap_or(name);
    // A codec's name may follow.
    name.split('.').next().unwrap_or(name).to_owned()
}

fn link(from: &Path, to: &Path) -> io::Result<()> {
    let from = fs::canonicalize(from)?;
    if fs::read_link(to).is_ok_and(|at| at == from) {
        return Ok(());
    }
    remove(to)?;
    symlink(from, to)
}

/// A log that is whole takes the place of the one that was shown while it was written.
fn forget_progress(folder: &Path, name: &str) -> io::Result<()> {
    if name.ends_with(IN_PROGRESS) {
        return Ok(());
    }
    remove(&folder.join(format!("{name}{IN_PROGRESS}")))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Reads what was delivered to S3; what is here already is not read again. Returns the names.
async fn fetch(emr: &Emr, job: &JobRun, folder: &Path) -> Result<Vec<String>, HistoryError> {
    let s3 = job
        .monitoring()
        .and_then(|m| m.s3_monitoring_configuration.as_ref());
    let Some(to) = s3.and_then(|s3| S3Uri::parse(&s3.log_uri)) else {
        return Ok(Vec::new());
    };
    let request = ListRequest {
        prefix: to.below(&monitor::event_logs_below(job)),
        ..ListRequest::default()
    };
    // A bucket that is gone has no logs.
    let Ok(listing) = emr.objects.list(&to.bucket, &request).await else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for object in listing.objects {
        let name = object.key.rsplit('/').next().unwrap_or_default().to_owned();
        let path = folder.join(&name);
        let length = fs::metadata(&path).map(|m| m.len()).ok();
        if length != Some(object.size) {
            download(emr, &to.bucket, &object.key, &path).await?;
        }
        names.push(name);
    }
    Ok(names)
}

/// Nobody sees half a log: it is put in place when it is whole.
async fn download(emr: &Emr, bucket: &str, key: &str, to: &Path) -> Result<(), HistoryError> {
    let (_, mut body) = emr
        .objects
        .get(bucket, key, None)
        .await
        .map_err(io::Error::other)?;
    let part = hidden(to);
    let mut file = tokio::fs::File::create(&part).await?;
    while let Some(chunk) = body.next().await {
        file.write_all(&chunk.map_err(io::Error::other)?).await?;
    }
    file.flush().await?;
    remove(to)?;
    tokio::fs::rename(&part, to).await?;
    Ok(())
}

/// Spark passes over names that begin with a dot.
fn hidden(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_after_its_application() {
        for name in [
            "local-1700000000000",
            "local-1700000000000.inprogress",
            "local-1700000000000.zstd",
            "local-1700000000000.zstd.inprogress",
        ] {
            assert_eq!(application(name), "local-1700000000000");
        }
    }

    #[test]
    fn the_whole_log_takes_the_place_of_the_growing_one() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(&from).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("a.inprogress"), "1").unwrap();
        link(&from.join("a.inprogress"), &to.join("a.inprogress")).unwrap();
        fs::write(from.join("a"), "12").unwrap();
        for _ in 0..2 {
            link(&from.join("a"), &to.join("a")).unwrap();
            forget_progress(&to, "a").unwrap();
        }
        let names: Vec<_> = fs::read_dir(&to)
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        assert_eq!(names, ["a"]);
        assert_eq!(fs::read_to_string(to.join("a")).unwrap(), "12");
    }
}
