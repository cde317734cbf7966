//! The corpus: valid definitions, and expressions one a line; and what can be put where something else was.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

pub(crate) struct Corpus {
    pub(crate) definitions: Vec<Value>,
    pub(crate) expressions: Vec<Vec<String>>,
    /// Every value that stands under a member's name anywhere.
    pub(crate) by_name: BTreeMap<String, Vec<Value>>,
    /// Every piece of an expression.
    pub(crate) pieces: Vec<String>,
}

impl Corpus {
    /// Reads the folder `corpus`. A corpus that is not good is a defect of this program's: it panics.
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let mut names: Vec<_> = fs::read_dir(&folder)
            .expect("the corpus is there")
            .map(|entry| entry.expect("readable").path())
            .filter(|path| path.extension().is_some_and(|e| e == "json"))
            .collect();
        names.sort();
        let (mut definitions, mut by_name) = (Vec::new(), BTreeMap::new());
        for path in names {
            let text = fs::read_to_string(&path).expect("readable");
            if let Err(found) = asl::Definition::parse(&text, asl::MachineKind::Standard) {
                panic!("{}: {}", path.display(), asl::invalid_definition(&found));
            }
            let definition: Value =
                serde_json::from_str(&text).expect("a definition that was parsed is JSON");
            gather(&definition, &mut by_name);
            definitions.push(definition);
        }
        let lines =
            fs::read_to_string(folder.join("expressions.txt")).expect("the expressions are there");
        let expressions: Vec<Vec<String>> = lines.lines().map(pieces).collect();
        for line in lines.lines() {
            if let Err(error) = jsonata::Expression::parse(line) {
                panic!("{line}: {error}");
            }
        }
        let pieces = expressions.iter().flatten().cloned().collect();
        Self {
            definitions,
            expressions,
            by_name,
            pieces,
        }
    }
}

fn gather(value: &Value, by_name: &mut BTreeMap<String, Vec<Value>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                by_name
                    .entry(name.clone())
                    .or_default()
                    .push(member.clone());
                gather(member, by_name);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, by_name)),
        _ => {}
    }
}

/// Splits an expression into words, spaces and signs.
fn pieces(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for c in text.chars() {
        match found.last_mut() {
            Some(last)
                if (c.is_alphanumeric() || c == '$')
                    && last.ends_with(|p: char| p.is_alphanumeric() || p == '$') =>
            {
                last.push(c)
            }
            _ => found.push(c.into()),
        }
    }
    found
}
