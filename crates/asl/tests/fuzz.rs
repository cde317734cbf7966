//! Random definitions and inputs through parser, validator and interpreter: no panic, no hang, and the replayed
//! journal is the live state.
//!
//! `ASL_FUZZ=1000000 cargo test -p taxiway-asl --test fuzz` for more than the usual few thousand rounds; a
//! failure names the seed, which `ASL_FUZZ_SEED` runs again.

use asl::{
    Context, Definition, Effect, Env, Execution, ItemSource, MachineKind, TaskId, TimerId, Trigger,
    Value, advance, evolve, history, map_run,
};

const STATE_FIELDS: [&str; 34] = [
    "Type",
    "Next",
    "End",
    "Comment",
    "InputPath",
    "OutputPath",
    "Parameters",
    "Result",
    "ResultPath",
    "ResultSelector",
    "Assign",
    "Output",
    "Arguments",
    "Seconds",
    "SecondsPath",
    "Timestamp",
    "TimestampPath",
    "Choices",
    "Default",
    "Error",
    "Cause",
    "ErrorPath",
    "Resource",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "Retry",
    "Catch",
    "Branches",
    "ItemProcessor",
    "Items",
    "ItemsPath",
    "ItemSelector",
    "MaxConcurrency",
    "QueryLanguage",
];
const TEXTS: [&str; 36] = [
    "",
    "$",
    "$$",
    "$.a",
    "$.a.b[0]",
    "$..a",
    "$.a[?(@.b > 1)]",
    "$['a','b']",
    "$.a[-1:]",
    "$x",
    "$x.y",
    "$.l[*]",
    "$$.Map.Item.Value",
    "$$.Execution.Input",
    "$$.Task.Token",
    "S0",
    "S1",
    "S2",
    "States.ALL",
    "States.Format('{}-{}', $.a, 1)",
    "States.Array($, $.a)",
    "States.UUID()",
    "States.MathRandom(1, 9)",
    "States.JsonMerge($, $, false)",
    "{% $states.input %}",
    "{% $states.input.a + 1 %}",
    "{% $x %}",
    "{% [1..5] %}",
    "{% $map([1,2], function($v) { $v * 2 }) %}",
    "{% $",
    "JSONata",
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:us-east-1:000000000000:activity:a",
    "2024-01-01T00:00:00Z",
    "\u{1f197}\"\\",
];
const RULES: [&str; 12] = [
    "Variable",
    "StringEquals",
    "NumericLessThanPath",
    "IsPresent",
    "IsNull",
    "And",
    "Or",
    "Not",
    "StringMatches",
    "TimestampEquals",
    "Condition",
    "BooleanEquals",
];

