//! Mocked service integrations, in the format of Step Functions Local's mock configuration file.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html>. What we add:
//! `Definition`, `Type` and `Expect` of a state machine, for `taxiway test`.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, anyhow, bail, ensure};
use serde_json::{Map, Value};
use workflow::{Answer, Answers};

/// A mock configuration file.
#[derive(Debug)]
pub(crate) struct MockFile {
    /// In the order of the file.
    pub machines: Vec<Machine>,
}

/// What a mock configuration says of one state machine.
#[derive(Debug)]
pub(crate) struct Machine {
    pub name: String,
    pub cases: Vec<Case>,
    /// Ours: the definition's file, from the configuration's folder.
    pub definition: Option<String>,
    /// Ours: `STANDARD` or `EXPRESS`.
    pub kind: Option<String>,
    /// Ours: what is expected of each case, by its name.
    pub expect: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub name: String,
    /// By state.
    responses: BTreeMap<String, Response>,
}

/// A mocked response: an answer for each attempt.
#[derive(Clone, Debug)]
struct Response {
    name: String,
    attempts: Vec<(RangeInclusive<u32>, Answer)>,
}

impl MockFile {
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("{}", path.display()))
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Value = serde_json::from_str(text)?;
        let mut responses = HashMap::new();
        for (name, response) in object(&config, "MockedResponses")? {
            let parsed = Response::parse(name, response)
                .with_context(|| format!("MockedResponses.{name}"))?;
            responses.insert(name.as_str(), parsed);
        }
        let mut machines = Vec::new();
        for (name, machine) in object(&config, "StateMachines")? {
            let parsed = Machine::parse(name, machine, &responses)
                .with_context(|| format!("StateMachines.{name}"))?;
            machines.push(parsed);
        }
        ensure!(!machines.is_empty(), "StateMachines is missing or empty");
        Ok(Self { machines })
    }

    /// Returns the machine of this name, or the only one.
    pub(crate) fn machine(&self, name: &str) -> anyhow::Result<&Machine> {
        if let [only] = self.machines.as_slice() {
            return Ok(only);
        }
        let found = self.machines.iter().find(|m| m.name == name);
        found.ok_or_else(|| {
            let names: Vec<_> = self.machines.iter().map(|m| m.name.as_str()).collect();
            anyhow!(
                "the mocks have no state machine named {name:?} after the definition's file; they have: {}",
                names.join(", ")
            )
        })
    }
}

impl Machine {
    fn parse(
        name: &str,
        machine: &Value,
        responses: &HashMap<&str, Response>,
    ) -> anyhow::Result<Self> {
        let mut cases = Vec::new();
        for (case, states) in object(machine, "TestCases")? {
            let states = states
                .as_object()
                .with_context(|| format!("TestCases.{case} is not an object"))?;
            let mut mocked = BTreeMap::new();
            for (state, response) in states {
                let at = || format!("TestCases.{case}.{state}");
                let name = response
                    .as_str()
                    .with_context(|| format!("{}: not the name of a mocked response", at()))?;
                let found = responses
                    .get(name)
                    .with_context(|| format!("{}: MockedResponses has no {name:?}", at()))?;
                mocked.insert(state.clone(), found.clone());
            }
            cases.push(Case {
                name: case.clone(),
                responses: mocked,
            });
        }
        let text = |key: &str| machine[key].as_str().map(str::to_owned);
        let expect = object(machine, "Expect")?.clone();
        if let Some(unknown) = expect.keys().find(|k| cases.iter().all(|c| c.name != **k)) {
            bail!("Expect.{unknown}: there is no such test case");
        }
        Ok(Self {
            name: name.to_owned(),
            cases,
            definition: text("Definition"),
            kind: text("Type"),
            expect,
        })
    }

    /// Returns the case of this name, or the only one.
    pub(crate) fn case(&self, name: Option<&str>) -> anyhow::Result<&Case> {
        let names = || {
            let names: Vec<_> = self.cases.iter().map(|c| c.name.as_str()).collect();
            names.join(", ")
        };
        match (name, self.cases.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => bail!("choose a test case with --case: {}", names()),
            (Some(name), cases) => cases
                .iter()
                .find(|c| c.name == name)
                .ok_or_else(|| anyhow!("there is no test case {name:?}; there are: {}", names())),
        }
    }
}

fn object<'a>(value: &'a Value, key: &str) -> anyhow::Result<&'a Map<String, Value>> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    match value.get(key) {
        None => Ok(&EMPTY),
        Some(found) => found
            .as_object()
            .with_context(|| format!("{key} is not an object")),
    }
}

impl Response {
    fn parse(name: &str, response: &Value) -> anyhow::Result<Self> {
        let attempts = response.as_object().context("not an object")?;
        ensure!(!attempts.is_empty(), "it answers no attempt");
        let attempts = attempts.iter().map(|(key, answer)| {
            let range = range(key)
                .with_context(|| format!("{key:?} is neither a number nor a range as \"1-3\""))?;
            Ok((range, self::answer(answer).with_context(|| key.clone())?))
        });
        Ok(Self {
            name: name.to_owned(),
            attempts: attempts.collect::<anyhow::Result<_>>()?,
        })
    }
}

