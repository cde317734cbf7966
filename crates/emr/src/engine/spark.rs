//! The default engine: Apache Spark 3.5 from its private environment, its master on this machine or a
//! standalone cluster. The JVM is started without spark-submit's shell, which would start another first.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;

use super::{
    Engine, EngineError, Job, jit, log4j,
    properties::{Settings, of_classification, unread},
    submit::{self, Submit},
    words,
};
use crate::{
    env::{Environment, Progress, Setup},
    job::JobDriver,
    runner::Spec,
};

/// Names the setting that makes scripts see exactly what EMR has.
const STRICT: &str = "spark.taxiway.strict";

const SQL_SHELL: &str = "org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver";

/// How Spark is run here.
#[derive(Clone, Debug)]
pub struct SparkConfig {
    pub setup: Setup,
    /// The server's own address, for example `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// The master of jobs that name none: `local[N]` or `spark://…`.
    pub master: String,
    /// Access key and secret of all jobs.
    pub credentials: Option<(String, String)>,
    /// No `SaveMode`, for all jobs.
    pub strict: bool,
}

/// Apache Spark.
pub struct Spark {
    config: SparkConfig,
    environment: Arc<OnceLock<Environment>>,
}

impl Spark {
    pub fn new(config: SparkConfig) -> Self {
        Self {
            config,
            environment: Arc::default(),
        }
    }

    /// Returns the environment, made first where needed.
    async fn environment(&self) -> Result<Environment, EngineError> {
        if let Some(environment) = self.environment.get() {
            return Ok(environment.clone());
        }
        let (setup, cell) = (self.config.setup.clone(), Arc::clone(&self.environment));
        let made = tokio::task::spawn_blocking(move || {
            let environment = Environment::ensure(&setup, &log)?;
            Ok::<_, crate::env::EnvError>(cell.get_or_init(|| environment).clone())
        });
        made.await
            .map_err(|e| EngineError::Engine(e.to_string()))?
            .map_err(|e| EngineError::Engine(e.full()))
    }

    /// Returns the job's access key and secret: those configured; else the account is the access key, and
    /// the secret, which nobody checks, tells which job it is.
    fn credentials<'a>(&'a self, job: &'a Job) -> (&'a str, &'a str) {
        match &self.config.credentials {
            Some((access_key, secret_key)) => (access_key, secret_key),
            None => (&job.account, &job.id),
        }
    }

    fn own_settings(&self, job: &Job) -> Settings {
        let mut settings = Settings::default();
        let tmp = scratch(&job.folder).display().to_string();
        let (access_key, secret_key) = self.credentials(job);
        let secure = self.config.endpoint.starts_with("https:");
        for (name, value) in [
            ("spark.master", self.config.master.as_str()),
            ("spark.driver.memory", "1g"),
            ("spark.ui.enabled", "false"),
            ("spark.ui.showConsoleProgress", "false"),
            ("spark.local.dir", &tmp),
            ("spark.eventLog.enabled", "true"),
            (
                "spark.eventLog.dir",
                &format!("file://{}", self.event_logs(&job.folder).display()),
            ),
            (
                "spark.hadoop.fs.s3.impl",
                "org.apache.hadoop.fs.s3a.S3AFileSystem",
            ),
            (
                "spark.hadoop.fs.AbstractFileSystem.s3.impl",
                "org.apache.hadoop.fs.s3a.S3A",
            ),
            ("spark.hadoop.fs.s3a.endpoint", &self.config.endpoint),
            ("spark.hadoop.fs.s3a.endpoint.region", &job.region),
            ("spark.hadoop.fs.s3a.path.style.access", "true"),
            (
                "spark.hadoop.fs.s3a.connection.ssl.enabled",
                if secure { "true" } else { "false" },
            ),
            (
                "spark.hadoop.fs.s3a.aws.credentials.provider",
                "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
            ),
            ("spark.hadoop.fs.s3a.access.key", access_key),
            ("spark.hadoop.fs.s3a.secret.key", secret_key),
            ("spark.hadoop.fs.s3a.buffer.dir", &tmp),
            // The SDK's waits double up to 20 s: twenty attempts outlast a restart of the server by far.
            ("spark.hadoop.fs.s3a.attempts.maximum", "20"),
            ("spark.hadoop.fs.s3a.retry.limit", "10"),
            ("spark.hadoop.fs.s3a.retry.interval", "500ms"),
            // Its renames are copies of metadata here; the magic committer needs what pip's pyspark lacks.
            (
                "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version",
                "1",
            ),
        ] {
            settings.set(name, value);
        }
        settings
    }

    fn settings(&self, job: &Job, submit: &Submit) -> Settings {
        let mut settings = self.own_settings(job);
        for (name, value) in of_classification(&job.configurations, "spark-defaults") {
            settings.set(name, value);
        }
        for (name, value) in &submit.settings {
            settings.set(name, value.as_str());
        }
        settings
    }
}