/// Chance, and a number for each program so that state names are unique.
pub(crate) struct Dice(pub(crate) u64, pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides.max(1)
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }

    fn often(&mut self) -> bool {
        self.roll(8) != 0
    }

    /// A text that looks like a path, a call or an expression.
    pub(crate) fn code(&mut self) -> String {
        const PIECES: [&str; 44] = [
            "$",
            "$$",
            ".",
            "..",
            "a",
            "l",
            "[",
            "]",
            "0",
            "-1",
            ":",
            ",",
            "*",
            "?",
            "(",
            ")",
            "@",
            "==",
            "<",
            "&&",
            "||",
            "!",
            "'",
            "\"",
            "\\",
            " ",
            "\u{a0}",
            "é",
            "=~",
            "/",
            "in ",
            "States.Format",
            "States.Array",
            "States.MathAdd",
            "{}",
            "length()",
            "max()",
            "$states.input",
            "$x",
            "function($v)",
            ":=",
            ";",
            "{",
            "}",
        ];
        let prefix = self.one(&[
            "$",
            "$.",
            "$[",
            "$[?(@.",
            "States.Format('",
            "{% ",
            "{% $",
            "$x",
            "",
        ]);
        let middle: String = (0..self.roll(9)).map(|_| self.one(&PIECES)).collect();
        format!(
            "{prefix}{middle}{}",
            self.one(&["", "]", ")]", "')", " %}"])
        )
    }

    pub(crate) fn value(&mut self, depth: u32) -> Value {
        match self.roll(if depth > 3 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => Value::Bool(self.roll(2) == 0),
            2 => Value::from(self.roll(7) as i64 - 2),
            3 => Value::parse(self.one(&["1.5", "-0", "1e400", "123456789012345678901"]))
                .unwrap_or_default(),
            4 => Value::from(self.one(&TEXTS)),
            5 => Value::from(self.code()),
            6 => Value::array(
                (0..self.roll(4))
                    .map(|_| self.value(depth + 1))
                    .collect::<Vec<_>>(),
            ),
            _ => Value::object(
                (0..self.roll(4))
                    .map(|_| {
                        let name = self.one(&[
                            "a",
                            "b",
                            "l",
                            "x",
                            "x.$",
                            "a.$",
                            "p.$",
                            "ErrorEquals",
                            "Next",
                            "RoleArn",
                        ]);
                        (name, self.value(depth + 1))
                    })
                    .collect::<Vec<_>>(),
            ),
        }
    }

    fn machine(&mut self, depth: u32) -> Value {
        let count = 1 + self.roll(4);
        self.1 += 1;
        let tag = format!("_{}", self.1);
        let states: Vec<_> = (0..count)
            .map(|i| {
                (
                    format!("S{i}{}", tag),
                    self.state(depth, &tag, i, i + 1 == count),
                )
            })
            .collect();
        let mut members = vec![
            ("StartAt", Value::from(format!("S0{}", tag))),
            ("States", Value::object(states)),
        ];
        if self.roll(3) == 0 && depth == 0 {
            members.push((
                "QueryLanguage",
                Value::from(self.one(&["JSONata", "JSONPath"])),
            ));
        }
        if depth == 0 && self.roll(4) == 0 {
            members.push(("TimeoutSeconds", self.value(3)));
        }
        Value::object(members)
    }

    fn state(&mut self, depth: u32, tag: &str, i: u64, last: bool) -> Value {
        let next = format!(
            "S{}{}",
            if self.often() { i + 1 } else { self.roll(4) },
            tag
        );
        let kind = match self.roll(20) {
            0 => self.one(&TEXTS),
            _ if last => self.one(&["Pass", "Succeed", "Fail", "Task", "Map", "Parallel"]),
            _ => self.one(&["Pass", "Wait", "Choice", "Task", "Parallel", "Map"]),
        };
        let mut members = vec![("Type", Value::from(kind))];
        if last || self.roll(30) == 0 {
            members.push(("End", Value::Bool(true)));
        } else {
            members.push(("Next", Value::from(next.as_str())));
        }
        match kind {
            "Task" => members.push(("Resource", Value::from(self.one(&TEXTS[31..34])))),
            "Wait" => members.push(("Seconds", Value::from(self.roll(3) as i64))),
            "Choice" => {
                members.retain(|(name, _)| *name == "Type");
                members.push(("Default", Value::from(next.as_str())));
                let rules: Vec<_> = (0..self.roll(3)).map(|_| self.rule(0, &next)).collect();
                members.push(("Choices", Value::array(rules)));
            }
            "Parallel" if depth < 3 => {
                let branches: Vec<_> = (0..1 + self.roll(2))
                    .map(|_| self.machine(depth + 1))
                    .collect();
                members.push(("Branches", Value::array(branches)));
            }
            "Map" if depth < 3 => {
                let mut processor = self
                    .machine(depth + 1)
                    .as_object()
                    .cloned()
                    .unwrap_or_default();
                if self.roll(3) == 0 {
                    let config = [
                        ("Mode", Value::from("DISTRIBUTED")),
                        ("ExecutionType", Value::from("EXPRESS")),
                    ];
                    processor.insert("ProcessorConfig".into(), Value::object(config));
                }
                members.push(("ItemProcessor", Value::Object(processor.into())));
            }
            _ => {}
        }
        if matches!(kind, "Succeed" | "Fail") {
            members.retain(|(name, _)| *name == "Type");
        }
        if matches!(kind, "Task" | "Map" | "Parallel") && self.roll(2) == 0 {
            let retrier = [
                ("ErrorEquals", Value::array([Value::from("States.ALL")])),
                ("MaxAttempts", Value::from(self.roll(3) as i64)),
            ];
            members.push(("Retry", Value::array([Value::object(retrier)])));
        }
        for _ in 0..self.roll(3).saturating_sub(1) {
            let name = self.one(&STATE_FIELDS);
            members.push((name, self.value(0)));
        }
        Value::object(members)
    }

    fn rule(&mut self, depth: u32, next: &str) -> Value {
        let mut members = vec![("Next", Value::from(next))];
        members.push(("Variable", Value::from(self.one(&TEXTS[1..12]))));
        let name = self.one(&RULES);
        let operand = match name {
            "StringEquals" | "StringMatches" => Value::from(self.one(&TEXTS)),
            "IsPresent" | "IsNull" | "BooleanEquals" => Value::Bool(self.roll(2) == 0),
            "NumericLessThanPath" => Value::from("$.a"),
            "And" | "Or" if depth < 3 => Value::array([self.rule(depth + 1, next)]),
            "Not" if depth < 3 => self.rule(depth + 1, next),
            _ => self.value(2),
        };
        members.push((name, operand));
        Value::object(members)
    }

    /// Damages a text here and there.
    fn damage(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..self.roll(4) {
            let at = self.roll(chars.len() as u64) as usize;
            match self.roll(3) {
                0 if !chars.is_empty() => {
                    chars.remove(at);
                }
                1 => chars.insert(
                    at.min(chars.len()),
                    ['"', '{', ']', '\\', '$', '0', '\u{0}', '\u{a0}', 'é'][self.roll(9) as usize],
                ),
                _ => chars.truncate(at.max(1)),
            }
        }
        chars.into_iter().collect()
    }
}

