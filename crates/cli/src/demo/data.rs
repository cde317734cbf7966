//! The demo's input: made on the spot, or real files.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use testkit::tlc::{self, Colour, Summary};

use super::screen::Step;

/// The files of one colour.
pub(crate) struct Trips {
    pub colour: Colour,
    pub files: Vec<PathBuf>,
    /// What the job should find, where the trips were made here.
    pub expected: Option<Summary>,
}

/// Returns the trips of both colours: those of `given` where it has them, made ones in `folder` otherwise.
pub(crate) fn collect(
    given: Option<&Path>,
    folder: &Path,
    rows: u64,
    seed: u64,
) -> anyhow::Result<Vec<Trips>> {
    let found = given.map(real_files).transpose()?;
    let mut trips = Vec::new();
    for colour in [Colour::Yellow, Colour::Green] {
        let files: Vec<PathBuf> = found
            .iter()
            .flatten()
            .filter(|(c, _)| *c == colour)
            .map(|(_, p)| p.clone())
            .collect();
        if files.is_empty() {
            if given.is_some() {
                println!(
                    "  no {} taxi file is there: its trips are made",
                    colour.name()
                );
            }
            trips.push(make(colour, folder, rows, seed)?);
        } else {
            println!(
                "  {} taxi trips: {} real file(s)",
                colour.name(),
                files.len()
            );
            trips.push(Trips {
                colour,
                files,
                expected: None,
            });
        }
    }
    Ok(trips)
}

fn real_files(folder: &Path) -> anyhow::Result<Vec<(Colour, PathBuf)>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if !path.is_file() || !name.ends_with(".csv") {
            continue;
        }
        for colour in [Colour::Yellow, Colour::Green] {
            if name.contains(colour.name()) {
                found.push((colour, path.clone()));
            }
        }
    }
    if found.is_empty() {
        bail!("no *yellow*.csv and no *green*.csv in {}", folder.display());
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(found)
}

fn make(colour: Colour, folder: &Path, rows: u64, seed: u64) -> anyhow::Result<Trips> {
    let rows = match colour {
        Colour::Yellow => rows,
        // in the proportion of the real month
        Colour::Green => (rows * colour.full_rows() / Colour::Yellow.full_rows()).max(50),
    };
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}_tripdata_2020-01.csv", colour.name()));
    let step = Step::of(format!("{} taxi trips", colour.name()), rows);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let summary = tlc::write(colour, rows, seed, &mut out, |row| step.at(row))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let megabytes = fs::metadata(&path)?.len() as f64 / 1e6;
    step.done(&format!("{rows} rows, {megabytes:.1} MB made"));
    Ok(Trips {
        colour,
        files: vec![path],
        expected: Some(summary),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_colour_is_made() {
        let (given, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(
            given.path().join("yellow_tripdata_sample_2020-01.csv"),
            "trip_distance,total_amount\n",
        )
        .unwrap();
        let trips = collect(Some(given.path()), folder.path(), 1_000, 7).unwrap();
        assert!(trips[0].expected.is_none() && trips[0].files[0].starts_with(given.path()));
        assert!(trips[1].expected.is_some() && trips[1].files[0].starts_with(folder.path()));
    }

    #[test]
    fn an_empty_folder_is_an_error() {
        let given = tempfile::tempdir().unwrap();
        assert!(collect(Some(given.path()), given.path(), 10, 7).is_err());
    }
}
