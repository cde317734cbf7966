//! Plays one definition with one input to its end.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use aws::{ApiError, Call, DoorHandle, Invoke, door::Door};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use store::{Clock, Store};
use workflow::StepFunctions;

use super::{
    clock::SkipClock,
    mocks::Mocks,
    stage::{Stage, call},
    track::{Told, Tracker},
};
use crate::{graph::model::Program, validate::Type};

/// How often the history is asked for: where waits are skipped, and where a person watches.
const POLL_SKIPPING: Duration = Duration::from_millis(2);
const POLL: Duration = Duration::from_millis(50);
/// How long what a stopped execution ran may take to be stopped, too.
const GRACE: Duration = Duration::from_secs(3);

/// What is to be played.
pub(crate) struct Play<'a> {
    pub name: &'a str,
    pub definition: &'a str,
    pub kind: Type,
    pub input: &'a str,
    pub timeout: Option<Duration>,
    pub mocks: Option<Mocks>,
    pub skip_waits: bool,
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    ByItself,
    /// It ran longer than `timeout`.
    TimedOut,
    Interrupted,
}

/// How an execution ended.
pub(crate) struct Ended {
    pub end: End,
    /// As the API writes it.
    pub status: String,
    pub output: Option<String>,
    pub error: Option<String>,
    pub cause: Option<String>,
    pub took: Duration,
}

/// Hears of the progress.
pub(crate) trait Watch {
    fn told(&mut self, told: &Told);
    fn running(&mut self, what: &str);
}

/// Step Functions with answers or a clock of its own; all other services are the platform's.
struct Own {
    states: Arc<dyn Invoke>,
    others: Arc<dyn Invoke>,
}

impl Invoke for Own {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, ApiError>> {
        if &*call.service == "states" {
            self.states.call(call)
        } else {
            self.others.call(call)
        }
    }
}

/// Plays until the execution ends, its time is up, or `interrupt` ends.
pub(crate) async fn play(
    stage: &Stage,
    play: Play<'_>,
    watch: &mut (dyn Watch + Send),
    interrupt: impl Future<Output = ()>,
) -> anyhow::Result<Ended> {
    let platform: Arc<dyn Invoke> = Arc::new((*stage.door()).clone());
    if play.mocks.is_none() && !play.skip_waits {
        return perform(&platform, None, &play, watch, interrupt).await;
    }
    let handle = DoorHandle::new();
    let clock = Arc::new(SkipClock::default());
    let service = StepFunctions::open(
        Store::in_memory()?,
        Arc::clone(&clock) as Arc<dyn Clock>,
        Arc::new(handle.clone()),
    )
    .await?;
    let now = Arc::clone(&clock);
    let door = Door::builder()
        .now(move || now.now_ms())
        .service(Arc::clone(&service) as Arc<dyn aws::Service>)
        .build();
    let states: Arc<dyn Invoke> = Arc::new(door);
    handle.bind(Arc::new(Own {
        states: Arc::clone(&states),
        others: platform,
    }));
    let mut play = play;
    if let Some(mocks) = play.mocks.take() {
        service.answer_with(Arc::new(mocks));
    }
    service.start();
    let clock = play.skip_waits.then_some(&*clock);
    let ended = perform(&states, clock, &play, watch, interrupt).await;
    handle.release();
    ended
}

async fn perform(
    states: &Arc<dyn Invoke>,
    clock: Option<&SkipClock>,
    play: &Play<'_>,
    watch: &mut (dyn Watch + Send),
    interrupt: impl Future<Output = ()>,
) -> anyhow::Result<Ended> {
    let began = Instant::now();
    let machine = call(
        &**states,
        "CreateStateMachine",
        json!({"name": machine_name(play.name), "definition": play.definition, "type": play.kind.as_str(),
               "roleArn": "arn:aws:iam::000000000000:role/taxiway-run"}),
    )
    .await?;
    let start = json!({"stateMachineArn": machine["stateMachineArn"], "input": play.input});
    let timeout = async {
        match play.timeout {
            Some(timeout) => tokio::time::sleep(timeout).await,
            None => std::future::pending().await,
        }
    };
    if play.kind == Type::Express {
        watch.running(play.name);
        return tokio::select! {
            answer = call(&**states, "StartSyncExecution", start) => Ok(ended(&answer?, End::ByItself, began)),
            () = timeout => Ok(given_up(End::TimedOut, began)),
            () = interrupt => Ok(given_up(End::Interrupted, began)),
        };
    }
    let started = call(&**states, "StartExecution", start).await?;
    let arn = started["executionArn"]
        .as_str()
        .context("StartExecution gave no ARN")?;
    let mut follower = Follower::new(states, arn, play.definition)?;
    let end = tokio::select! {
        end = follower.follow(watch, clock) => { end?; End::ByItself }
        () = timeout => End::TimedOut,
        () = interrupt => End::Interrupted,
    };
    if end != End::ByItself {
        let words = if end == End::TimedOut {
            "its time was up"
        } else {
            "interrupted"
        };
        call(
            &**states,
            "StopExecution",
            json!({"executionArn": arn, "cause": words}),
        )
        .await?;
        follower.follow(watch, None).await?;
        // what it ran is stopped in the background
        tokio::time::sleep(if follower.ran_jobs {
            GRACE
        } else {
            Duration::ZERO
        })
        .await;
    }
    let described = call(&**states, "DescribeExecution", json!({"executionArn": arn})).await?;
    Ok(ended(&described, end, began))
}

