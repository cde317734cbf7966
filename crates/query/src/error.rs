//! Why a query failed, in Trino's codes and words.

use std::error::Error;

use datafusion::{arrow::error::ArrowError, common::DataFusionError};

use crate::Location;

/// More memory was wanted than queries may have.
pub(crate) const EXHAUSTED: &str = "EXCEEDED_LOCAL_MEMORY_LIMIT";

/// A failure of a query. Its text is what Athena shows as the reason.
#[derive(Clone, Debug, thiserror::Error)]
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

    /// Tells whether it was stopped for want of memory.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, Self::Failed { code, .. } if *code == EXHAUSTED)
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

/// What is at the bottom of an error, under all wrappings.
pub(crate) enum Cause<'a> {
    Own(&'a QueryError),
    Theirs(&'a DataFusionError),
}

/// Digs for an error of our own in DataFusion's wrappings, else returns the innermost wrapped one.
///
/// Nothing is taken out: an error may be shared by all who waited for the same rows, as those of a join do.
pub(crate) fn innermost(error: &DataFusionError) -> Cause<'_> {
    match error {
        DataFusionError::External(source) => {
            wrapped(source.as_ref()).unwrap_or(Cause::Theirs(error))
        }
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            innermost(inner)
        }
        DataFusionError::Shared(inner) => innermost(inner),
        DataFusionError::Collection(all) => all.first().map_or(Cause::Theirs(error), innermost),
        DataFusionError::ArrowError(source, _) => match source.as_ref() {
            ArrowError::ExternalError(source) => {
                wrapped(source.as_ref()).unwrap_or(Cause::Theirs(error))
            }
            _ => Cause::Theirs(error),
        },
        other => Cause::Theirs(other),
    }
}

fn wrapped<'a>(source: &'a (dyn Error + Send + Sync + 'static)) -> Option<Cause<'a>> {
    if let Some(own) = source.downcast_ref::<QueryError>() {
        return Some(Cause::Own(own));
    }
    source.downcast_ref::<DataFusionError>().map(innermost)
}

/// Returns what DataFusion's failure while running means to the caller.
pub(crate) fn running(error: &DataFusionError) -> QueryError {
    let error = match innermost(error) {
        Cause::Own(own) => return own.clone(),
        Cause::Theirs(other) => other,
    };
    match error {
        DataFusionError::ResourcesExhausted(what) => QueryError::failed(
            EXHAUSTED,
            format!(
                "Query exceeded per-node memory limit [{}]",
                what.replace('\n', " ")
            ),
        ),
        DataFusionError::ArrowError(source, _) => arrow(source),
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

fn arrow(error: &ArrowError) -> QueryError {
    match error {
        ArrowError::DivideByZero => QueryError::failed("DIVISION_BY_ZERO", "Division by zero"),
        ArrowError::CastError(message) | ArrowError::ParseError(message) => {
            QueryError::failed("INVALID_CAST_ARGUMENT", message)
        }
        ArrowError::ArithmeticOverflow(message) => {
            QueryError::failed("NUMERIC_VALUE_OUT_OF_RANGE", message)
        }
        ArrowError::ParquetError(message) => QueryError::failed(
            "HIVE_CANNOT_OPEN_SPLIT",
            format!("Error opening Hive split: {message}"),
        ),
        other => QueryError::Internal {
            message: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn exhausted() -> DataFusionError {
        DataFusionError::ResourcesExhausted("no room\nfor a join".into())
    }

    #[test]
    fn what_is_shared_or_wrapped_means_the_same() {
        let text = "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit [no room for a join]";
        let shared = Arc::new(exhausted());
        let _other = Arc::clone(&shared);
        let arrow = ArrowError::ExternalError(Box::new(exhausted()));
        for error in [
            exhausted(),
            DataFusionError::Shared(shared),
            DataFusionError::Context("while joining".into(), Box::new(exhausted())),
            DataFusionError::Collection(vec![exhausted(), DataFusionError::Plan("x".into())]),
            DataFusionError::ArrowError(Box::new(arrow), None),
            DataFusionError::External(Box::new(exhausted())),
        ] {
            assert_eq!(running(&error).to_string(), text, "{error:?}");
        }
        let own = QueryError::failed("HIVE_BAD_DATA", "a line");
        let shared = Arc::new(DataFusionError::from(own));
        let _other = Arc::clone(&shared);
        let told = running(&DataFusionError::Shared(shared));
        assert_eq!(told.to_string(), "HIVE_BAD_DATA: a line");
    }

    #[test]
    fn zero_is_no_divisor_however_it_is_told() {
        for error in [
            DataFusionError::ArrowError(Box::new(ArrowError::DivideByZero), None),
            DataFusionError::Execution("Divide by zero".into()),
        ] {
            assert_eq!(
                running(&error).to_string(),
                "DIVISION_BY_ZERO: Division by zero"
            );
        }
    }
}
