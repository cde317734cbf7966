//! What a target is given: read once when the rule is loaded, made for each event.

use serde_json::Value;
use store::BusEvent;

use super::{RuleRef, Target};
use crate::{
    event,
    transform::{EventPath, Template, Variables},
};

/// How a target's input is made.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Event,
    Constant(String),
    Path(EventPath),
    Template(Template),
}

impl Input {
    /// Reads a target's input settings. Errors are in AWS's words.
    pub(crate) fn of(target: &Target) -> Result<Self, String> {
        let id = &target.id;
        match (&target.input, &target.input_path, &target.input_transformer) {
            (None, None, None) => Ok(Self::Event),
            (Some(constant), None, None) => {
                match serde_json::from_str::<serde::de::IgnoredAny>(constant) {
                    Ok(_) => Ok(Self::Constant(constant.clone())),
                    Err(error) => Err(format!(
                        "JSON syntax error in input for target {id} : {error}."
                    )),
                }
            }
            (None, Some(path), None) => match EventPath::parse(path) {
                Ok(path) => Ok(Self::Path(path)),
                Err(_) => Err(format!("Invalid InputPath for target {id} : {path}.")),
            },
            (None, None, Some(transformer)) => {
                let paths = transformer.input_paths_map.clone().unwrap_or_default();
                match Template::parse(&transformer.input_template, &paths) {
                    Ok(template) => Ok(Self::Template(template)),
                    Err(error) => Err(error.for_target(id)),
                }
            }
            _ => Err(format!(
                "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
            )),
        }
    }

    /// Returns the text for one event that reached the rule at `ingested_ms`.
    pub(crate) fn make(
        &self,
        rule: &RuleRef,
        event: &BusEvent,
        value: &Value,
        replay: Option<&str>,
        ingested_ms: i64,
    ) -> Result<String, serde_json::Error> {
        match self {
            Self::Event => event::text(event, replay),
            Self::Constant(text) => Ok(text.clone()),
            Self::Path(path) => Ok(path.find(value).unwrap_or_default().to_string()),
            Self::Template(template) => Ok(template.fill(&Variables {
                event: value,
                rule_arn: &rule.arn(),
                rule_name: &rule.name,
                ingestion_time: &event::time(ingested_ms),
            })),
        }
    }
}
