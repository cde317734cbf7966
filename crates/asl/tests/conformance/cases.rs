//! The case files and how each kind is run.

use std::path::Path;

use asl::{Definition, MachineKind, invalid_definition};
use serde_json::{Value, json};

use crate::{compare::Match, driver};

mod tests;

pub struct Case {
    pub file: String,
    pub category: String,
    pub body: Value,
}

pub enum Outcome {
    Pass,
    /// What decides it lies outside of this crate.
    Skip,
    Fail(String),
}

pub fn load() -> Option<Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/asl");
    let mut cases = Vec::new();
    for category in std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|e| e.path().is_dir())
    {
        for file in std::fs::read_dir(category.path()).ok()?.flatten() {
            let body: Value = serde_json::from_slice(&std::fs::read(file.path()).ok()?).ok()?;
            let name = file.path().file_stem()?.to_string_lossy().into_owned();
            let category = category.file_name().to_string_lossy().into_owned();
            cases.push(Case {
                file: format!("{category}/{name}"),
                category,
                body,
            });
        }
    }
    cases.sort_by(|a, b| a.file.cmp(&b.file));
    Some(cases)
}

pub fn run(case: &Case) -> Outcome {
    let empty = Vec::new();
    match case.body["kind"].as_str() {
        Some("execution") => execution(&case.body),
        Some("executions") => {
            for (i, run) in case.body["runs"]
                .as_array()
                .unwrap_or(&empty)
                .iter()
                .enumerate()
            {
                match execution(run) {
                    Outcome::Pass => {}
                    Outcome::Fail(why) => return Outcome::Fail(format!("run {i}: {why}")),
                    Outcome::Skip => return Outcome::Skip,
                }
            }
            Outcome::Pass
        }
        Some("create" | "validate") => calls(&case.body),
        Some("test_state") => tests::run(&case.body),
        _ => Outcome::Skip,
    }
}

fn kind(of: &Value) -> MachineKind {
    if of["type"] == "EXPRESS" {
        MachineKind::Express
    } else {
        MachineKind::Standard
    }
}

fn execution(run: &Value) -> Outcome {
    let text = run["definition"].as_str().unwrap();
    if text.contains("\"Resource\"") {
        return Outcome::Skip;
    }
    let definition = match Definition::parse(text, kind(run)) {
        Ok(definition) => definition,
        Err(found) => return Outcome::Fail(invalid_definition(&found)),
    };
    let ran = driver::run(&definition, run["input"].as_str().unwrap_or("{}"));
    let mut expected = run["expected"].clone();
    let mut got = ran.result;
    if expected.get("history").is_some() {
        got["history"] = ran.history;
    }
    expected.as_object_mut().unwrap().remove("describe");
    judge(&expected, &got)
}

pub(crate) fn judge(expected: &Value, got: &Value) -> Outcome {
    let mut matching = Match::default();
    if matching.same(expected, got) {
        return Outcome::Pass;
    }
    Outcome::Fail(crate::compare::differences(expected, got).join("\n  "))
}

fn calls(body: &Value) -> Outcome {
    for call in body["calls"].as_array().unwrap() {
        let (request, expected) = (&call["request"], &call["expected"]);
        let text = request["definition"].as_str().unwrap_or_default();
        let parsed = Definition::check(text, kind(request));
        let got = match call["operation"].as_str() {
            Some("CreateStateMachine") => {
                if expected["error"]["code"] != "InvalidDefinition" {
                    return Outcome::Skip;
                }
                let found = parsed.definition.err().unwrap_or_default();
                let mut error =
                    json!({"code": "InvalidDefinition", "message": invalid_definition(&found)});
                if let Some(status) = expected["error"].get("status") {
                    error["status"] = status.clone();
                }
                json!({ "error": error })
            }
            Some("ValidateStateMachineDefinition") => validated(&parsed, expected),
            _ => return Outcome::Skip,
        };
        if let Outcome::Fail(why) = judge(expected, &got) {
            return Outcome::Fail(why);
        }
    }
    Outcome::Pass
}

fn validated(parsed: &asl::Parsed, expected: &Value) -> Value {
    let found = parsed
        .definition
        .as_ref()
        .err()
        .cloned()
        .unwrap_or_default();
    let diagnostics: Vec<Value> = found
        .iter()
        .chain(&parsed.warnings)
        .map(|d| {
            let mut body = json!({"severity": "ERROR", "code": d.code, "message": d.message});
            if let Some(location) = &d.location {
                body["location"] = json!(location);
            }
            body
        })
        .collect();
    let result = if found.is_empty() { "OK" } else { "FAIL" };
    let mut response = json!({"result": result, "diagnostics": diagnostics, "truncated": false});
    response["ResponseMetadata"] = expected["response"]["ResponseMetadata"].clone();
    json!({ "response": response })
}