#[test]
fn nothing_panics_or_hangs() {
    let number = |name: &str, default: u64| {
        std::env::var(name)
            .ok()
            .and_then(|v| v.parse().ok())
            .unwrap_or(default)
    };
    let (seed, rounds) = (number("ASL_FUZZ_SEED", 0), number("ASL_FUZZ", 4_000));
    let seeds = if seed > 0 {
        seed..seed + 1
    } else {
        1..rounds + 1
    };
    let (mut valid, mut ended) = (0u64, 0u64);
    for seed in seeds {
        let done = std::panic::catch_unwind(|| round(seed));
        match done {
            Ok((was_valid, has_ended)) => {
                valid += u64::from(was_valid);
                ended += u64::from(has_ended);
            }
            Err(_) => panic!("seed {seed} panics"),
        }
    }
    println!("{rounds} rounds, {valid} valid definitions, {ended} executions ended");
    assert!(
        seed > 0 || (valid > rounds / 50 && ended > rounds / 100),
        "the generator makes nothing of use"
    );
}

pub(crate) fn round(seed: u64) -> (bool, bool) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, 0);
    let mut text = dice.machine(0).to_text();
    if !dice.often() {
        text = dice.damage(&text);
    }
    // Texts alone: most are wrong, none may do harm.
    for field in ["InputPath", "ResultPath", "Parameters", "Output"] {
        let code = Value::from(dice.code());
        let code = if field == "Parameters" {
            Value::object([("x.$", code)])
        } else {
            code
        };
        let language = if field == "Output" {
            "JSONata"
        } else {
            "JSONPath"
        };
        let one = format!(
            r#"{{"StartAt":"S","States":{{"S":{{"Type":"Pass","QueryLanguage":"{language}","{field}":{code},"End":true}}}}}}"#
        );
        if let Ok(definition) = Definition::parse(&one, MachineKind::Standard) {
            live(
                &definition,
                r#"{"a":[1,{"b":2}],"l":[{"a":1},{"a":"x"}]}"#,
                &mut dice,
                0,
            );
        }
    }
    let kind = if dice.roll(4) == 0 {
        MachineKind::Express
    } else {
        MachineKind::Standard
    };
    let definition = match Definition::parse(&text, kind) {
        Ok(definition) => definition,
        Err(found) => {
            for at in found.iter().filter_map(|d| d.location.as_deref()) {
                let _ = asl::locate(&text, at);
            }
            return (false, false);
        }
    };
    let _ = definition.graph();
    let _ = definition.variable_references();
    let input = dice.value(0).to_text();
    (true, live(&definition, &input, &mut dice, 0))
}

