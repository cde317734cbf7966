//! Why a query failed, in Trino's codes and words.

use datafusion::{arrow::error::ArrowError, common::DataFusionError};

use crate::Location;

/// A failure of a query. Its text is what Athena shows as the reason.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The text is no SQL.
    #[error("line {line}:{column}: {message}")]
    Syntax {
        line: u64,
        column: u64,
        message: String,
    },
    /// The text is SQL that makes no sense here: `TABLE_NOT_FOUND`, `COLUMN_NOT_FOUND`, ….
    #[error("{code}: line {line}:{column}: {message}")]
    Semantic {
        code: &'static str,
        line: u64,
        column: u64,
        message: String,
    },
    /// The data, or its use, is at fault: `HIVE_BAD_DATA`, `DIVISION_BY_ZERO`, ….
    #[error("{code}: {message}")]
    Failed { code: &'static str, message: String },
    /// Ours to mend.
    #[error("GENERIC_INTERNAL_ERROR: {message}")]
    Internal { message: String },
}

impl QueryError {
    pub(crate) fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::Failed {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::failed("NOT_SUPPORTED", message)
    }

    /// Tells whether the caller can mend it.
    pub fn is_users(&self) -> bool {
        !matches!(self, Self::Internal { .. })
    }

    /// Wraps a refusal of the object layer about a place.
    pub(crate) fn storage(at: &Location, error: objects::Error) -> Self {
        match error {
            objects::Error::NoSuchBucket { .. } => Self::failed(
                "HIVE_FILESYSTEM_ERROR",
                format!(
                    "Failed to list directory: {}. The specified bucket does not exist (Service: Amazon S3; \
                     Status Code: 404; Error Code: NoSuchBucket)",
                    at.url()
                ),
            ),
            other => Self::failed(
                "HIVE_CANNOT_OPEN_SPLIT",
                format!("Error opening Hive split {}: {other}", at.url()),
            ),
        }
    }
}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        Self::External(Box::new(error))
    }
}

/// Returns what DataFusion's failure while running means to the caller.
pub(crate) fn running(error: DataFusionError) -> QueryError {
    let error = match unwrapped(error) {
        Ok(own) => return own,
        Err(other) => other,
    };
    match error {
        DataFusionError::ResourcesExhausted(what) => QueryError::failed(
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
            format!("Query exceeded the memory limit: {what}"),
        ),
        DataFusionError::ArrowError(source, _) => arrow(*source),
        DataFusionError::ParquetError(source) => QueryError::failed(
            "HIVE_CANNOT_OPEN_SPLIT",
            format!("Error opening Hive split: {source}"),
        ),
        DataFusionError::ObjectStore(source) => QueryError::failed(
            "HIVE_CANNOT_OPEN_SPLIT",
            format!("Error opening Hive split: {source}"),
        ),
        DataFusionError::NotImplemented(what) => QueryError::unsupported(what),
        DataFusionError::Execution(message) => {
            if message.contains("ivide by zero") || message.contains("ivision by zero") {
                QueryError::failed("DIVISION_BY_ZERO", "Division by zero")
            } else {
                QueryError::failed("INVALID_FUNCTION_ARGUMENT", message)
            }
        }
        DataFusionError::Plan(message) => {
            QueryError::failed("TYPE_MISMATCH", message.lines().next().unwrap_or_default())
        }
        other => QueryError::Internal {
            message: other.strip_backtrace(),
        },
    }
}

fn arrow(error: ArrowError) -> QueryError {
    match error {
        ArrowError::DivideByZero => QueryError::failed("DIVISION_BY_ZERO", "Division by zero"),
        ArrowError::CastError(message) => QueryError::failed("INVALID_CAST_ARGUMENT", message),
        ArrowError::ArithmeticOverflow(message) => {
            QueryError::failed("NUMERIC_VALUE_OUT_OF_RANGE", message)
        }
        ArrowError::ParseError(message) => QueryError::failed("INVALID_CAST_ARGUMENT", message),
        ArrowError::ExternalError(source) => match source.downcast::<DataFusionError>() {
            Ok(inner) => running(*inner),
            Err(source) => match source.downcast::<QueryError>() {
                Ok(own) => *own,
                Err(source) => QueryError::Internal {
                    message: source.to_string(),
                },
            },
        },
        ArrowError::ParquetError(message) => QueryError::failed(
            "HIVE_CANNOT_OPEN_SPLIT",
            format!("Error opening Hive split: {message}"),
        ),
        other => QueryError::Internal {
            message: other.to_string(),
        },
    }
}

/// Digs for an error of our own in DataFusion's wrappings, else returns the innermost wrapped one.
fn unwrapped(error: DataFusionError) -> Result<QueryError, DataFusionError> {
    match error {
        DataFusionError::External(source) => match source.downcast::<QueryError>() {
            Ok(own) => Ok(*own),
            Err(source) => match source.downcast::<DataFusionError>() {
                Ok(inner) => unwrapped(*inner),
                Err(source) => Err(DataFusionError::External(source)),
            },
        },
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            unwrapped(*inner)
        }
        DataFusionError::Shared(shared) => match std::sync::Arc::try_unwrap(shared) {
            Ok(inner) => unwrapped(inner),
            Err(shared) => Err(DataFusionError::Execution(shared.strip_backtrace())),
        },
        DataFusionError::Collection(mut all) if !all.is_empty() => unwrapped(all.swap_remove(0)),
        DataFusionError::ArrowError(source, text) => match *source {
            ArrowError::ExternalError(source) => match source.downcast::<DataFusionError>() {
                Ok(inner) => unwrapped(*inner),
                Err(source) => Err(DataFusionError::ArrowError(
                    Box::new(ArrowError::ExternalError(source)),
                    text,
                )),
            },
            other => Err(DataFusionError::ArrowError(Box::new(other), text)),
        },
        other => Err(other),
    }
}

/// Returns DataFusion's error without its wrappings, for who reads its kind.
pub(crate) fn innermost(error: DataFusionError) -> Result<QueryError, DataFusionError> {
    unwrapped(error)
}
