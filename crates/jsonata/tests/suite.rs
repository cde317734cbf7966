//! The language's own test suite, behind a committed list of known failures that may only shrink.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use jsonata::{Environment, Error, Expression, Limits, Object, Value};
use serde_json::Value as Json;

fn folder() -> Option<PathBuf> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/jsonata");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the JSONata suite is absent in CI"
    );
    eprintln!("skipped: the JSONata suite is absent");
    None
}

fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => Value::Number(n.as_f64().unwrap()),
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

fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => serde_json::json!(n),
        Value::String(s) => Json::String(s.to_string()),
        Value::Array(array) => Json::Array(array.items.iter().map(to_json).collect()),
        Value::Object(members) => Json::Object(
            members
                .iter()
                .filter(|(_, v)| !v.is_undefined())
                .map(|(k, v)| (k.to_string(), to_json(v)))
                .collect(),
        ),
        Value::Function(_) => Json::String(String::new()),
        _ => Json::Null,
    }
}

fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}

fn same_unordered(a: &Json, b: &Json) -> bool {
    let (Json::Array(a), Json::Array(b)) = (a, b) else {
        return same(a, b);
    };
    let mut left: Vec<&Json> = b.iter().collect();
    a.len() == b.len()
        && a.iter().all(|x| {
            left.iter()
                .position(|y| same(x, y))
                .map(|at| left.remove(at))
                .is_some()
        })
}

fn evaluate(case: &Json, folder: &std::path::Path) -> Result<Value, Error> {
    let input = match (case.get("data"), case["dataset"].as_str()) {
        (Some(data), _) => from_json(data),
        (None, Some(name)) => {
            let text =
                fs::read_to_string(folder.join("datasets").join(format!("{name}.json"))).unwrap();
            from_json(&serde_json::from_str(&text).unwrap())
        }
        _ => Value::Undefined,
    };
    let bindings = case["bindings"].as_object().into_iter().flatten();
    let environment = Environment {
        bindings: bindings
            .map(|(k, v)| (Arc::from(k.as_str()), from_json(v)))
            .collect(),
        now_ms: 1_700_000_000_000,
        seed: 1,
        limits: Limits {
            depth: case["depth"].as_u64().map_or(5_000, |d| d as usize),
            steps: if case["timelimit"].is_number() {
                2_000_000
            } else {
                50_000_000
            },
        },
    };
    Expression::parse(case["expr"].as_str().unwrap())?.evaluate(&input, &environment)
}

fn passes(case: &Json, folder: &std::path::Path) -> Result<(), String> {
    let got = evaluate(case, folder);
    let expected = &case["expected"];
    let shown = |got: &Result<Value, Error>| format!("got {got:?}, expected {expected}");
    let good = match &got {
        Err(error) => {
            expected["error"].as_str() == Some(error.code)
                && expected["token"]
                    .as_str()
                    .is_none_or(|token| error.token.as_deref() == Some(token))
        }
        Ok(value) if value.is_undefined() => expected["undefined"] == true,
        Ok(value) => match expected.get("value") {
            Some(wanted) if case["unordered"] == true => same_unordered(&to_json(value), wanted),
            Some(wanted) => same(&to_json(value), wanted),
            None => false,
        },
    };
    if good { Ok(()) } else { Err(shown(&got)) }
}

#[test]
fn the_language_s_own_suite() {
    let Some(folder) = folder() else { return };
    let known: BTreeSet<&str> = include_str!("known_failures.txt")
        .lines()
        .filter_map(|l| l.split('#').next())
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let (mut passed, mut failed) = (0, BTreeSet::new());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "json"))
    {
        let group: Json = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        for case in group["cases"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c.get("outside_asl").is_none())
        {
            let name = case["name"].as_str().unwrap();
            match passes(case, &folder) {
                Ok(()) => passed += 1,
                Err(why) => {
                    if !known.contains(name) {
                        eprintln!("{name}: {}\n    {why}", case["expr"]);
                    }
                    failed.insert(name.to_owned());
                }
            }
        }
    }
    eprintln!("{passed} passed, {} failed", failed.len());
    let new: Vec<_> = failed
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    let mended: Vec<_> = known
        .iter()
        .filter(|name| !failed.contains(**name))
        .collect();
    assert!(new.is_empty(), "these fail: {new:?}");
    assert!(
        mended.is_empty(),
        "these pass now, take them off the list: {mended:?}"
    );
}
