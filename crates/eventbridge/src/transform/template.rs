//! Input templates: text with `<placeholders>` filled from an event.
//!
//! A placeholder outside quotation marks becomes its value as JSON; inside them it becomes text: a string
//! as it is, anything else as JSON without its quotation marks. A value that is not there is empty text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::EventPath;

const PREDEFINED: &[&str] = &[
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event",
    "aws.events.event.json",
];

/// A placeholder's name or the text between two.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Placeholder(String),
}

/// A template with the paths of its variables.
#[derive(Clone, Debug)]
pub struct Template {
    pieces: Vec<Piece>,
    paths: BTreeMap<String, EventPath>,
}

/// What a template is filled from besides its own paths.
#[derive(Clone, Copy, Debug)]
pub struct Variables<'a> {
    pub event: &'a Value,
    pub rule_arn: &'a str,
    pub rule_name: &'a str,
    /// RFC 3339, to the second.
    pub ingestion_time: &'a str,
}

/// Why a template is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("placeholder {name} is not defined")]
    Placeholder { name: String },
    #[error("variable {name} has the invalid path {path:?}")]
    Path { name: String, path: String },
    #[error("variable name {name} is reserved")]
    Reserved { name: String },
}

impl Template {
    pub fn parse(text: &str, paths: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let mut compiled = BTreeMap::new();
        for (name, path) in paths {
            if name.to_ascii_lowercase().starts_with("aws.") {
                return Err(TemplateError::Reserved { name: name.clone() });
            }
            let path = EventPath::parse(path).map_err(|_| TemplateError::Path {
                name: name.clone(),
                path: path.clone(),
            })?;
            compiled.insert(name.clone(), path);
        }
        let pieces = pieces(text);
        let unknown = pieces.iter().find_map(|piece| match piece {
            Piece::Placeholder(name)
                if !compiled.contains_key(name) && !PREDEFINED.contains(&name.as_str()) =>
            {
                Some(name.clone())
            }
            _ => None,
        });
        match unknown {
            Some(name) => Err(TemplateError::Placeholder { name }),
            None => Ok(Self {
                pieces,
                paths: compiled,
            }),
        }
    }

    /// Returns the template with every placeholder replaced.
    pub fn fill(&self, variables: &Variables<'_>) -> String {
        let mut out = String::new();
        let mut quoted = false;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => {
                    quoted = quoted_after(quoted, text);
                    out.push_str(text);
                }
                Piece::Placeholder(name) => {
                    let value = self.value(name, variables);
                    out.push_str(&if quoted {
                        inside_quotes(&value)
                    } else {
                        value.to_string()
                    });
                }
            }
        }
        out
    }

    fn value(&self, name: &str, variables: &Variables<'_>) -> Value {
        if let Some(path) = self.paths.get(name) {
            return path
                .find(variables.event)
                .unwrap_or_else(|| Value::from(""));
        }
        match name {
            "aws.events.rule-arn" => variables.rule_arn.into(),
            "aws.events.rule-name" => variables.rule_name.into(),
            "aws.events.event.ingestion-time" => variables.ingestion_time.into(),
            "aws.events.event" => without_detail(variables),
            _ => variables.event.clone(),
        }
    }
}

/// As recorded on AWS: no detail, `detailType` in camel case, the time of ingestion.
fn without_detail(variables: &Variables<'_>) -> Value {
    let member = |name: &str| variables.event.get(name).cloned().unwrap_or_default();
    serde_json::json!({
        "id": member("id"),
        "account": member("account"),
        "detailType": member("detail-type"),
        "time": variables.ingestion_time,
        "source": member("source"),
        "region": member("region"),
        "resources": member("resources"),
        "version": member("version"),
    })
}

fn inside_quotes(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let quoted = Value::from(text.as_str()).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        other => other.to_string().replace(['"', '\\'], ""),
    }
}

/// Tells whether text that began inside (or outside) a JSON string ends inside one.
fn quoted_after(mut quoted: bool, text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => {
                chars.next();
            }
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}

fn pieces(mut rest: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    while let Some(open) = rest.find('<') {
        let name_on = &rest[open + 1..];
        let name_end = name_on
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .filter(|end| *end > 0 && name_on[*end..].starts_with('>'));
        match name_end {
            Some(end) => {
                text.push_str(&rest[..open]);
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Placeholder(name_on[..end].to_owned()));
                rest = &name_on[end + 1..];
            }
            None => {
                text.push_str(&rest[..=open]);
                rest = name_on;
            }
        }
    }
    text.push_str(rest);
    pieces.push(Piece::Text(text));
    pieces
}

impl TemplateError {
    /// Returns the refusal of a target with this template, in AWS's words.
    pub(crate) fn for_target(&self, id: &str) -> String {
        match self {
            Self::Placeholder { name } => {
                format!("InputTemplate for target {id} contains invalid placeholder {name}.")
            }
            Self::Path { name, path } => {
                format!(
                    "Invalid InputPathsMap for target {id} : {name} has the invalid path {path}."
                )
            }
            Self::Reserved { name } => {
                format!(
                    "Invalid InputPathsMap for target {id} : {name} starts with the reserved prefix AWS."
                )
            }
        }
    }
}
