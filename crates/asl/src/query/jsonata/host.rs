//! The functions that Step Functions adds to JSONata.

use std::rc::Rc;

use jsonata::{Error, HostFunction, Value as There};

use super::values;
use crate::{
    Value,
    query::{JavaRandom, Random, digest},
};

/// The most items that `$range` makes: AWS ends an evaluation whose memory grows beyond some 200,000 to 500,000.
const MAX_RANGE: usize = 400_000;

/// Returns the function of this name, if it is one of Step Functions' own.
pub(super) fn function(name: &str, random: &Rc<Random>) -> Option<There> {
    let random = Rc::clone(random);
    let made = match name {
        "partition" => HostFunction::value("partition", "<an:a<a>>", 2, partition),
        "range" => HostFunction::value("range", "<nnn:a<n>>", 3, range),
        "hash" => HostFunction::value("hash", "<ss?:s>", 2, hash),
        "random" => {
            HostFunction::value("random", "<n?:n>", 1, move |given| Ok(draw(given, &random)))
        }
        "uuid" => HostFunction::value("uuid", "<:s>", 0, move |_| Ok(There::string(random.uuid()))),
        "parse" => HostFunction::value("parse", "<s:x>", 1, parse),
        _ => return None,
    };
    made.ok()
}

fn wrong(message: impl Into<String>) -> Error {
    Error::with_message("D3137", message)
}

fn number(given: &[There], at: usize) -> Result<f64, Error> {
    match given.get(at) {
        Some(There::Number(n)) => Ok(*n),
        _ => Err(wrong(format!("argument {} must be a number", at + 1))),
    }
}

fn partition(given: &[There]) -> Result<There, Error> {
    let items = match given.first() {
        Some(There::Undefined) | None => return Ok(There::Undefined),
        Some(value) => value
            .as_array()
            .map_or_else(|| vec![value.clone()], |a| a.items.clone()),
    };
    let size = number(given, 1)?.trunc();
    if size < 0.0 {
        return Err(wrong("The chunk size must be a positive number"));
    }
    if size == 0.0 {
        return Ok(There::Undefined);
    }
    let chunks = items
        .chunks(size as usize)
        .map(|chunk| There::array(chunk.to_vec()));
    Ok(There::array(chunks.collect()))
}

fn range(given: &[There]) -> Result<There, Error> {
    let whole = |at: usize| number(given, at).map(f64::trunc);
    let (first, last, step) = (whole(0)?, whole(1)?, whole(2)?);
    if step == 0.0 {
        return Ok(There::Undefined);
    }
    let mut items = Vec::new();
    let mut at = first;
    while if step > 0.0 { at <= last } else { at >= last } {
        if items.len() == MAX_RANGE {
            return Err(wrong(
                "Expression evaluation memory limit exceeded: Check for excessive memory usage",
            ));
        }
        items.push(There::Number(at));
        at += step;
    }
    Ok(There::array(items))
}

fn hash(given: &[There]) -> Result<There, Error> {
    let Some(data) = given.first().and_then(There::as_str) else {
        return Ok(There::Undefined);
    };
    let algorithm = given.get(1).and_then(There::as_str).unwrap_or("SHA-256");
    digest::of(data, algorithm)
        .map(There::string)
        .map_err(wrong)
}

/// With a seed always the same number.
fn draw(given: &[There], random: &Random) -> There {
    There::Number(match given.first() {
        Some(There::Number(seed)) => JavaRandom::new(*seed as i64).fraction(),
        _ => random.fraction(),
    })
}

fn parse(given: &[There]) -> Result<There, Error> {
    let Some(text) = given.first().and_then(There::as_str) else {
        return Ok(There::Undefined);
    };
    Value::parse(text)
        .map(|value| values::into(&value))
        .map_err(|e| wrong(e.message))
}
