//! How long an evaluation takes: `bench_evaluate EXPRESSION INPUT COUNT` (the input as JSON) on one thread,
//! parsed once. `bench/jsonata.py` runs it beside the reference implementation.
//!
//! Prints the result as JSON and the nanoseconds for each evaluation.

use std::{error::Error, hint::black_box, process::ExitCode, sync::Arc, time::Instant};

use jsonata::{Environment, Expression, Object, Value};
use serde_json::Value as Json;

fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => n.as_f64().map_or(Value::Undefined, Value::Number),
        Json::String(s) => Value::string(s.as_str()),
        Json::Array(items) => Value::array(items.iter().map(from_json).collect()),
        Json::Object(members) => Value::object(
            members
                .iter()
                .map(|(k, v)| (Arc::from(k.as_str()), from_json(v)))
                .collect::<Object>(),
        ),
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [_, expression, input, count] = arguments else {
        return Err("usage: bench_evaluate EXPRESSION INPUT COUNT".into());
    };
    let count: u32 = count.parse()?;
    let input = from_json(&serde_json::from_str(input)?);
    let expression = Expression::parse(expression).map_err(|e| e.to_string())?;
    let environment = Environment::default();
    let evaluate = || {
        expression
            .evaluate(black_box(&input), &environment)
            .map_err(|e| e.to_string())
    };
    for _ in 0..count / 10 {
        evaluate()?; // warm
    }
    let began = Instant::now();
    for _ in 0..count {
        black_box(evaluate()?);
    }
    let nanos = began.elapsed().as_secs_f64() * 1e9 / f64::from(count);
    println!("{:?}", evaluate()?);
    println!("{nanos:.1}");
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
