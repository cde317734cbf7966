//! Finding a Python that Spark 3.5 runs on, and installing into a folder of its own.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{EnvError, Report, silent, tools};

/// The versions that pyspark 3.5 takes, the one that EMR's images are nearest to first.
const MINORS: [u32; 5] = [11, 10, 9, 8, 12];

/// An interpreter on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interpreter {
    pub(super) path: PathBuf,
    pub(super) minor: u32,
}

/// Returns the interpreters that fit, the best first.
pub(super) fn interpreters() -> Vec<Interpreter> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for path in candidates() {
        // A version manager's shim answers for whatever is chosen; what it stands for counts.
        let Some((real, minor)) = ask(&path) else {
            continue;
        };
        if MINORS.contains(&minor) && seen.insert(real.clone()) {
            found.push(Interpreter { path: real, minor });
        }
    }
    found.sort_by_key(|i| MINORS.iter().position(|m| *m == i.minor));
    found
}

fn candidates() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    if let Some(given) = env::var_os("TAXIWAY_PYTHON") {
        paths.push(given.into());
    }
    let folders: Vec<PathBuf> =
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    for minor in MINORS {
        paths.extend(folders.iter().map(|f| f.join(format!("python3.{minor}"))));
        paths.extend(managed(minor));
    }
    paths.extend(folders.iter().map(|f| f.join("python3")));
    paths.retain(|p| p.is_file());
    paths
}

/// Returns the interpreters that pyenv and uv keep in the home folder.
fn managed(minor: u32) -> Vec<PathBuf> {
    let Some(home) = env::home_dir() else {
        return Vec::new();
    };
    let pyenv = env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let mut found = Vec::new();
    for (folder, prefix) in [
        (pyenv.join("versions"), format!("3.{minor}.")),
        (
            home.join(".local/share/uv/python"),
            format!("cpython-3.{minor}."),
        ),
    ] {
        let entries = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok);
        let mut versions: Vec<PathBuf> = entries
            .filter(|e| e.file_name().to_string_lossy().starts_with(&prefix))
            .map(|e| e.path().join(format!("bin/python3.{minor}")))
            .collect();
        versions.sort();
        found.extend(versions.into_iter().rev());
    }
    found
}

/// Asks an interpreter who it is: the path of the real one and its minor version.
fn ask(path: &Path) -> Option<(PathBuf, u32)> {
    let code = "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)";
    let out = tools::run(Command::new(path).args(["-c", code]), "python", &silent).ok()?;
    let mut words = out.trim().splitn(3, ' ');
    let (major, minor, real) = (words.next()?, words.next()?, words.next()?);
    (major == "3").then_some(())?;
    Some((PathBuf::from(real), minor.parse().ok()?))
}

/// Returns whether a path is no Python that Spark 3.5 runs on.
pub(super) fn is_unfit(path: &Path) -> bool {
    !ask(path).is_some_and(|(_, minor)| MINORS.contains(&minor))
}

/// Makes a virtual environment without touching the machine's Python, with pip in it. Debian's Python has
/// no `ensurepip` until a package is installed; then the machine's own pip installs into it.
pub(super) fn make(
    interpreter: &Interpreter,
    folder: &Path,
    step: &str,
    report: &Report<'_>,
) -> Result<Installer, EnvError> {
    let venv = |extra: &[&str]| {
        tools::run(
            Command::new(&interpreter.path)
                .args(["-m", "venv", "--clear"])
                .args(extra)
                .arg(folder),
            step,
            report,
        )
    };
    if venv(&[]).is_err() {
        venv(&["--without-pip"])?;
    }
    Ok(installer(interpreter, folder))
}

/// Returns what installs into a virtual environment: its own pip, else the machine's.
pub(super) fn installer(interpreter: &Interpreter, folder: &Path) -> Installer {
    let target = folder.join(format!("lib/python3.{}/site-packages", interpreter.minor));
    if target.join("pip").is_dir() {
        return Installer {
            pip: folder.join("bin/python"),
            target: None,
        };
    }
    Installer {
        pip: interpreter.path.clone(),
        target: Some(target),
    }
}

/// What installs packages into the environment.
pub(super) struct Installer {
    pip: PathBuf,
    target: Option<PathBuf>,
}

impl Installer {
    pub(super) fn install(
        &self,
        packages: &[&str],
        step: &str,
        report: &Report<'_>,
    ) -> Result<(), EnvError> {
        let mut command = Command::new(&self.pip);
        command.args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
        ]);
        command.args(["--progress-bar", "off"]);
        if let Some(target) = &self.target {
            command.arg("--target").arg(target);
        }
        tools::run(command.args(packages), step, report).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_fit_for_spark_and_is_no_shim() {
        let found = interpreters();
        for interpreter in &found {
            assert!(MINORS.contains(&interpreter.minor), "{interpreter:?}");
            assert_eq!(
                ask(&interpreter.path),
                Some((interpreter.path.clone(), interpreter.minor))
            );
        }
    }
}
