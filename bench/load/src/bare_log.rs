//! The physical baseline: a plain file that gets the same bytes in as many appends, each made durable.

use std::{
    fs::OpenOptions,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;

/// Appends `bytes` in `commits` equal parts to a new file, with fdatasync after each; returns how long it took.
pub fn run(folder: &Path, commits: u64, bytes: u64) -> Result<Duration> {
    let path = folder.join("bare-log");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(&path)?;
    let part = vec![0x5a_u8; usize::try_from(bytes / commits.max(1))?];
    let began = Instant::now();
    for _ in 0..commits {
        file.write_all(&part)?;
        file.sync_data()?;
    }
    let took = began.elapsed();
    std::fs::remove_file(path)?;
    Ok(took)
}
