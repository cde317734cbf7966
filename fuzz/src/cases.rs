//! One case: what is made, and what is done with it.

use std::{fmt, ops::AddAssign, sync::Arc};

use asl::{Definition, MachineKind};
use jsonata::{Environment, Expression, Limits, Object};
use serde_json::{Value, json};

use crate::{
    corpus::Corpus,
    random::{self, Dice},
};

/// What came of the cases, by kind: how many, and how many were good enough to be run.
#[derive(Default)]
pub(crate) struct Counts {
    random: (u64, u64),
    definitions: (u64, u64),
    ended: u64,
    expressions: (u64, u64),
    evaluated: u64,
}

impl Counts {
    pub(crate) fn cases(&self) -> u64 {
        self.random.0 + self.definitions.0 + self.expressions.0
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (sum, (all, good)) in [
            (&mut self.random, other.random),
            (&mut self.definitions, other.definitions),
            (&mut self.expressions, other.expressions),
        ] {
            sum.0 += all;
            sum.1 += good;
        }
        self.ended += other.ended;
        self.evaluated += other.evaluated;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "random definitions  {:>9}, valid {}",
            self.random.0, self.random.1
        )?;
        writeln!(
            f,
            "changed definitions {:>9}, valid {}, executions ended {}",
            self.definitions.0, self.definitions.1, self.ended
        )?;
        write!(
            f,
            "expressions         {:>9}, valid {}, with a result {}",
            self.expressions.0, self.expressions.1, self.evaluated
        )
    }
}

/// Runs a case; `tell` prints its text first.
pub(crate) fn run(corpus: &Corpus, seed: u64, case: u64, tell: bool, counts: &mut Counts) {
    let own = (seed << 40) ^ case;
    let mut dice = Dice(own.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, 0);
    // the first numbers of neighbours are alike
    for _ in 0..4 {
        dice.roll(2);
    }
    match case % 3 {
        0 => {
            if tell {
                println!(
                    "the generator's round {own}: ASL_FUZZ_SEED={own} cargo test -p taxiway-asl --test fuzz"
                );
            }
            counts.random.0 += 1;
            counts.random.1 += u64::from(random::round(own).0);
        }
        1 => definition(corpus, &mut dice, tell, counts),
        _ => expression(corpus, &mut dice, tell, counts),
    }
}

fn definition(corpus: &Corpus, dice: &mut Dice, tell: bool, counts: &mut Counts) {
    let mut made = pick(dice, &corpus.definitions).clone();
    for _ in 0..dice.roll(5) {
        change(&mut made, corpus, dice);
    }
    let text = made.to_string();
    let input = if dice.roll(2) == 0 {
        r#"{"a":{"b":9},"b":{"a":1},"l":[{"a":1},{"a":2,"b":"x"},3],"left":3,"seconds":1}"#
            .to_owned()
    } else {
        dice.value(0).to_text()
    };
    if tell {
        println!("{text}\n{input}");
    }
    counts.definitions.0 += 1;
    let kind = if dice.roll(4) == 0 {
        MachineKind::Express
    } else {
        MachineKind::Standard
    };
    match Definition::parse(&text, kind) {
        Ok(definition) => {
            counts.definitions.1 += 1;
            let _ = definition.graph();
            let _ = definition.variable_references();
            counts.ended += u64::from(random::live(&definition, &input, dice, 0));
        }
        Err(found) => {
            for at in found.iter().filter_map(|d| d.location.as_deref()) {
                let _ = asl::locate(&text, at);
            }
        }
    }
}