fn range(key: &str) -> Option<RangeInclusive<u32>> {
    let (first, last) = key.split_once('-').unwrap_or((key, key));
    let range = first.trim().parse().ok()?..=last.trim().parse().ok()?;
    (!range.is_empty()).then_some(range)
}

fn answer(answer: &Value) -> anyhow::Result<Answer> {
    if let Some(returned) = answer.get("Return") {
        let value = asl::Value::parse(&returned.to_string()).map_err(|e| anyhow!("{e:?}"))?;
        return Ok(Answer::Return(value));
    }
    let thrown = answer
        .get("Throw")
        .context("it has neither Return nor Throw")?;
    let text = |key: &str| thrown[key].as_str().map(str::to_owned);
    Ok(Answer::Throw {
        error: text("Error").context("Throw has no Error")?,
        cause: text("Cause"),
    })
}

impl Case {
    /// Returns the states that have a mock.
    pub(crate) fn states(&self) -> impl Iterator<Item = &str> {
        self.responses.keys().map(String::as_str)
    }

    /// Returns the answers for one execution.
    pub(crate) fn answers(&self) -> Mocks {
        Mocks {
            responses: self.responses.clone(),
            attempts: Mutex::default(),
        }
    }
}

/// Answers the tasks of one execution and counts their attempts, from 0. In a Map, the attempts of all items
/// count together.
pub(crate) struct Mocks {
    responses: BTreeMap<String, Response>,
    attempts: Mutex<HashMap<String, u32>>,
}

impl Mocks {
    /// Returns how an attempt of a state ends; none where the state has no mock.
    fn next(&self, state: &str) -> Option<Answer> {
        let response = self.responses.get(state)?;
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
            let next = attempts.entry(state.to_owned()).or_default();
            *next += 1;
            *next - 1
        };
        let found = response.attempts.iter().find(|(r, _)| r.contains(&attempt));
        Some(found.map_or_else(|| missing(state, response, attempt), |(_, a)| a.clone()))
    }
}

/// A mock that says nothing of an attempt fails it in a way that no Retry or Catch hides.
fn missing(state: &str, response: &Response, attempt: u32) -> Answer {
    Answer::Throw {
        error: "States.Runtime".to_owned(),
        cause: Some(format!(
            "The mocked response '{}' has no answer for attempt {attempt} of the state '{state}'.",
            response.name
        )),
    }
}

impl Answers for Mocks {
    fn covers(&self, task: &asl::ScheduleTask) -> bool {
        self.responses.contains_key(&*task.state)
    }

    fn answer(&self, task: &asl::ScheduleTask) -> Option<Answer> {
        self.next(&task.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "StateMachines": {"M": {"TestCases": {
            "Happy": {"T": "Good"}, "Retry": {"T": "Flaky"}, "Real": {}}}},
        "MockedResponses": {
            "Good": {"0": {"Return": {"a": 1.5}}},
            "Flaky": {"0-1": {"Throw": {"Error": "E", "Cause": "c"}}, "2": {"Return": null}}}}"#;

    #[test]
    fn attempts_are_counted_from_zero_for_each_state() {
        let file = MockFile::parse(FILE).unwrap();
        let machine = file.machine("any").unwrap();
        let mocks = machine.case(Some("Retry")).unwrap().answers();
        let thrown = Answer::Throw {
            error: "E".into(),
            cause: Some("c".into()),
        };
        assert_eq!(mocks.next("T"), Some(thrown.clone()));
        assert_eq!(mocks.next("T"), Some(thrown));
        assert_eq!(mocks.next("T"), Some(Answer::Return(asl::Value::Null)));
        let Some(Answer::Throw { error, cause }) = mocks.next("T") else {
            unreachable!("a mock that is used up throws")
        };
        assert_eq!(error, "States.Runtime");
        assert!(cause.unwrap().contains("attempt 3"));
        assert_eq!(mocks.next("Other"), None, "it runs for real");
    }

    #[test]
    fn a_case_is_found_by_its_name_and_one_of_many_must_be_named() {
        let file = MockFile::parse(FILE).unwrap();
        let machine = file.machine("any").unwrap();
        assert_eq!(
            machine
                .case(Some("Happy"))
                .unwrap()
                .states()
                .collect::<Vec<_>>(),
            ["T"]
        );
        let refused = machine.case(None).unwrap_err().to_string();
        assert!(refused.contains("Happy, Retry, Real"), "{refused}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, what) in [
            ("{}", "StateMachines is missing"),
            (
                r#"{"StateMachines":{"M":{"TestCases":{"C":{"T":"X"}}}}}"#,
                "MockedResponses has no \"X\"",
            ),
            (
                r#"{"StateMachines":{"M":{}},"MockedResponses":{"R":{"x":{"Return":1}}}}"#,
                "neither a number nor a range",
            ),
            (
                r#"{"StateMachines":{"M":{}},"MockedResponses":{"R":{"0":{}}}}"#,
                "neither Return nor Throw",
            ),
            (
                r#"{"StateMachines":{"M":{}},"MockedResponses":{"R":{"3-1":{"Return":1}}}}"#,
                "neither a number",
            ),
            (
                r#"{"StateMachines":{"M":{"Expect":{"C":{}}}}}"#,
                "no such test case",
            ),
        ] {
            let found = format!("{:#}", MockFile::parse(text).unwrap_err());
            assert!(found.contains(what), "{found}");
        }
    }
}
