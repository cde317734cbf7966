//! `taxiway backup` and `taxiway restore`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use emr::runner::Folder;
use store::snapshot::{self, SnapshotError};
use workflow::invariants::{Moments, Survey, survey_at};

use crate::log;

#[derive(clap::Args)]
pub(crate) struct BackupArguments {
    /// The data folder; its server may run
    #[arg(long, default_value = "./.taxiway", env = "TAXIWAY_DATA")]
    data: PathBuf,
    /// The archive to write; must not exist yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(clap::Args)]
pub(crate) struct RestoreArguments {
    /// An archive that `taxiway backup` wrote
    file: PathBuf,
    /// The data folder to make; must be new or empty
    #[arg(long, required_unless_present = "check")]
    data: Option<PathBuf>,
    /// Check the archive and restore nothing
    #[arg(long, conflicts_with = "data")]
    check: bool,
}

/// Exit codes: 0 the archive is whole and named, 1 there is none.
pub(crate) fn backup(arguments: BackupArguments) -> ExitCode {
    finish(
        backup::create(&arguments.data, &arguments.output)
            .map(|(manifest, frozen)| {
                println!(
                    "{}: {} files, {}; writers waited {:.1} ms",
                    arguments.output.display(),
                    manifest.files.len(),
                    size(manifest.size()),
                    frozen.as_secs_f64() * 1e3
                );
            })
            .map_err(Into::into),
    )
}

/// Exit codes: 0 restored (or sound, with `--check`), 1 nothing was restored.
pub(crate) fn restore(arguments: RestoreArguments) -> ExitCode {
    finish(restored(&arguments))
}

fn restored(arguments: &RestoreArguments) -> anyhow::Result<()> {
    let Some(data) = &arguments.data else {
        let look = |folder: &Path| survey(&folder.join("taxiway.db"));
        let (manifest, survey) = backup::check(&arguments.file, look)?;
        let survey = survey?.unwrap_or_default();
        if survey.found > 0 {
            anyhow::bail!("{}: {}", arguments.file.display(), said(&survey));
        }
        println!(
            "{} is sound: {} files, {}; {} executions",
            arguments.file.display(),
            manifest.files.len(),
            size(manifest.size()),
            survey.executions
        );
        return Ok(());
    };
    let manifest = backup::restore(&arguments.file, data)?;
    disown_jobs(&data.join("jobs")).context("cannot prepare the job runs that were under way")?;
    // It is restored all the same: there may be no other backup.
    match survey(&data.join("taxiway.db")) {
        Ok(Some(survey)) if survey.found > 0 => eprintln!("warning: {}", said(&survey)),
        Ok(_) => {}
        Err(error) => eprintln!("warning: its executions cannot be surveyed: {error}"),
    }
    println!(
        "{}: {} files, {}; start it with: taxiway serve --data {}",
        data.display(),
        manifest.files.len(),
        size(manifest.size()),
        data.display()
    );
    Ok(())
}

/// Looks at every execution in a store; a server may go on writing it. None: the file is of an older format.
pub(crate) fn survey(path: &Path) -> anyhow::Result<Option<Survey>> {
    if let Err(SnapshotError::Older { .. }) = snapshot::moment(path) {
        return Ok(None);
    }
    let now = || {
        snapshot::moment(path).map_err(|error| store::StoreError::Failed {
            what: error.to_string(),
        })
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let moments = Moments {
        now: &now,
        rests: 0,
    };
    Ok(Some(runtime.block_on(survey_at(&moments))?))
}

/// Says what does not hold.
fn said(survey: &Survey) -> String {
    let first: Vec<_> = survey
        .broken
        .iter()
        .take(3)
        .map(ToString::to_string)
        .collect();
    format!(
        "what is kept of executions does not fit together, {} findings: {}",
        survey.found,
        first.join("; ")
    )
}

/// The job runs that were under way run on, if at all, where the backup was made; here they are lost.
fn disown_jobs(jobs: &Path) -> io::Result<()> {
    for job in folders(jobs)? {
        for attempt in folders(&job)? {
            Folder(attempt).disown()?;
        }
    }
    Ok(())
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let paths = entries.map(|entry| entry.map(|e| e.path()));
    Ok(paths
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .filter(|p| p.is_dir())
        .collect())
}

fn finish(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Says a number of bytes in the unit that fits.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