/// A state machine's name has 80 letters, digits, `-` and `_`.
fn machine_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = name.chars().map(plain).take(80).collect();
    if name.is_empty() {
        "run".to_owned()
    } else {
        name
    }
}

fn ended(described: &Value, end: End, began: Instant) -> Ended {
    let text = |key: &str| described[key].as_str().map(str::to_owned);
    Ended {
        end,
        status: text("status").unwrap_or_default(),
        output: text("output"),
        error: text("error"),
        cause: text("cause"),
        took: began.elapsed(),
    }
}

/// An Express execution cannot be stopped; it ends with the program.
fn given_up(end: End, began: Instant) -> Ended {
    ended(&json!({"status": "ABORTED"}), end, began)
}

/// Reads an execution's history as it grows.
struct Follower<'a> {
    states: &'a Arc<dyn Invoke>,
    arn: &'a str,
    tracker: Tracker,
    /// Where the page begins that is not full yet, and how much of it has been seen.
    page: Option<String>,
    seen: usize,
    /// The Map runs under way, by their state.
    map_runs: Vec<(String, String)>,
    ran_jobs: bool,
}

impl<'a> Follower<'a> {
    fn new(states: &'a Arc<dyn Invoke>, arn: &'a str, definition: &str) -> anyhow::Result<Self> {
        Ok(Self {
            states,
            arn,
            tracker: Tracker::new(&Program::read(&serde_json::from_str(definition)?)),
            page: None,
            seen: 0,
            map_runs: Vec::new(),
            ran_jobs: false,
        })
    }

    async fn follow(
        &mut self,
        watch: &mut (dyn Watch + Send),
        clock: Option<&SkipClock>,
    ) -> anyhow::Result<()> {
        let mut idle = 0;
        loop {
            let news = self.read(watch).await?;
            if self.tracker.ended() {
                return Ok(());
            }
            self.look_at_map_runs().await;
            watch.running(&self.tracker.running());
            if let Some(clock) = clock {
                // twice the same, so that a commit in parts is whole
                idle = if news || !self.tracker.only_waits() {
                    0
                } else {
                    idle + 1
                };
                if idle > 1 {
                    clock.jump();
                }
                tokio::time::sleep(POLL_SKIPPING).await;
            } else {
                tokio::time::sleep(POLL).await;
            }
        }
    }

    /// Takes the events that are new; returns whether there were any.
    async fn read(&mut self, watch: &mut (dyn Watch + Send)) -> anyhow::Result<bool> {
        let mut news = false;
        loop {
            let mut ask = json!({"executionArn": self.arn, "maxResults": 1000});
            if let Some(page) = &self.page {
                ask["nextToken"] = page.as_str().into();
            }
            let answer = call(&**self.states, "GetExecutionHistory", ask).await?;
            let events = answer["events"].as_array().map_or(&[][..], Vec::as_slice);
            for event in events.iter().skip(self.seen) {
                news = true;
                self.note(event);
                if matches!(
                    event["type"].as_str(),
                    Some("MapRunSucceeded" | "MapRunFailed")
                ) {
                    // the last counts, before the state's line
                    self.look_at_map_runs().await;
                }
                for told in self.tracker.event(event) {
                    watch.told(&told);
                }
            }
            self.seen = events.len();
            let Some(next) = answer["nextToken"].as_str() else {
                return Ok(news);
            };
            self.page = Some(next.to_owned());
            self.seen = 0;
        }
    }

    fn note(&mut self, event: &Value) {
        self.ran_jobs |= event["type"] == "TaskSubmitted";
        if let Some(arn) = event["mapRunStartedEventDetails"]["mapRunArn"].as_str() {
            // the state that runs is the one that was entered last
            let state = self.tracker.newest().to_owned();
            self.map_runs.push((state, arn.to_owned()));
        }
    }

    async fn look_at_map_runs(&mut self) {
        for (state, arn) in &self.map_runs {
            let asked = call(&**self.states, "DescribeMapRun", json!({"mapRunArn": arn})).await;
            let Ok(described) = asked else { continue };
            let count = |key: &str| described["itemCounts"][key].as_u64().unwrap_or_default();
            self.tracker
                .map_run(state, count("total"), count("succeeded"), count("failed"));
        }
    }
}
