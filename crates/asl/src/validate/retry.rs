//! Retry and Catch.

use std::sync::Arc;

use super::{Fields, Reader, Targets};
use crate::{
    Value,
    model::{Catcher, ResultPath, Retrier},
};

impl Reader {
    pub(crate) fn retriers(&mut self, fields: &Fields<'_>) -> Vec<Retrier> {
        let Some(items) = self.array(fields, "Retry") else {
            return Vec::new();
        };
        let items = self.objects(items, fields, "Retry");
        items.iter().filter_map(|f| self.retrier(f)).collect()
    }

    fn objects<'a>(
        &mut self,
        items: &'a [Value],
        fields: &Fields<'a>,
        name: &str,
    ) -> Vec<Fields<'a>> {
        let mut all = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let at = format!("{}[{i}]", fields.place(name));
            match item.as_object() {
                Some(object) => all.push(Fields::new(object, at, fields.language)),
                None => self.wrong("Expected value of type Object", at),
            }
        }
        all
    }

    fn retrier(&mut self, fields: &Fields<'_>) -> Option<Retrier> {
        self.known(
            fields,
            &[
                "ErrorEquals",
                "IntervalSeconds",
                "MaxAttempts",
                "BackoffRate",
                "MaxDelaySeconds",
                "JitterStrategy",
                "Comment",
            ],
        );
        let errors = self.error_names(fields)?;
        let full_jitter = match self.string(fields, "JitterStrategy").map(|j| &**j) {
            Some("FULL") => true,
            Some("NONE") | None => false,
            Some(_) => {
                self.wrong(
                    "The field 'JitterStrategy' should have one of these values: [FULL, NONE]",
                    fields.place("JitterStrategy"),
                );
                false
            }
        };
        Some(Retrier {
            errors,
            interval_s: self.integer(fields, "IntervalSeconds", 1).unwrap_or(1) as f64,
            max_attempts: self
                .integer(fields, "MaxAttempts", 0)
                .map_or(3, |n| u32::try_from(n).unwrap_or(u32::MAX)),
            backoff: self.number(fields, "BackoffRate", 1.0).unwrap_or(2.0),
            max_delay_s: self.integer(fields, "MaxDelaySeconds", 1).map(|n| n as f64),
            full_jitter,
        })
    }

    fn error_names(&mut self, fields: &Fields<'_>) -> Option<Vec<Arc<str>>> {
        if !self.required(fields, &["ErrorEquals"]) {
            return None;
        }
        let items = self.array(fields, "ErrorEquals")?;
        if items.is_empty() {
            self.wrong("Value cannot be empty", fields.place("ErrorEquals"));
        }
        let mut names = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item {
                Value::String(name) => names.push(Arc::clone(name)),
                _ => self.wrong(
                    "Expected value of type String",
                    format!("{}[{i}]", fields.place("ErrorEquals")),
                ),
            }
        }
        Some(names)
    }

    pub(crate) fn catchers(&mut self, fields: &Fields<'_>, targets: &Targets) -> Vec<Catcher> {
        let Some(items) = self.array(fields, "Catch") else {
            return Vec::new();
        };
        let items = self.objects(items, fields, "Catch");
        items
            .iter()
            .filter_map(|f| self.catcher(f, targets))
            .collect()
    }

    fn catcher(&mut self, fields: &Fields<'_>, targets: &Targets) -> Option<Catcher> {
        self.known(
            fields,
            &[
                "ErrorEquals",
                "Next",
                "ResultPath",
                "Output",
                "Assign",
                "Comment",
            ],
        );
        self.only_for(fields, &["ResultPath"], &["Output"]);
        let errors = self.error_names(fields);
        let complete = self.required(fields, &["Next"]);
        let result_path = if fields.is_jsonata() {
            ResultPath::Replace
        } else {
            self.result_path(fields, "ResultPath")
        };
        let output = if fields.is_jsonata() {
            self.template(fields, "Output")
        } else {
            None
        };
        let assign = self.assign(fields);
        let next = if complete {
            self.target(fields, "Next", targets)
        } else {
            None
        };
        Some(Catcher {
            errors: errors?,
            next: next?,
            result_path,
            output,
            assign,
        })
    }
}
