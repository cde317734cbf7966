//! Real Spark, without a server: the environment, its class archive, the way a script's failure is told.
//! Needs a minute and, once, the network; so it runs where `TAXIWAY_TEST_SPARK` is set.

use std::{path::Path, process::Command};

use emr::{
    Configuration, JobDriver, SparkSubmitJobDriver,
    engine::{Engine, Job, Spark, SparkConfig},
    env::{Environment, Setup, silent},
    runner::{Folder, Observed, Spec},
};

const SCRIPT: &str = "
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
frame = spark.createDataFrame([(1, 'a'), (2, 'b')], ['n', 's'])
frame.write.mode(SaveMode.Overwrite).parquet('file://' + sys.argv[1])
print('rows', spark.read.parquet('file://' + sys.argv[1]).count())
";

fn run(spec: &Spec, folder: &Folder) -> Observed {
    folder.write_spec(spec).unwrap();
    let program = std::env::current_exe().unwrap();
    let status = Command::new(program)
        .args(["--exact", "runner_process", "--ignored", "--nocapture"])
        .arg(&folder.0)
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    folder.observe().unwrap()
}

fn job(folder: &Path, script: &Path, properties: &[(&str, String)]) -> Job {
    Job {
        id: "0000000000000000001".into(),
        account: "000000000000".into(),
        region: "us-east-1".into(),
        driver: JobDriver {
            spark_submit_job_driver: Some(SparkSubmitJobDriver {
                entry_point: script.display().to_string(),
                entry_point_arguments: Some(vec![folder.join("out").display().to_string()]),
                spark_submit_parameters: Some("--conf spark.executor.instances=2".into()),
            }),
            spark_sql_job_driver: None,
        },
        configurations: vec![Configuration {
            classification: "spark-defaults".into(),
            properties: properties
                .iter()
                .map(|(k, v)| ((*k).to_owned(), v.clone()))
                .collect(),
            configurations: Vec::new(),
        }],
        folder: folder.to_owned(),
        last_run_ms: Some(1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_runs_from_the_class_archive_with_save_mode_and_says_so() {
    if std::env::var_os("TAXIWAY_TEST_SPARK").is_none() {
        println!("skipped: TAXIWAY_TEST_SPARK is not set");
        return;
    }
    let setup = Setup::from_env();
    let preparing = setup.clone();
    tokio::task::spawn_blocking(move || {
        let environment = Environment::ensure(&preparing, &silent).unwrap();
        environment.make_archive(&silent).unwrap();
    })
    .await
    .unwrap();
    let temp = tempfile::tempdir().unwrap();
    let script = temp.path().join("script.py");
    std::fs::write(&script, SCRIPT).unwrap();
    let spark = Spark::new(SparkConfig {
        setup,
        endpoint: "http://127.0.0.1:9".into(),
        master: "local[2]".into(),
        credentials: None,
        strict: false,
    });
    let classes = temp.path().join("classes.log");
    let java = format!("-Xlog:class+load:file={}", classes.display());
    let folder = Folder(temp.path().join("1"));
    std::fs::create_dir(&folder.0).unwrap();
    let request = job(
        &folder.0,
        &script,
        &[("spark.driver.extraJavaOptions", java)],
    );
    let spec = spark.plan(&request).await.unwrap();
    let Observed::Finished(exit) = run(&spec, &folder) else {
        panic!("not finished")
    };
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        exit.succeeded(),
        "{exit:?}\n{}{}",
        read(&folder.stdout()),
        read(&folder.stderr())
    );
    assert!(read(&folder.stdout()).contains("rows 2"));
    let stderr = read(&folder.stderr());
    assert!(stderr.contains("SaveMode is no Python name"), "{stderr}");
    assert!(stderr.contains("spark.executor.instances"), "{stderr}");
    let archived = read(&classes)
        .lines()
        .filter(|l| l.contains("shared objects file (top)"))
        .count();
    assert!(
        archived > 5_000,
        "only {archived} classes came from the archive"
    );

    let folder = Folder(temp.path().join("2"));
    std::fs::create_dir(&folder.0).unwrap();
    let strict = job(
        &folder.0,
        &script,
        &[("spark.taxiway.strict", "true".into())],
    );
    let spec = spark.plan(&strict).await.unwrap();
    let Observed::Finished(exit) = run(&spec, &folder) else {
        panic!("not finished")
    };
    assert!(!exit.succeeded() && read(&folder.stdout()).contains("NameError: name 'SaveMode'"));
}
