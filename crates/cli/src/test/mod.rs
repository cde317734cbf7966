//! `taxiway test`: the test cases of mock configuration files, as unit tests of state machines.

mod cases;
mod compare;
mod junit;

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use asl::Definition;
use serde_json::json;

use crate::{
    log,
    run::{
        self,
        play::{End, Ended, Play, Watch, play},
        stage::Stage,
        track::Told,
    },
    validate::{USAGE, report::Finding},
};
use cases::TestCase;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder with *.mock.json or MockConfigFile.json files, or one such file
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print a JSON object a line for each case
    #[arg(long)]
    json: bool,
    /// A case fails that takes longer than so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = run::seconds)]
    timeout: Duration,
    /// Really wait in Wait states and before retries
    #[arg(long)]
    real_waits: bool,
}

/// How a case ended.
pub(crate) struct Outcome {
    pub file: String,
    pub machine: String,
    pub case: String,
    pub seconds: f64,
    /// What was not as expected; nothing: it passed.
    pub wrong: Vec<String>,
}

/// Tests. Exit codes: 0 all passed, 1 one failed, 2 there is nothing to run or it cannot be read.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    log::start("error");
    let cases = match cases::find(&arguments.folder) {
        Ok(cases) => cases,
        Err(error) => {
            log::complain(&error);
            return ExitCode::from(USAGE);
        }
    };
    let outcomes = run::in_runtime(async {
        let stage = Stage::open(None).await?;
        let mut outcomes = Vec::new();
        for case in &cases {
            let outcome = perform(&stage, case, &arguments).await;
            show(&outcome, arguments.json);
            outcomes.push(outcome);
        }
        stage.close().await;
        Ok(outcomes)
    });
    match outcomes.and_then(|o| finish(&o, &arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            log::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn perform(stage: &Stage, case: &TestCase, arguments: &Arguments) -> Outcome {
    let began = Instant::now();
    let wrong = match attempt(stage, case, arguments).await {
        Ok(ended) if ended.end == End::TimedOut => {
            vec![format!(
                "it ran longer than {} s",
                arguments.timeout.as_secs_f64()
            )]
        }
        Ok(ended) => compare::differences(&case.expected, &ended),
        Err(error) => vec![format!("{error:#}")],
    };
    Outcome {
        file: case.file.clone(),
        machine: case.machine.clone(),
        case: case.case.name.clone(),
        seconds: began.elapsed().as_secs_f64(),
        wrong,
    }
}

async fn attempt(stage: &Stage, case: &TestCase, arguments: &Arguments) -> anyhow::Result<Ended> {
    let path = &case.definition_file;
    let definition =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    if let Err(found) = Definition::parse(&definition, case.kind.kind()) {
        let file = path.display().to_string();
        let found: Vec<_> = found
            .into_iter()
            .map(|d| Finding::new(&definition, d).text(&file, &definition))
            .collect();
        anyhow::bail!("the definition is not valid:\n{}", found.join("\n"));
    }
    run::check_states(&case.case, &definition)?;
    let input = case.expected.input.to_string();
    let played = Play {
        name: &case.machine,
        definition: &definition,
        kind: case.kind,
        input: &input,
        timeout: Some(arguments.timeout),
        mocks: Some(case.case.answers()),
        skip_waits: !arguments.real_waits,
    };
    play(stage, played, &mut Silent, std::future::pending()).await
}

/// Only the outcome counts.
struct Silent;

impl Watch for Silent {
    fn told(&mut self, _: &Told) {}
    fn running(&mut self, _: &str) {}
}

fn show(outcome: &Outcome, as_json: bool) {
    let passed = outcome.wrong.is_empty();
    let status = if passed { "PASSED" } else { "FAILED" };
    if as_json {
        println!(
            "{}",
            json!({"file": outcome.file, "stateMachine": outcome.machine, "case": outcome.case,
                   "status": status, "seconds": outcome.seconds, "wrong": outcome.wrong})
        );
        return;
    }
    let name = format!("{}/{}", outcome.machine, outcome.case);
    println!("{status} {name:<50} {:>7.2} s", outcome.seconds);
    for wrong in &outcome.wrong {
        println!("    {}", wrong.replace('\n', "\n    "));
    }
}

/// Writes the report and the sum; returns whether all passed.
fn finish(outcomes: &[Outcome], arguments: &Arguments) -> anyhow::Result<bool> {
    if let Some(path) = &arguments.junit {
        std::fs::write(path, junit::junit(outcomes))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let failed = outcomes.iter().filter(|o| !o.wrong.is_empty()).count();
    eprintln!("{} passed, {failed} failed", outcomes.len() - failed);
    Ok(failed == 0)
}
