//! Random state machines of the kinds that the reference knows, all valid, none endless.

use serde_json::{Map, Value, json};

/// Numbers that follow from a seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % sides as u64).unwrap()
    }

    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.roll(chances) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }

    /// Returns an input or a task's output.
    pub(crate) fn data(&mut self) -> Value {
        let items: Vec<Value> = (0..self.roll(5))
            .map(|i| {
                if self.one_in(3) {
                    json!({"n": i})
                } else {
                    json!(i)
                }
            })
            .collect();
        let mut members = Map::new();
        for (name, value) in [
            ("n", json!(self.roll(6))),
            ("l", Value::Array(items)),
            ("o", json!({"n": self.roll(6), "t": "x \"y\""})),
            ("t", json!(self.pick(&["a", "b", ""]))),
        ] {
            if !self.one_in(8) {
                members.insert(name.to_owned(), value);
            }
        }
        match self.roll(16) {
            0 => json!(self.roll(9)),
            1 => json!([1, {"n": 2}]),
            2 => Value::Null,
            _ => Value::Object(members),
        }
    }
}

const ERRORS: [&str; 8] = [
    "E1",
    "E2",
    "States.ALL",
    "States.TaskFailed",
    "States.Timeout",
    "States.Runtime",
    "States.NoChoiceMatched",
    "States.ResultPathMatchFailure",
];

/// Returns an error's name that a task may fail with.
pub(crate) fn error(dice: &mut Dice) -> &'static str {
    ERRORS[dice.roll(3)].trim_start_matches("States.ALL")
}

/// Returns a definition. `timeouts`: tasks and the machine itself may have time limits.
pub(crate) fn machine(dice: &mut Dice, timeouts: bool) -> Value {
    let mut names = 0;
    let mut machine = Maker {
        dice,
        names: &mut names,
        timeouts,
    }
    .program(2);
    if timeouts && dice.one_in(8) {
        machine["TimeoutSeconds"] = json!(3 + dice.roll(30));
    }
    machine
}

struct Maker<'a> {
    dice: &'a mut Dice,
    names: &'a mut usize,
    timeouts: bool,
}

