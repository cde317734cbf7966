//! What a seed lets happen.

use serde_json::{Value, json};
use store::simulated::Dice;

use crate::{ACCOUNT, REGION, generator};

/// What the executions of a seed run.
pub(crate) enum Machine {
    /// Made at random; the reference knows what comes of it.
    Random(Value),
    /// Written down; it comes to what it comes to when nothing goes wrong.
    Written(usize),
}

pub(crate) struct Execution {
    pub(crate) name: String,
    /// Which of the plan's machines.
    pub(crate) machine: usize,
    pub(crate) input: Value,
    pub(crate) start_after_ms: u64,
    pub(crate) stop_after_ms: Option<u64>,
    /// Should it fail, it is redriven once.
    pub(crate) redrive: bool,
}

pub(crate) struct Plan {
    pub(crate) machines: Vec<Machine>,
    pub(crate) executions: Vec<Execution>,
    /// Lives that end badly, before one that does not.
    pub(crate) deaths: u64,
    /// When the clock jumps within a life, and by how much.
    pub(crate) jumps: Vec<(u64, i64)>,
}

impl Plan {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let random = !dice.one_in(4);
        let machines: Vec<Machine> = match random {
            true => (0..1 + dice.roll(2))
                .map(|_| Machine::Random(machine(dice)))
                .collect(),
            false => vec![Machine::Written(
                // The last one takes its time.
                usize::try_from(dice.roll(4 * written().len() as u64 - 3) / 4).unwrap(),
            )],
        };
        let executions = (0..1 + dice.roll(4))
            .map(|n| Execution {
                name: format!("e{n}"),
                machine: usize::try_from(dice.roll(machines.len() as u64)).unwrap(),
                input: match random {
                    true => generator::Dice(dice.next_u64()).data(),
                    false => json!({"items": [1, 2, 3]}),
                },
                start_after_ms: dice.roll(3000),
                stop_after_ms: (random && dice.one_in(12)).then(|| dice.roll(9000)),
                redrive: random && dice.one_in(6),
            })
            .collect();
        let jumps = (0..dice.roll(3))
            .map(|_| {
                (
                    dice.roll(15_000),
                    if dice.one_in(2) {
                        3_600_000
                    } else {
                        -3_600_000
                    },
                )
            })
            .collect();
        Self {
            machines,
            executions,
            deaths: dice.roll(7),
            jumps,
        }
    }
}

/// Makes a machine whose tasks are an activity's.
fn machine(dice: &mut Dice) -> Value {
    let mut made = generator::machine(&mut generator::Dice(dice.next_u64()), true);
    settle(&mut made);
    made
}

fn settle(value: &mut Value) {
    let is_wait = value["Type"] == "Wait";
    match value {
        Value::Object(members) => {
            if members.contains_key("Resource") {
                let activity = format!("arn:aws:states:{REGION}:{ACCOUNT}:activity:a");
                members.insert("Resource".into(), json!(activity));
            }
            // A journal does not say which wait was over when leaving it failed.
            if is_wait {
                members.remove("OutputPath");
            }
            members.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
}

/// Machines with what random ones have not: jobs that are waited for, distributed Maps, children.
pub(crate) fn written() -> Vec<(&'static str, Value)> {
    let pass = json!({"Type": "Pass", "End": true});
    let wait = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Wait", "Seconds": 2, "End": true}}});
    let job = |next: Value| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::emr-containers:startJobRun.sync",
            "Parameters": {"Name": "n", "VirtualClusterId": "vc1", "ExecutionRoleArn": "arn:aws:iam::000000000000:role/r",
                "ReleaseLabel": "emr-6.2.0-latest", "JobDriver": {"SparkSubmitJobDriver": {"EntryPoint": "s3://b/x.py"}}}});
        task.as_object_mut()
            .unwrap()
            .extend(next.as_object().unwrap().clone());
        task
    };
    vec![
        ("job", json!({"StartAt": "J", "States": {"J": job(json!({"Next": "P"})), "P": pass}})),
        (
            "jobs",
            json!({"StartAt": "X", "States": {"X": {"Type": "Parallel", "Next": "K", "Branches": [
                {"StartAt": "J", "States": {"J": job(json!({"End": true}))}}, wait("W")]}, "K": job(json!({"End": true}))}}),
        ),
        (
            "distributed",
            json!({"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "End": true,
                "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "W",
                    "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "P"}, "P": pass}}}}}),
        ),
        (
            "loop",
            json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "C"},
                "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 700, "Next": "P"}], "Default": "E"},
                "E": {"Type": "Succeed"}, "S": {"Type": "Pass", "Result": {"n": 0}, "Next": "P"}}}),
        ),
    ]
    .into_iter()
    .map(|(name, mut definition)| {
        if name == "loop" {
            definition["StartAt"] = json!("S");
        }
        (name, definition)
    })
    .collect()
}
