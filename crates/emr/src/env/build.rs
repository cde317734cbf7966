//! Making the environment: in a temporary folder, put in place by rename, by one process at a time.

use std::{
    collections::BTreeMap,
    env, fmt, fs,
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    EnvError, Progress, Report, jars,
    java::{self, Java},
    python::{self, Interpreter},
};

/// The newest of the 3.5 line, the last that runs EMR 6's and 7's scripts as they are.
const PYSPARK: &str = "3.5.9";

/// Goes into Python's site-packages: gives scripts the `SaveMode` that Scala's have.
const SAVE_MODE: &str = include_str!("taxiway_savemode.py");

/// Raised when the layout of the folder changes.
const LAYOUT: &str = "1";

/// Returns the user's cache folder: `TAXIWAY_CACHE`, else `taxiway` in `XDG_CACHE_HOME` or in `~/.cache`.
pub fn cache_folder() -> PathBuf {
    if let Some(folder) = env::var_os("TAXIWAY_CACHE") {
        return folder.into();
    }
    let own = || env::home_dir().unwrap_or_default().join(".cache");
    env::var_os("XDG_CACHE_HOME")
        .map_or_else(own, PathBuf::from)
        .join("taxiway")
}

/// Makes the user's environment with its class archive, where they are not there yet. Blocks. What is being
/// done is said in words, again and again.
pub fn prepare(say: &mut (dyn FnMut(&str) + Send)) -> Result<Environment, EnvError> {
    let say = Mutex::new(say);
    let report = |progress: Progress<'_>| {
        let words = match progress {
            Progress::Started { step } => step.to_owned(),
            Progress::Advanced {
                step,
                done_bytes,
                total_bytes,
            } => format!(
                "{step}: {} of {} KiB",
                done_bytes / 1024,
                total_bytes / 1024
            ),
            Progress::Said { step, line } => format!("{step}: {line}"),
            Progress::Finished { .. } => return,
        };
        (say.lock())(&words);
    };
    let environment = Environment::ensure(&Setup::from_env(), &report)?;
    environment.make_archive(&report)?;
    Ok(environment)
}

/// Where environments are made, and from what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    pub cache_dir: PathBuf,
    /// A Maven repository to take the jars from instead of Maven Central.
    pub maven_url: Option<String>,
}

impl Setup {
    /// Returns the user's own: the [`cache_folder`], and `TAXIWAY_MAVEN_URL`.
    pub fn from_env() -> Self {
        Self {
            cache_dir: cache_folder(),
            maven_url: env::var("TAXIWAY_MAVEN_URL").ok(),
        }
    }

    fn name() -> String {
        let mut hash = Sha256::new();
        for part in [LAYOUT, PYSPARK, jars::MANIFEST, SAVE_MODE] {
            hash.update(part);
            hash.update([0]);
        }
        let hash = hex::encode(hash.finalize());
        format!("spark-{PYSPARK}-{}", &hash[..10])
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.cache_dir.join(Self::name())
    }
}

/// What `environment.json` keeps; paths are relative to its folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Layout {
    v: u32,
    python: PathBuf,
    site_packages: PathBuf,
    interpreter: PathBuf,
    interpreter_minor: u32,
}

/// An environment that is there and whole.
#[derive(Clone, Debug)]
pub struct Environment {
    pub(super) root: PathBuf,
    python: PathBuf,
    spark_home: PathBuf,
    pub(super) java: Java,
}

impl Environment {
    /// Returns the environment, making it first where needed: that takes a minute and the network once.
    /// Blocks; two processes do not collide. A crash in between leaves nothing that counts as an environment.
    pub fn ensure(setup: &Setup, report: &Report<'_>) -> Result<Self, EnvError> {
        let root = setup.folder();
        if let Some(layout) = layout(&root)
            && let Some(java) = find_java(&root, &layout)
        {
            return Ok(Self::of(&root, &layout, java));
        }
        fs::create_dir_all(&setup.cache_dir).map_err(EnvError::io(format!(
            "make the folder {}",
            setup.cache_dir.display()
        )))?;
        let _lock = lock(
            &setup.cache_dir.join(format!("{}.lock", Setup::name())),
            report,
        )?;
        let layout = match layout(&root) {
            Some(layout) => layout,
            None => build(setup, &root, report)?,
        };
        let java = match find_java(&root, &layout) {
            Some(java) => java,
            None => install_java(&root, &layout, report)?,
        };
        Ok(Self::of(&root, &layout, java))
    }

    pub(super) fn of(root: &Path, layout: &Layout, java: Java) -> Self {
        Self {
            python: root.join(&layout.python),
            spark_home: root.join(&layout.site_packages).join("pyspark"),
            root: root.to_owned(),
            java,
        }
    }

    pub fn java(&self) -> &Path {
        &self.java.path
    }

    pub fn python(&self) -> &Path {
        &self.python
    }

    pub fn spark_home(&self) -> &Path {
        &self.spark_home
    }

    /// Returns the class path of every job. The archive holds only for exactly this one, so nothing else is
    /// on it: no folder of settings above all.
    pub fn class_path(&self) -> String {
        format!("{}/jars/*", self.spark_home.display())
    }