/// Runs an execution with whatever may happen outside. Returns whether it ended.
pub(crate) fn live(definition: &Definition, input: &str, dice: &mut Dice, depth: u32) -> bool {
    let (mut state, mut replayed) = (Execution::new(), Execution::new());
    let (mut journal, mut tasks, mut timers): (Vec<_>, Vec<TaskId>, Vec<TimerId>) =
        Default::default();
    let mut next = Some(start(input));
    let mut now_ms = 0;
    for turn in 0..200 {
        let Some(trigger) = next.take() else { break };
        now_ms += 1_000;
        let step = advance(definition, &mut state, trigger, &Env { now_ms, seed: turn });
        for event in step.events {
            evolve(&mut replayed, &event);
            journal.push((now_ms, event));
        }
        assert_eq!(
            state, replayed,
            "the replayed journal is not the live state"
        );
        for effect in step.effects {
            match effect {
                Effect::ScheduleTask(task) => tasks.push(task.task),
                Effect::SetTimer { timer, .. } => timers.push(timer),
                Effect::Continue => next = Some(Trigger::Continue),
                Effect::StartMapRun { map_run, spec } => {
                    let mut output = Value::Null;
                    if let (ItemSource::Given(items), true) = (&spec.items, depth < 2) {
                        for item in map_run::given_items(items) {
                            let env = Env { now_ms, seed: turn };
                            if let (Ok(input), Some(inner)) = (
                                map_run::item_input(definition, &spec, &item, &env),
                                definition.item_processor(&spec.state),
                            ) {
                                live(&inner, &input.to_text(), dice, depth + 1);
                                output = input;
                            }
                        }
                    }
                    next = Some(Trigger::MapRunSucceeded { map_run, output });
                }
                _ => {}
            }
        }
        if !state.is_running() {
            break;
        }
        next = next.or_else(|| outside(dice, &tasks, &mut timers));
    }
    let told = history::project(definition, journal.iter().map(|(at, event)| (*at, event)));
    assert_eq!(
        told.len() as u64,
        state.history_length(),
        "an event without a history event"
    );
    !state.is_running()
}

fn outside(dice: &mut Dice, tasks: &[TaskId], timers: &mut Vec<TimerId>) -> Option<Trigger> {
    if !timers.is_empty() && (tasks.is_empty() || dice.roll(3) == 0) {
        let timer = timers.remove(dice.roll(timers.len() as u64) as usize);
        return Some(Trigger::TimerFired { timer });
    }
    if tasks.is_empty() {
        return None;
    }
    let task = tasks[dice.roll(tasks.len() as u64) as usize];
    Some(match dice.roll(6) {
        0 => Trigger::TaskStarted {
            task,
            worker_name: None,
        },
        1 => Trigger::Heartbeat { task },
        2 => Trigger::TaskSubmitted {
            task,
            output: dice.value(1),
        },
        3 => Trigger::TaskFailed {
            task,
            error: Some(dice.one(&TEXTS).into()),
            cause: None,
        },
        _ => Trigger::TaskSucceeded {
            task,
            output: dice.value(1),
        },
    })
}

fn start(input: &str) -> Trigger {
    Trigger::Start {
        context: Context {
            execution_arn: "e".into(),
            execution_name: "e".into(),
            role_arn: "r".into(),
            start_time: "t".into(),
            redrive_count: 0,
            machine_arn: "m".into(),
            machine_name: "m".into(),
            region: "us-east-1".into(),
        },
        input_text: input.into(),
    }
}