#[async_trait]
impl Engine for Spark {
    async fn plan(&self, job: &Job) -> Result<Spec, EngineError> {
        let submit = submit::parse(job.driver.parameters().unwrap_or_default())?;
        let settings = self.settings(job, &submit);
        let environment = self.environment().await?;
        self.spec(job, submit, settings, &environment)
            .map_err(|e| match e {
                PlanError::Request(e) => e,
                PlanError::Io(e) => {
                    EngineError::Engine(format!("the job's folder cannot be written: {e}"))
                }
            })
    }

    fn event_logs(&self, folder: &Path) -> PathBuf {
        folder.join("eventlog")
    }

    fn warm_up(self: Arc<Self>) {
        let cell = Arc::clone(&self.environment);
        tokio::task::spawn_blocking(move || {
            let Some(environment) = cell.get() else {
                return;
            };
            if let Err(e) = environment.make_archive(&log) {
                tracing::warn!(error = %e.full(), "Spark's class archive could not be made; jobs start slower");
            }
        });
    }
}

enum PlanError {
    Request(EngineError),
    Io(io::Error),
}

impl From<EngineError> for PlanError {
    fn from(e: EngineError) -> Self {
        Self::Request(e)
    }
}

impl From<io::Error> for PlanError {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

impl Spark {
    fn spec(
        &self,
        job: &Job,
        submit: Submit,
        mut settings: Settings,
        environment: &Environment,
    ) -> Result<Spec, PlanError> {
        let mut notes = Vec::new();
        master(&mut settings, &self.config.master, &mut notes);
        say_what_is_ignored(job, &submit, &settings, &mut notes);
        let strict = self.config.strict || settings.take(STRICT).as_deref() == Some("true");
        let quick = jit::quick(settings.take(jit::SETTING).as_deref(), job.last_run_ms)?;
        let (tmp, work) = (scratch(&job.folder), job.folder.join("work"));
        for folder in [&tmp, &work, &self.event_logs(&job.folder)] {
            fs::create_dir_all(folder)?;
        }
        let mut args = java_options(job, &settings, quick, environment, &tmp)?;
        settings.take("spark.submit.deployMode");
        let properties = job.folder.join("spark.properties");
        write_private(&properties, &settings.to_file())?;
        args.push("org.apache.spark.deploy.SparkSubmit".into());
        args.extend(["--properties-file".into(), properties.display().to_string()]);
        args.extend(submit.passed);
        args.extend(entry_point(&job.driver, environment));
        Ok(Spec {
            v: 1,
            program: environment.java().to_owned(),
            args,
            env: self.variables(job, &settings, environment, strict),
            dir: work.clone(),
            notes,
            grace_ms: 5_000,
            scratch: vec![tmp, work],
        })
    }