impl Maker<'_> {
    /// Returns `StartAt` and `States`; `depth` levels of forks may be inside.
    fn program(&mut self, depth: usize) -> Value {
        let count = 1 + self.dice.roll(4);
        let names: Vec<String> = (0..count)
            .map(|i| format!("S{}", *self.names + i))
            .collect();
        *self.names += count;
        let mut states = Map::new();
        // A state that nothing leads to is refused.
        let mut reached = vec![names[0].clone()];
        for at in 0..count {
            let state = self.state(&names[at + 1..], depth);
            if reached.contains(&names[at]) {
                targets(&state, &mut reached);
                states.insert(names[at].clone(), state);
            }
        }
        json!({"StartAt": names[0], "States": states})
    }

    /// Returns a state; those after it are where it may lead.
    fn state(&mut self, later: &[String], depth: usize) -> Value {
        let kinds: &[&str] = &[
            "Pass", "Pass", "Choice", "Wait", "Task", "Task", "Parallel", "Map", "Succeed", "Fail",
        ];
        let mut kind = self.dice.pick(kinds);
        if (kind == "Choice" && later.is_empty())
            || (depth == 0 && matches!(kind, "Parallel" | "Map"))
            || (matches!(kind, "Succeed" | "Fail") && !later.is_empty())
        {
            kind = "Pass";
        }
        let mut state = json!({"Type": kind});
        match kind {
            "Choice" => self.choice(&mut state, later),
            "Fail" => {
                for (name, value) in [("Error", "E1"), ("Cause", "because")] {
                    if !self.dice.one_in(4) {
                        state[name] = json!(value);
                    }
                }
                return state;
            }
            "Wait" if self.dice.one_in(3) => state["SecondsPath"] = json!("$.n"),
            "Wait" => state["Seconds"] = json!(self.dice.roll(5)),
            "Pass" => self.pass(&mut state),
            "Task" => {
                state["Resource"] = json!("arn:aws:lambda:us-east-1:000000000000:function:f");
                if self.timeouts && self.dice.one_in(3) {
                    state["TimeoutSeconds"] = json!(1 + self.dice.roll(9));
                }
                if self.dice.one_in(3) {
                    state["Parameters"] = self.template(false);
                }
            }
            "Parallel" => {
                let branches: Vec<Value> = (0..1 + self.dice.roll(3))
                    .map(|_| self.program(depth - 1))
                    .collect();
                state["Branches"] = Value::Array(branches);
            }
            "Map" => {
                state["ItemProcessor"] = self.program(depth - 1);
                if !self.dice.one_in(4) {
                    state["ItemsPath"] = json!("$.l");
                }
                if self.dice.one_in(2) {
                    state["MaxConcurrency"] = json!(self.dice.roll(3));
                }
                if self.dice.one_in(3) {
                    state["ItemSelector"] = self.template(true);
                }
            }
            _ => {}
        }
        self.shape(&mut state, kind);
        if matches!(kind, "Task" | "Parallel" | "Map") {
            self.trouble(&mut state, later);
        }
        match (kind, later.is_empty()) {
            ("Choice" | "Succeed", _) => {}
            (_, true) => state["End"] = json!(true),
            (_, false) => state["Next"] = json!(later[self.dice.roll(later.len())]),
        }
        state
    }

    fn pass(&mut self, state: &mut Value) {
        match self.dice.roll(3) {
            0 => state["Result"] = self.dice.data(),
            1 => state["Parameters"] = self.template(false),
            _ => {}
        }
    }

    fn template(&mut self, item: bool) -> Value {
        let mut made = json!({"fixed": {"a": [1, "x"]}});
        if !self.dice.one_in(3) {
            made["n.$"] = json!(self.dice.pick(&["$.n", "$.o.n", "$"]));
        }
        if self.dice.one_in(2) {
            made["deep"] = json!({"l.$": "$.l"});
        }
        if item {
            made["v.$"] = json!("$$.Map.Item.Value");
            made["i.$"] = json!("$$.Map.Item.Index");
        }
        made
    }

    fn shape(&mut self, state: &mut Value, kind: &str) {
        if self.dice.one_in(8) {
            state["InputPath"] = if self.dice.one_in(4) {
                Value::Null
            } else {
                json!(self.dice.pick(&["$", "$.o"]))
            };
        }
        if self.dice.one_in(8) {
            state["OutputPath"] = if self.dice.one_in(4) {
                Value::Null
            } else {
                json!(self.dice.pick(&["$", "$.o", "$.r"]))
            };
        }
        if matches!(kind, "Pass" | "Task" | "Parallel" | "Map") && self.dice.one_in(2) {
            state["ResultPath"] = if self.dice.one_in(4) {
                Value::Null
            } else {
                json!(self.dice.pick(&["$.r", "$.n", "$.l"]))
            };
        }
        if matches!(kind, "Task" | "Parallel" | "Map") && self.dice.one_in(6) {
            state["ResultSelector"] = json!({"all.$": "$"});
        }
    }

    fn choice(&mut self, state: &mut Value, later: &[String]) {
        let rules: Vec<Value> = (0..1 + self.dice.roll(3))
            .map(|_| {
                let mut rule = self.condition(2);
                rule["Next"] = json!(later[self.dice.roll(later.len())]);
                rule
            })
            .collect();
        state["Choices"] = Value::Array(rules);
        if !self.dice.one_in(3) {
            state["Default"] = json!(later[self.dice.roll(later.len())]);
        }
    }

    fn condition(&mut self, depth: usize) -> Value {
        let several = |this: &mut Self| {
            (0..1 + this.dice.roll(2))
                .map(|_| this.condition(depth - 1))
                .collect::<Vec<_>>()
        };
        match self.dice.roll(if depth == 0 { 3 } else { 6 }) {
            0 => {
                json!({"Variable": self.dice.pick(&["$.n", "$.o.n", "$.t"]), "NumericGreaterThan": self.dice.roll(6)})
            }
            1 => json!({"Variable": self.dice.pick(&["$.t", "$.o.t"]), "StringEquals": "a"}),
            2 => {
                json!({"Variable": self.dice.pick(&["$.n", "$.none", "$.o.n"]), "IsPresent": self.dice.one_in(2)})
            }
            3 => json!({"And": several(self)}),
            4 => json!({"Or": several(self)}),
            _ => json!({"Not": self.condition(depth - 1)}),
        }
    }

    /// Adds Retry and Catch.
    fn trouble(&mut self, state: &mut Value, later: &[String]) {
        let names = |dice: &mut Dice| match dice.roll(4) {
            0 => json!(["States.ALL"]),
            1 => json!([dice.pick(&ERRORS[3..]), "E1"]),
            _ => json!([ERRORS[dice.roll(2)]]),
        };
        if self.dice.one_in(2) {
            let mut retriers: Vec<Value> = Vec::new();
            for _ in 0..1 + self.dice.roll(2) {
                let mut retrier = json!({"ErrorEquals": names(self.dice)});
                if retriers.iter().any(|r| r["ErrorEquals"][0] == "States.ALL") {
                    break;
                }
                for (name, value) in [
                    ("IntervalSeconds", json!(1 + self.dice.roll(3))),
                    ("MaxAttempts", json!(self.dice.roll(3))),
                    ("BackoffRate", json!(1.5)),
                    ("MaxDelaySeconds", json!(4 + self.dice.roll(3))),
                ] {
                    if self.dice.one_in(2) {
                        retrier[name] = value;
                    }
                }
                retriers.push(retrier);
            }
            state["Retry"] = Value::Array(retriers);
        }
        if !later.is_empty() && self.dice.one_in(2) {
            let mut catcher = json!({"ErrorEquals": names(self.dice), "Next": later[self.dice.roll(later.len())]});
            if self.dice.one_in(2) {
                catcher["ResultPath"] = if self.dice.one_in(3) {
                    Value::Null
                } else {
                    json!("$.caught")
                };
            }
            state["Catch"] = json!([catcher]);
        }
    }
}

/// Adds the states that a state may lead to.
fn targets(state: &Value, reached: &mut Vec<String>) {
    let of = |v: &Value, name: &str| v.get(name).and_then(Value::as_str).map(str::to_owned);
    reached.extend(of(state, "Next"));
    reached.extend(of(state, "Default"));
    for list in ["Choices", "Catch"] {
        let rules = state
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        reached.extend(rules.filter_map(|rule| of(rule, "Next")));
    }
}
