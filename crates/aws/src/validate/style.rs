//! How each service words a refusal of its framework.

use crate::ApiError;

/// A service's way with invalid input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// The code for constraints that do not hold.
    pub(crate) code: &'static str,
    /// Members that the error has besides the message.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// Whether messages repeat the values.
    pub(crate) values: bool,
}

const USUAL: Style = Style {
    code: "ValidationException",
    fields: &[],
    values: true,
};

/// Returns the style of the service of that signing name.
///
/// **Source**: recorded answers; Athena's fields and its silence about values were measured by others.
pub(crate) fn style(signing_name: &str) -> Style {
    match signing_name {
        "athena" => Style {
            code: "InvalidRequestException",
            fields: &[
                ("AthenaErrorCode", "INVALID_INPUT"),
                ("ErrorCode", "INVALID_INPUT"),
            ],
            values: false,
        },
        "logs" => Style {
            code: "InvalidParameterException",
            ..USUAL
        },
        "sts" | "iam" => Style {
            code: "ValidationError",
            ..USUAL
        },
        "eks" => Style {
            code: "InvalidParameterException",
            ..USUAL
        },
        _ => USUAL,
    }
}

impl Style {
    pub(super) fn error(&self, violations: &[String]) -> ApiError {
        let noun = if violations.len() == 1 {
            "error"
        } else {
            "errors"
        };
        let message = format!(
            "{} validation {noun} detected: {}",
            violations.len(),
            violations.join("; ")
        );
        self.fields
            .iter()
            .fold(ApiError::new(self.code, message), |e, (name, value)| {
                e.with_field(name, *value)
            })
    }
}