    fn variables(
        &self,
        job: &Job,
        settings: &Settings,
        environment: &Environment,
        strict: bool,
    ) -> BTreeMap<String, String> {
        let mut variables = environment.variables();
        let mut set = |name: &str, value: &str| variables.insert(name.into(), value.into());
        if settings
            .get("spark.master")
            .is_some_and(|m| m.starts_with("local"))
        {
            // Nobody else talks to this driver, and looking up the machine's own name can take seconds.
            set("SPARK_LOCAL_IP", "127.0.0.1");
        }
        set("SPARK_USER", "hadoop");
        set("PYTHONUNBUFFERED", "1");
        set("TMPDIR", &scratch(&job.folder).display().to_string());
        set(
            "TAXIWAY_DRIVER_STDERR",
            &job.folder.join("stderr").display().to_string(),
        );
        if strict {
            set("TAXIWAY_STRICT", "1");
        }
        // A script's own AWS SDK reaches the same services.
        set("AWS_ENDPOINT_URL", &self.config.endpoint);
        let (access_key, secret_key) = self.credentials(job);
        set("AWS_ACCESS_KEY_ID", access_key);
        set("AWS_SECRET_ACCESS_KEY", secret_key);
        set("AWS_REGION", &job.region);
        set("AWS_DEFAULT_REGION", &job.region);
        if let Some(libraries) = settings.get("spark.driver.extraLibraryPath") {
            set("LD_LIBRARY_PATH", libraries);
        }
        for prefix in ["spark.kubernetes.driverEnv.", "spark.yarn.appMasterEnv."] {
            for (name, value) in settings.under(prefix) {
                set(name, value);
            }
        }
        variables
    }
}

fn log(progress: Progress<'_>) {
    match progress {
        Progress::Started { step } => tracing::info!(step, "preparing Spark"),
        Progress::Finished { step } => tracing::info!(step, "prepared"),
        Progress::Advanced { .. } | Progress::Said { .. } => {}
    }
}

fn scratch(folder: &Path) -> PathBuf {
    folder.join("tmp")
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// Keeps the job's master where it is one that is there; Kubernetes' and YARN's become the default one.
fn master(settings: &mut Settings, default: &str, notes: &mut Vec<String>) {
    let asked = settings.get("spark.master").unwrap_or(default).to_owned();
    if asked.starts_with("local") || asked.starts_with("spark://") {
        return;
    }
    notes.push(format!(
        "taxiway: master {asked} is not available here; the job runs on {default}"
    ));
    settings.set("spark.master", default);
}

fn say_what_is_ignored(job: &Job, submit: &Submit, settings: &Settings, notes: &mut Vec<String>) {
    let master = settings.get("spark.master").unwrap_or_default();
    let meaningless = settings.meaningless_locally();
    if master.starts_with("local") && !meaningless.is_empty() {
        notes.push(format!(
            "taxiway: master {master}: driver and executors are one process on this machine; these settings have no effect: {}",
            meaningless.join(", ")
        ));
    }
    if !submit.ignored.is_empty() {
        notes.push(format!(
            "taxiway: these options have no effect here: {}",
            submit.ignored.join(" ")
        ));
    }
    let unread = unread(&job.configurations, &["spark-defaults", "spark-log4j"]);
    if !unread.is_empty() {
        notes.push(format!(
            "taxiway: these classifications have no effect here: {}",
            unread.join(", ")
        ));
    }
}

fn java_options(
    job: &Job,
    settings: &Settings,
    quick: bool,
    environment: &Environment,
    tmp: &Path,
) -> Result<Vec<String>, PlanError> {
    let mut chosen = Vec::new();
    for name in [
        "spark.driver.defaultJavaOptions",
        "spark.driver.extraJavaOptions",
    ] {
        let line = settings.get(name).unwrap_or_default();
        let words = words::split(line)
            .map_err(|e| EngineError::Request(format!("{name} cannot be read: {e}")))?;
        chosen.extend(words);
    }
    let memory = settings.get("spark.driver.memory").unwrap_or("1g");
    let mut options = vec![format!("-Xmx{}", heap(memory)?)];
    options.extend(Environment::module_options());
    options.extend(jit::options(quick, &chosen));
    let extra = settings.get("spark.driver.extraClassPath");
    if let (None, Some(archive)) = (extra, environment.archive()) {
        options.push(format!("-XX:SharedArchiveFile={}", archive.display()));
    }
    options.push(format!("-Djava.io.tmpdir={}", tmp.display()));
    let levels = of_classification(&job.configurations, "spark-log4j");
    if !levels.is_empty() {
        let file = job.folder.join("log4j2.properties");
        fs::write(&file, log4j::configuration(&levels))?;
        options.push(format!(
            "-Dlog4j2.configurationFile=file:{}",
            file.display()
        ));
    }
    options.extend(chosen);
    options.push("-cp".into());
    let own = environment.class_path();
    options.push(extra.map_or_else(|| own.clone(), |e| format!("{e}:{own}")));
    Ok(options)
}

/// Returns a Spark size as the JVM takes it. A bare number is mebibytes.
fn heap(size: &str) -> Result<String, EngineError> {
    let text = size.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    let unit = match unit {
        "" | "m" | "mb" => "m",
        "g" | "gb" => "g",
        "k" | "kb" => "k",
        "t" | "tb" => "t",
        _ => "",
    };
    if unit.is_empty() || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(EngineError::Request(format!(
            "spark.driver.memory is not a size: {size}"
        )));
    }
    Ok(format!("{digits}{unit}"))
}

/// Returns the primary resource and the arguments.
fn entry_point(driver: &JobDriver, environment: &Environment) -> Vec<String> {
    if let Some(sql) = &driver.spark_sql_job_driver {
        let file = sql.entry_point.clone().unwrap_or_default();
        return ["--class", SQL_SHELL, "spark-internal", "-f"]
            .into_iter()
            .map(str::to_owned)
            .chain([file])
            .collect();
    }
    let Some(submit) = &driver.spark_submit_job_driver else {
        return Vec::new();
    };
    // EMR's images have Spark, with its examples, in a folder of their own.
    let home = format!("{}/", environment.spark_home().display());
    let entry = match submit.entry_point.strip_prefix("local:///usr/lib/spark/") {
        Some(rest) => format!("{home}{rest}"),
        None => submit.entry_point.clone(),
    };
    let mut words = vec![entry];
    words.extend(submit.entry_point_arguments.iter().flatten().cloned());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_the_jvm_takes_them() {
        for (given, want) in [
            ("1G", "1g"),
            ("512m", "512m"),
            ("2048", "2048m"),
            ("3gb", "3g"),
        ] {
            assert_eq!(heap(given).unwrap(), want);
        }
        for bad in ["", "g", "1.5g", "x", "1y"] {
            assert!(heap(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_master_that_is_not_here_becomes_the_default_and_is_said() {
        let (mut settings, mut notes) = (Settings::default(), Vec::new());
        settings.set("spark.master", "k8s://https://x");
        master(&mut settings, "local[2]", &mut notes);
        assert_eq!(settings.get("spark.master"), Some("local[2]"));
        assert_eq!(notes.len(), 1);
        for kept in ["local[4]", "spark://h:7077"] {
            let (mut settings, mut notes) = (Settings::default(), Vec::new());
            settings.set("spark.master", kept);
            master(&mut settings, "local[2]", &mut notes);
            assert_eq!((settings.get("spark.master"), notes.len()), (Some(kept), 0));
        }
    }
}
