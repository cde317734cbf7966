//! The test cases in a folder: mock configuration files, their definitions, and what is expected.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    run::mocks::{Case, Machine, MockFile},
    validate::Type,
};

/// What a case starts with and how it must end. Of what is left out, nothing is expected, but `status`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    #[serde(default = "no_input")]
    pub input: Value,
    #[serde(default = "succeeded")]
    pub status: String,
    /// Compared as JSON. Absent: any.
    #[serde(default, deserialize_with = "given")]
    pub output: Option<Value>,
    pub error: Option<String>,
    pub cause: Option<String>,
}

fn no_input() -> Value {
    Value::Object(serde_json::Map::new())
}

fn succeeded() -> String {
    "SUCCEEDED".to_owned()
}

/// An output of `null` is expected, too.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// One test case, ready to run.
#[derive(Debug)]
pub(crate) struct TestCase {
    /// The mock configuration's file, from the folder.
    pub file: String,
    pub machine: String,
    pub definition_file: PathBuf,
    pub kind: Type,
    pub case: Case,
    pub expected: Expected,
}

/// Finds all test cases below a folder, in the order of the files' names.
pub(crate) fn find(folder: &Path) -> anyhow::Result<Vec<TestCase>> {
    let mut files = Vec::new();
    if folder.is_file() {
        files.push(folder.to_path_buf());
    } else {
        collect(folder, &mut files)?;
        files.sort();
    }
    ensure!(
        !files.is_empty(),
        "there is no *.mock.json and no MockConfigFile.json in {}",
        folder.display()
    );
    let mut cases = Vec::new();
    for path in files {
        let shown = path
            .strip_prefix(folder)
            .ok()
            .filter(|p| *p != Path::new(""));
        let shown = shown.unwrap_or(&path).display().to_string();
        for machine in MockFile::read(&path)?.machines {
            cases_of(&path, &shown, machine, &mut cases).with_context(|| shown.clone())?;
        }
    }
    ensure!(!cases.is_empty(), "the mocks have no TestCases");
    Ok(cases)
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let read = || format!("cannot read {}", folder.display());
    for entry in std::fs::read_dir(folder).with_context(read)? {
        let entry = entry.with_context(read)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // a link is not followed: it may lead back up
        if entry.file_type().with_context(read)?.is_dir() {
            if !name.starts_with('.') {
                collect(&entry.path(), into)?;
            }
        } else if name.ends_with(".mock.json") || name == "MockConfigFile.json" {
            into.push(entry.path());
        }
    }
    Ok(())
}

fn cases_of(
    path: &Path,
    shown: &str,
    mut machine: Machine,
    into: &mut Vec<TestCase>,
) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = machine.name.clone();
    let definition_file = match &machine.definition {
        Some(file) => folder.join(file),
        None => ["asl.json", "json", "asl"]
            .iter()
            .map(|end| folder.join(format!("{name}.{end}")))
            .find(|file| file.is_file())
            .with_context(|| {
                format!(
                    "StateMachines.{name}: there is no definition {name}.asl.json, {name}.json or {name}.asl beside \
                     the file; name it with \"Definition\""
                )
            })?,
    };
    let kind = match machine.kind.as_deref() {
        None | Some("STANDARD") => Type::Standard,
        Some("EXPRESS") => Type::Express,
        Some(other) => {
            anyhow::bail!("StateMachines.{name}.Type: {other:?} is neither STANDARD nor EXPRESS")
        }
    };
    for case in machine.cases {
        let expected = match machine.expect.remove(&case.name) {
            Some(expected) => Some((
                format!("StateMachines.{name}.Expect.{}", case.name),
                expected,
            )),
            None => beside(folder, &name, &case.name)?,
        };
        let expected = match expected {
            Some((at, expected)) => serde_json::from_value(expected).context(at)?,
            None => serde_json::from_value(no_input())?,
        };
        into.push(TestCase {
            file: shown.to_owned(),
            machine: name.clone(),
            definition_file: definition_file.clone(),
            kind,
            case,
            expected,
        });
    }
    Ok(())
}

/// Reads `<machine>.<case>.expect.json` or `<case>.expect.json`.
fn beside(folder: &Path, machine: &str, case: &str) -> anyhow::Result<Option<(String, Value)>> {
    for file in [
        format!("{machine}.{case}.expect.json"),
        format!("{case}.expect.json"),
    ] {
        let path = folder.join(&file);
        if path.is_file() {
            let text = std::fs::read_to_string(&path).with_context(|| file.clone())?;
            let value = serde_json::from_str(&text).with_context(|| file.clone())?;
            return Ok(Some((file, value)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOCKS: &str = r#"{"StateMachines": {"M": {"TestCases": {"A": {}, "B": {}, "C": {}}, "Type": "EXPRESS",
        "Expect": {"A": {"output": null}}}}}"#;

    #[test]
    fn expectations_stand_in_the_file_or_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("x.mock.json"), MOCKS).unwrap();
        let refused = format!("{:#}", find(folder.path()).unwrap_err());
        assert!(
            refused.contains("there is no definition M.asl.json"),
            "{refused}"
        );
        std::fs::write(inner.join("M.json"), "{}").unwrap();
        std::fs::write(
            inner.join("B.expect.json"),
            r#"{"status": "FAILED", "error": "E"}"#,
        )
        .unwrap();
        let cases = find(folder.path()).unwrap();
        let named: Vec<_> = cases.iter().map(|c| c.case.name.as_str()).collect();
        assert_eq!(named, ["A", "B", "C"]);
        assert_eq!(
            (cases[0].file.as_str(), cases[0].kind),
            ("inner/x.mock.json", Type::Express)
        );
        assert_eq!(cases[0].expected.output, Some(Value::Null));
        assert_eq!(cases[1].expected.error.as_deref(), Some("E"));
        assert_eq!(
            (cases[2].expected.status.as_str(), &cases[2].expected.output),
            ("SUCCEEDED", &None)
        );
    }

    #[test]
    fn an_expectation_with_a_wrong_name_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("M.json"), "{}").unwrap();
        std::fs::write(
            folder.path().join("MockConfigFile.json"),
            MOCKS.replace("output", "Output"),
        )
        .unwrap();
        let refused = format!("{:#}", find(folder.path()).unwrap_err());
        assert!(refused.contains("unknown field `Output`"), "{refused}");
    }
}
