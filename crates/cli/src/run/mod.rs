//! `taxiway run`: one definition with one input, no server.

mod clock;
pub(crate) mod mocks;
pub(crate) mod play;
mod screen;
pub(crate) mod stage;
pub(crate) mod track;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    graph::model::Program,
    log,
    validate::{self, Type, USAGE},
};
use mocks::{Case, MockFile};
use play::{End, Ended, Play, play};
use screen::Screen;
use stage::Stage;

/// The execution's time was up, as `timeout` says it.
const TIMED_OUT: u8 = 124;
/// SIGINT, as a shell says it.
const INTERRUPTED: u8 = 130;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Definition in the Amazon States Language; - reads stdin
    file: PathBuf,
    /// Input of the execution: JSON, or @FILE
    #[arg(long, default_value = "{}", value_name = "JSON|@FILE")]
    input: String,
    /// Mocked service integrations, in the format of Step Functions Local's MockConfigFile.json
    #[arg(long, value_name = "FILE")]
    mock: Option<PathBuf>,
    /// Test case of the mocks; not needed where there is one only
    #[arg(long, value_name = "NAME", requires = "mock")]
    case: Option<String>,
    /// Print a JSON object a line: each state, then the execution
    #[arg(long)]
    json: bool,
    /// Stop the execution after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Do not wait in Wait states and before retries: time passes at once when nothing else is under way
    #[arg(long)]
    skip_waits: bool,
    /// Type of state machine
    #[arg(long = "type", default_value = "STANDARD", ignore_case = true)]
    kind: Type,
    /// Folder of a server's data (the server must not run) [default: an empty one, removed at the end]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Returns a number of seconds above zero.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|d| !d.is_zero())
        .ok_or_else(|| "not a number of seconds above zero".to_owned())
}

/// Runs. Exit codes: 0 succeeded, 1 failed, 2 cannot be run as asked, 124 timed out, 130 interrupted.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    log::start("error");
    let (definition, input, case) = match prepare(&arguments) {
        Ok(prepared) => prepared,
        Err(Refused::Told(code)) => return ExitCode::from(code),
        Err(Refused::Because(error)) => {
            log::complain(&error);
            return ExitCode::from(USAGE);
        }
    };
    let ended = in_runtime(async {
        // before anything runs, so that no signal is missed
        let mut interrupts = signal(SignalKind::interrupt()).context("cannot watch for SIGINT")?;
        let stage = Stage::open(arguments.data.as_deref()).await?;
        let mut screen = Screen::new(arguments.json);
        let interrupt = async {
            interrupts.recv().await;
        };
        let played = Play {
            name: &machine_name(&arguments),
            definition: &definition,
            kind: arguments.kind,
            input: &input,
            timeout: arguments.timeout,
            mocks: case.as_ref().map(Case::answers),
            skip_waits: arguments.skip_waits,
        };
        let ended = play(&stage, played, &mut screen, interrupt).await;
        if let Ok(ended) = &ended {
            screen.end(ended);
        }
        stage.close().await;
        ended
    });
    match ended {
        Ok(ended) => ExitCode::from(code(&ended)),
        Err(error) => {
            log::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Runs a future to its end; what it left behind does not hold the program up.
pub(crate) fn in_runtime<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

fn code(ended: &Ended) -> u8 {
    match (ended.end, ended.status.as_str()) {
        (End::Interrupted, _) => INTERRUPTED,
        (End::TimedOut, _) | (_, "TIMED_OUT") => TIMED_OUT,
        (_, "SUCCEEDED") => 0,
        _ => 1,
    }
}

/// Why nothing is run.
enum Refused {
    /// It has been said; the exit code.
    Told(u8),
    Because(anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Self {
        Self::Because(error)
    }
}

fn prepare(arguments: &Arguments) -> Result<(String, String, Option<Case>), Refused> {
    let definition =
        validate::definition(&arguments.file, arguments.kind, USAGE).map_err(Refused::Told)?;
    let input = match arguments.input.strip_prefix('@') {
        Some(path) => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?
        }
        None => arguments.input.clone(),
    };
    serde_json::from_str::<serde_json::Value>(&input).context("--input is not JSON")?;
    let case = match &arguments.mock {
        None => None,
        Some(path) => {
            let file = MockFile::read(path)?;
            let machine = file.machine(&machine_name(arguments))?;
            let case = machine.case(arguments.case.as_deref())?;
            check_states(case, &definition)?;
            Some(case.clone())
        }
    };
    Ok((definition, input, case))
}

/// Returns the definition's file without what it ends with: `orders` of `orders.asl.json`.
fn machine_name(arguments: &Arguments) -> String {
    let name = arguments.file.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Refuses mocks of states that cannot have one: a name that is wrong would run for real.
pub(crate) fn check_states(case: &Case, definition: &str) -> anyhow::Result<()> {
    let program = Program::read(&serde_json::from_str(definition)?);
    let mut tasks = Vec::new();
    tasks_of(&program, &mut tasks);
    for state in case.states() {
        anyhow::ensure!(
            tasks.contains(&state),
            "the test case {} mocks {state:?}, which is no Task state of the definition; those are: {}",
            case.name,
            tasks.join(", ")
        );
    }
    Ok(())
}

fn tasks_of<'a>(program: &'a Program, into: &mut Vec<&'a str>) {
    for node in &program.nodes {
        if node.kind == "Task" {
            into.push(&node.name);
        }
        for child in &node.children {
            tasks_of(child, into);
        }
    }
}
