//! What is refused before anything runs, with its place in the text.

use datafusion::common::{DataFusionError, SchemaError};

use crate::{
    QueryError,
    error::{Cause, innermost, running},
    statement::Parsed,
};

/// Returns what DataFusion's refusal to plan means to the caller, with its place.
pub(super) fn planning_error(parsed: &Parsed, error: &DataFusionError) -> QueryError {
    let error = match innermost(error) {
        Cause::Own(own) => return own.clone(),
        Cause::Theirs(other) => other,
    };
    match error {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, .. } => {
                let qualifier = field.relation.as_ref().map(|r| r.table().to_owned());
                let (line, column, written) =
                    parsed.place_of_column(qualifier.as_deref(), &field.name);
                let message = format!("Column '{written}' cannot be resolved");
                QueryError::Semantic {
                    code: "COLUMN_NOT_FOUND",
                    line,
                    column,
                    message,
                }
            }
            SchemaError::AmbiguousReference { field } => {
                let (line, column, written) = parsed.place_of_column(None, &field.name);
                let message = format!("Column '{written}' is ambiguous");
                QueryError::Semantic {
                    code: "AMBIGUOUS_NAME",
                    line,
                    column,
                    message,
                }
            }
            other => at_start("TYPE_MISMATCH", other.to_string()),
        },
        DataFusionError::Plan(message) => planned(parsed, message),
        DataFusionError::NotImplemented(message) => at_start("NOT_SUPPORTED", message.clone()),
        DataFusionError::SQL(error, _) => at_start("SYNTAX_ERROR", error.to_string()),
        other => running(other),
    }
}

fn at_start(code: &'static str, message: String) -> QueryError {
    QueryError::Semantic {
        code,
        line: 1,
        column: 1,
        message,
    }
}

fn planned(parsed: &Parsed, message: &str) -> QueryError {
    let message = message.lines().next().unwrap_or_default().to_owned();
    let quoted = |prefix: &str| {
        let rest = message.split_once(prefix)?.1;
        Some(rest.split('\'').next().unwrap_or(rest).to_owned())
    };
    if let Some(name) = quoted("Invalid function '") {
        let (line, column) = parsed.place_of_function(&name);
        let message = format!("Function '{name}' not registered");
        return QueryError::Semantic {
            code: "FUNCTION_NOT_FOUND",
            line,
            column,
            message,
        };
    }
    if message.contains("must appear in the GROUP BY clause")
        || message.contains("must be an aggregate")
    {
        let column = message
            .split_once("column \"")
            .and_then(|(_, rest)| rest.split('"').next());
        let name = column
            .map(|c| c.rsplit('.').next().unwrap_or(c).to_owned())
            .unwrap_or_default();
        let (line, column, written) = parsed.place_of_column(None, &name);
        let message =
            format!("'{written}' must be an aggregate expression or appear in GROUP BY clause");
        return QueryError::Semantic {
            code: "EXPRESSION_NOT_AGGREGATE",
            line,
            column,
            message,
        };
    }
    at_start("TYPE_MISMATCH", message)
}
