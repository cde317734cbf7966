//! What a check found.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warn,
    Fail,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) check: &'static str,
    pub(super) status: Status,
    pub(super) said: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, said: impl Into<String>) -> Self {
        Self {
            check,
            status: Status::Ok,
            said: said.into(),
            next: None,
        }
    }

    pub(super) fn warn(
        check: &'static str,
        said: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            status: Status::Warn,
            next: Some(next.into()),
            ..Self::ok(check, said)
        }
    }

    pub(super) fn fail(
        check: &'static str,
        said: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            status: Status::Fail,
            next: Some(next.into()),
            ..Self::ok(check, said)
        }
    }
}

/// Prints a line for each, and below it the next step where there is one.
pub(super) fn print(findings: &[Finding]) {
    let width = findings.iter().map(|f| f.check.len()).max().unwrap_or(0);
    for finding in findings {
        let status = match finding.status {
            Status::Ok => "ok  ",
            Status::Warn => "warn",
            Status::Fail => "FAIL",
        };
        println!("{status}  {:width$}  {}", finding.check, finding.said);
        if let Some(next) = &finding.next {
            println!("      {:width$}  -> {next}", "");
        }
    }
}