/// Changes one place: another value of the same member's name, a member taken away, doubled or renamed, a text
/// changed, an expression of the corpus, or anything at all.
fn change(value: &mut Value, corpus: &Corpus, dice: &mut Dice) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let at = dice.roll(members.len() as u64) as usize;
            let Some(name) = members.keys().nth(at).cloned() else {
                return;
            };
            match dice.roll(12) {
                0 => {
                    members.remove(&name);
                }
                1 => {
                    let (other, values) = nth(corpus, dice);
                    members.insert(other.clone(), pick(dice, values).clone());
                }
                2 | 3 => {
                    if let Some(values) = corpus.by_name.get(&name) {
                        members.insert(name, pick(dice, values).clone());
                    }
                }
                _ => {
                    if let Some(member) = members.get_mut(&name) {
                        change(member, corpus, dice);
                    }
                }
            }
        }
        Value::Array(items) if !items.is_empty() && dice.roll(6) > 0 => {
            let at = dice.roll(items.len() as u64) as usize;
            match dice.roll(6) {
                0 => {
                    items.remove(at);
                }
                1 => items.push(items[at].clone()),
                _ => change(&mut items[at], corpus, dice),
            }
        }
        leaf => {
            *leaf = match dice.roll(6) {
                0 => json!(format!("{{% {} %}}", changed(corpus, dice))),
                1 => json!(dice.code()),
                2 => json!(dice.roll(4)),
                3 => serde_json::from_str(&dice.value(1).to_text()).unwrap_or_default(),
                _ => {
                    let (_, values) = nth(corpus, dice);
                    pick(dice, values).clone()
                }
            };
        }
    }
}

fn expression(corpus: &Corpus, dice: &mut Dice, tell: bool, counts: &mut Counts) {
    let text = changed(corpus, dice);
    if tell {
        println!("{text}");
    }
    counts.expressions.0 += 1;
    let Ok(parsed) = Expression::parse(&text) else {
        return;
    };
    counts.expressions.1 += 1;
    let environment = Environment {
        limits: Limits {
            depth: 1_000,
            steps: 20_000,
        },
        ..Environment::default()
    };
    let input = match dice.roll(4) {
        0 => serde_json::from_str(&dice.value(0).to_text()).unwrap_or_default(),
        _ => {
            json!({"a": {"b": 1, "c": null}, "l": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3}], "x": "a-b"})
        }
    };
    match parsed.evaluate(&into(&input), &environment) {
        Ok(value) => {
            counts.evaluated += 1;
            let _ = format!("{value:?}");
        }
        Err(error) => {
            let _ = error.message();
        }
    }
}

/// Returns an expression of the corpus with some pieces taken out, doubled, or replaced by others.
fn changed(corpus: &Corpus, dice: &mut Dice) -> String {
    let mut pieces = pick(dice, &corpus.expressions).clone();
    for _ in 0..dice.roll(4) {
        if pieces.is_empty() {
            break;
        }
        let at = dice.roll(pieces.len() as u64) as usize;
        match dice.roll(6) {
            0 => {
                pieces.remove(at);
            }
            1 => pieces.insert(at, pieces[at].clone()),
            2 => pieces
                .splice(at..at, pick(dice, &corpus.expressions).clone())
                .for_each(drop),
            3 => {
                pieces[at] = dice
                    .one(&[
                        "1e308",
                        "-1",
                        "0",
                        "1e18",
                        "9007199254740993",
                        "null",
                        "[]",
                        "{}",
                        "\"\"",
                        "é",
                        "()",
                        "$",
                    ])
                    .into()
            }
            _ => pieces[at] = pick(dice, &corpus.pieces).clone(),
        }
    }
    pieces.concat()
}

fn nth<'a>(corpus: &'a Corpus, dice: &mut Dice) -> (&'a String, &'a Vec<Value>) {
    let at = dice.roll(corpus.by_name.len() as u64) as usize;
    corpus
        .by_name
        .iter()
        .nth(at)
        .expect("the corpus has members")
}

fn pick<'a, T>(dice: &mut Dice, of: &'a [T]) -> &'a T {
    &of[dice.roll(of.len() as u64) as usize]
}

fn into(json: &Value) -> jsonata::Value {
    match json {
        Value::Null => jsonata::Value::Null,
        Value::Bool(b) => jsonata::Value::Bool(*b),
        Value::Number(n) => jsonata::Value::Number(n.as_f64().unwrap_or_default()),
        Value::String(text) => jsonata::Value::string(text.as_str()),
        Value::Array(items) => jsonata::Value::array(items.iter().map(into).collect()),
        Value::Object(members) => jsonata::Value::object(
            members
                .iter()
                .map(|(k, v)| (Arc::from(k.as_str()), into(v)))
                .collect::<Object>(),
        ),
    }
}
