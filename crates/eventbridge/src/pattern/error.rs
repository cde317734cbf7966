//! Why a pattern is refused, in the words of AWS's matcher.

/// A pattern that is none. Its text is what AWS puts behind `Event pattern is not valid. Reason: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("{message}\n at [Source: (String)\"{source_text}\"; line: {line}, column: {column}]")]
    Json {
        message: String,
        source_text: String,
        line: usize,
        column: usize,
    },
    #[error("{0}")]
    Refused(String),
}

impl PatternError {
    pub(super) fn because(reason: impl Into<String>) -> Self {
        Self::Refused(reason.into())
    }
}
