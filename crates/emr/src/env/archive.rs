//! The class archive (AppCDS): Spark's classes as the JVM keeps them in memory, written once.
//!
//! An archive holds for one JVM and one list of jars; with another it is switched off in silence. So its
//! name is made of exactly these, and a new one is made when they change.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};

use super::{EnvError, Environment, Progress, Report, build, tools};

/// Does what short jobs do, S3 included, so that their classes are loaded when the archive is written.
const TRAINING: &str = include_str!("training.py");

const STEP: &str = "Spark's class archive (once)";

/// What Spark's own launcher passes for Java 17.
const OPENED: [&str; 14] = [
    "java.lang",
    "java.lang.invoke",
    "java.lang.reflect",
    "java.io",
    "java.net",
    "java.nio",
    "java.util",
    "java.util.concurrent",
    "java.util.concurrent.atomic",
    "jdk.internal.ref",
    "sun.nio.ch",
    "sun.nio.cs",
    "sun.security.action",
    "sun.util.calendar",
];

impl Environment {
    /// Returns the JVM options that Spark needs on Java 17.
    pub fn module_options() -> Vec<String> {
        let mut options = vec!["-XX:+IgnoreUnrecognizedVMOptions".to_owned()];
        options.extend(OPENED.map(|p| format!("--add-opens=java.base/{p}=ALL-UNNAMED")));
        options.push("--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED".into());
        options.push("-Djdk.reflect.useDirectMethodHandle=false".into());
        options
    }

    /// Returns the class archive for this JVM and these jars, when it was made.
    pub fn archive(&self) -> Option<PathBuf> {
        self.archive_path().ok().filter(|p| p.is_file())
    }

    /// Makes the class archive where it is not there; some 20 seconds. Blocks. A crash in between leaves
    /// nothing that counts.
    pub fn make_archive(&self, report: &Report<'_>) -> Result<PathBuf, EnvError> {
        let path = self
            .archive_path()
            .map_err(EnvError::io("read the list of Spark's jars"))?;
        if path.is_file() {
            return Ok(path);
        }
        let folder = self.root.join("cds");
        fs::create_dir_all(&folder).map_err(EnvError::io(format!(
            "make the folder {}",
            folder.display()
        )))?;
        let _lock = build::lock(&folder.join("lock"), report)?;
        if path.is_file() {
            return Ok(path);
        }
        report(Progress::Started { step: STEP });
        let work = folder.join("training");
        let trained = self.train(&work, &path, report);
        let _ = fs::remove_dir_all(&work);
        trained?;
        report(Progress::Finished { step: STEP });
        Ok(path)
    }

    fn train(&self, work: &Path, path: &Path, report: &Report<'_>) -> Result<(), EnvError> {
        let _ = fs::remove_dir_all(work);
        fs::create_dir_all(work)
            .map_err(EnvError::io(format!("make the folder {}", work.display())))?;
        let script = work.join("training.py");
        let properties = work.join("spark.properties");
        fs::write(&script, TRAINING).map_err(EnvError::io("write the training script"))?;
        fs::write(
            &properties,
            "spark.master local[2]\nspark.ui.enabled false\n",
        )
        .map_err(EnvError::io("write the training settings"))?;
        let archive = work.join("archive.jsa");
        let mut command = Command::new(self.java());
        command
            .args(["-Xmx1g", "-XX:TieredStopAtLevel=1"])
            .args(Self::module_options())
            .arg(format!("-XX:ArchiveClassesAtExit={}", archive.display()))
            .arg("-cp")
            .arg(self.class_path())
            .arg("org.apache.spark.deploy.SparkSubmit")
            .arg("--properties-file")
            .args([&properties, &script])
            .env_clear()
            .envs(self.variables())
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .current_dir(work);
        tools::run(&mut command, STEP, report)?;
        fs::rename(&archive, path).map_err(EnvError::io("put the class archive in place"))
    }

    fn archive_path(&self) -> std::io::Result<PathBuf> {
        let mut jars = Vec::new();
        for entry in fs::read_dir(self.spark_home().join("jars"))? {
            let entry = entry?;
            let data = entry.metadata()?;
            let modified = data
                .modified()?
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            let name = entry.file_name().to_string_lossy().into_owned();
            jars.push(format!("{name} {} {}", modified.as_nanos(), data.len()));
        }
        jars.sort();
        let mut hash = Sha256::new();
        hash.update(format!(
            "{}\n{}\n{}\n",
            self.java.path.display(),
            self.java.version,
            jars.join("\n")
        ));
        let name = hex::encode(hash.finalize());
        Ok(self.root.join("cds").join(format!("{}.jsa", &name[..16])))
    }
}
