//! The data folder: is it there, whole, on a disk that keeps it, with room left.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use store::{Clock, SystemClock, snapshot};

use super::Finding;
use crate::backup::{size, survey};

/// Below this, a warning: a Spark job's shuffle alone may need as much.
const ROOM_BYTES: u64 = 2_000_000_000;
/// Below this the server would soon refuse work.
const LEAST_BYTES: u64 = 100_000_000;

/// File systems that forget, or that do not keep locks and syncs as SQLite needs them; see statfs(2).
const TMPFS: u64 = 0x0102_1994;
const NETWORK: [(u64, &str); 4] = [
    (0x6969, "NFS"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x517b, "SMB"),
];

pub(super) fn look(data: &Path, findings: &mut Vec<Finding>) {
    if !data.is_dir() {
        findings.push(Finding::warn(
            "data folder",
            format!("{} is not there", data.display()),
            "`taxiway serve` makes it; or name another with --data",
        ));
    } else {
        findings.push(folder(data));
        for file in ["taxiway.db", "objects.db", "logs.db", "spice.db"] {
            let path = data.join(file);
            if path.is_file() {
                findings.push(store_file(file, &path));
            }
        }
        let main = data.join("taxiway.db");
        if main.is_file() {
            findings.push(executions(&main));
        }
    }
    // The disk is that of the nearest folder that there is.
    let nearest = data
        .ancestors()
        .find(|p| p.is_dir())
        .unwrap_or(Path::new("."));
    findings.extend(disk(nearest));
    findings.push(clock(data));
}

fn folder(data: &Path) -> Finding {
    let check = "data folder";
    let path = data.join(".doctor");
    let tried = fs::write(&path, b"").and_then(|()| fs::remove_file(&path));
    match tried {
        Ok(()) => Finding::ok(check, format!("{} can be written", data.display())),
        Err(error) => Finding::fail(
            check,
            format!("{} cannot be written: {error}", data.display()),
            "give this user the folder, or name another with --data",
        ),
    }
}

fn store_file(file: &'static str, path: &Path) -> Finding {
    let bytes = fs::metadata(path).map_or(0, |m| m.len());
    let next = "stop the server, keep a copy of the data folder, and restore the last backup with `taxiway restore`";
    match snapshot::check(path) {
        Ok(found) if found.is_empty() => Finding::ok(
            file,
            format!("every page, index and row is sound ({})", size(bytes)),
        ),
        Ok(found) => Finding::fail(file, format!("damaged: {}", found.join("; ")), next),
        Err(error @ snapshot::SnapshotError::Newer { .. }) => {
            Finding::fail(file, error.to_string(), "use a Taxiway that is as new")
        }
        Err(error) => Finding::fail(file, error.to_string(), next),
    }
}

/// Looks at every execution, each page of them as it is at one moment, so that a server may run beside.
fn executions(path: &Path) -> Finding {
    let check = "executions";
    let next = "keep a copy of the data folder and tell Taxiway's authors; a backup of before has them as they were";
    match survey(path) {
        Ok(None) => Finding::ok(check, "of an older format, which is not surveyed"),
        Ok(Some(survey)) if survey.found == 0 => Finding::ok(
            check,
            format!(
                "what is kept of {} executions, {} of them running, fits together",
                survey.executions, survey.open
            ),
        ),
        Ok(Some(survey)) => {
            let first: Vec<_> = survey
                .broken
                .iter()
                .take(3)
                .map(ToString::to_string)
                .collect();
            let said = format!("{} findings: {}", survey.found, first.join("; "));
            Finding::fail(check, said, next)
        }
        Err(error) => Finding::fail(check, format!("cannot be surveyed: {error}"), next),
    }
}

fn disk(folder: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Ok(fs) = rustix::fs::statvfs(folder) {
        let (free, total) = (fs.f_bavail * fs.f_frsize, fs.f_blocks * fs.f_frsize);
        let said = format!("{} free of {}", size(free), size(total));
        let next = "make room; a server whose disk is full refuses new work until there is some";
        findings.push(match free {
            0..LEAST_BYTES => Finding::fail("disk space", said, next),
            LEAST_BYTES..ROOM_BYTES => Finding::warn("disk space", said, next),
            _ => Finding::ok("disk space", said),
        });
    }
    #[cfg(target_os = "linux")]
    if let Ok(fs) = rustix::fs::statfs(folder) {
        let kind = u64::from((fs.f_type as u64 & 0xffff_ffff) as u32);
        if kind == TMPFS {
            findings.push(Finding::warn(
                "file system",
                format!("{} is in memory (tmpfs)", folder.display()),
                "what it holds is gone after a reboot; choose a disk with --data",
            ));
        } else if let Some((_, name)) = NETWORK.iter().find(|(known, _)| *known == kind) {
            findings.push(Finding::fail(
                "file system",
                format!("{} is on {name}", folder.display()),
                "SQLite's write-ahead log needs a local disk; choose one with --data",
            ));
        }
    }
    findings
}

/// Timers and schedules go by the clock: it must not be behind what was written already.
fn clock(data: &Path) -> Finding {
    let now_ms = SystemClock.now_ms();
    let next = "set the machine's clock, or let it be set (systemd-timesyncd, chrony)";
    // 2024-01-01: no build of Taxiway is older.
    if now_ms < 1_704_067_200_000 {
        return Finding::fail("clock", "the clock is years behind", next);
    }
    let written = fs::metadata(data.join("taxiway.db-wal"))
        .or_else(|_| fs::metadata(data.join("taxiway.db")))
        .and_then(|m| m.modified());
    let written_ms = written.ok().and_then(|at| {
        let since = at.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    });
    match written_ms.map(|at| at - now_ms) {
        Some(ahead) if ahead > 1_000 => {
            let ahead = Duration::from_millis(ahead.unsigned_abs());
            let said = format!("the data was written {} s in the future", ahead.as_secs());
            Finding::warn("clock", said, next)
        }
        _ => Finding::ok("clock", "not behind what was written"),
    }
}