    /// Returns the variables that Spark needs.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let text = |p: &Path| p.display().to_string();
        let path = env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into());
        let bin = self.python.parent().map(text).unwrap_or_default();
        let mut variables = BTreeMap::from([
            ("SPARK_HOME".into(), text(&self.spark_home)),
            ("PYSPARK_PYTHON".into(), text(&self.python)),
            ("PYSPARK_DRIVER_PYTHON".into(), text(&self.python)),
            ("PATH".into(), format!("{bin}:{path}")),
        ]);
        for name in ["HOME", "LANG", "LC_ALL", "TZ", "USER"] {
            if let Ok(value) = env::var(name) {
                variables.insert(name.into(), value);
            }
        }
        variables
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let java = self.java.version.lines().next().unwrap_or_default();
        write!(f, "Spark {PYSPARK}, {java}, in {}", self.root.display())
    }
}

pub(super) fn layout(root: &Path) -> Option<Layout> {
    let text = fs::read(root.join("environment.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

pub(super) fn find_java(root: &Path, layout: &Layout) -> Option<Java> {
    java::of_the_machine().or_else(|| java::of_the_environment(&root.join(&layout.site_packages)))
}

/// Waits for the lock that one maker of environments holds; it is let go when the file is dropped.
pub(super) fn lock(path: &Path, report: &Report<'_>) -> Result<File, EnvError> {
    let open = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path);
    let file = open.map_err(EnvError::io(format!("open {}", path.display())))?;
    if file.try_lock().is_err() {
        let step = "another process that prepares Spark";
        report(Progress::Started { step });
        file.lock()
            .map_err(EnvError::io(format!("lock {}", path.display())))?;
        report(Progress::Finished { step });
    }
    Ok(file)
}

fn build(setup: &Setup, root: &Path, report: &Report<'_>) -> Result<Layout, EnvError> {
    let temp = setup
        .cache_dir
        .join(format!("{}.{}.making", Setup::name(), std::process::id()));
    let made = build_in(&temp, setup, report);
    let put = made.and_then(|layout| {
        // What is in the way was never whole: it has no `environment.json`.
        let _ = fs::remove_dir_all(root);
        fs::rename(&temp, root)
            .map_err(EnvError::io(format!("put {} in place", root.display())))?;
        Ok(layout)
    });
    if put.is_err() {
        let _ = fs::remove_dir_all(&temp);
    }
    put
}

fn build_in(temp: &Path, setup: &Setup, report: &Report<'_>) -> Result<Layout, EnvError> {
    let _ = fs::remove_dir_all(temp);
    fs::create_dir_all(temp)
        .map_err(EnvError::io(format!("make the folder {}", temp.display())))?;
    let interpreter = install_pyspark(temp, report)?;
    let site_packages = site_packages(interpreter.minor);
    let jar_folder = temp.join(&site_packages).join("pyspark/jars");
    let by_hand = setup.cache_dir.join("jars");
    jars::provide(&jar_folder, &by_hand, setup.maven_url.as_deref(), report)?;
    let python = temp.join(&site_packages);
    let write = |name: &str, text: &str| {
        fs::write(python.join(name), text).map_err(EnvError::io(format!("write {name}")))
    };
    write("taxiway_savemode.py", SAVE_MODE)?;
    write("taxiway.pth", "import taxiway_savemode\n")?;
    let layout = Layout {
        v: 1,
        python: "python/bin/python".into(),
        site_packages,
        interpreter: interpreter.path,
        interpreter_minor: interpreter.minor,
    };
    let text = serde_json::to_vec_pretty(&layout).map_err(|e| EnvError::Tool {
        program: "environment.json".into(),
        said: e.to_string(),
    })?;
    fs::write(temp.join("environment.json"), text)
        .map_err(EnvError::io("write environment.json"))?;
    Ok(layout)
}

fn site_packages(minor: u32) -> PathBuf {
    format!("python/lib/python3.{minor}/site-packages").into()
}

/// Installs pyspark with the first interpreter that manages to.
fn install_pyspark(temp: &Path, report: &Report<'_>) -> Result<Interpreter, EnvError> {
    let step = "Spark 3.5 (some 300 MB, once)";
    report(Progress::Started { step });
    let package = format!("pyspark=={PYSPARK}");
    let mut last = EnvError::NoPython;
    for interpreter in python::interpreters() {
        let mut packages = vec![package.as_str()];
        if interpreter.minor >= 12 {
            // pyspark 3.5 imports distutils, which Python 3.12 no longer has.
            packages.push("setuptools<81");
        }
        let made = python::make(&interpreter, &temp.join("python"), step, report);
        match made.and_then(|installer| installer.install(&packages, step, report)) {
            Ok(()) => {
                report(Progress::Finished { step });
                return Ok(interpreter);
            }
            Err(e) => {
                last = EnvError::Install {
                    version: PYSPARK,
                    python: interpreter.path,
                    said: e.full(),
                }
            }
        }
    }
    Err(last)
}

fn install_java(root: &Path, layout: &Layout, report: &Report<'_>) -> Result<Java, EnvError> {
    let interpreter = Interpreter {
        path: layout.interpreter.clone(),
        minor: layout.interpreter_minor,
    };
    let site_packages = root.join(&layout.site_packages);
    let installer = python::installer(&interpreter, &root.join("python"));
    java::install(&installer, &site_packages, report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_what_is_inside() {
        let name = Setup::name();
        assert!(
            name.starts_with("spark-3.5.9-") && name.len() == 22,
            "{name}"
        );
    }

    #[test]
    fn half_an_environment_is_none() {
        let cache = tempfile::tempdir().unwrap();
        let setup = Setup {
            cache_dir: cache.path().to_owned(),
            maven_url: None,
        };
        fs::create_dir_all(setup.folder().join("python")).unwrap();
        assert!(layout(&setup.folder()).is_none());
    }
}
