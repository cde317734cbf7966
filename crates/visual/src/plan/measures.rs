//! From a column to a figure.

use super::PlanError;
use crate::{
    definition::Aggregation,
    expression::{Code, Compiler, Kind, Stage},
};

/// Aggregates what is of rows, by what is usual for its type where nothing is said.
///
/// **Errors**: the type cannot be aggregated so.
pub(super) fn aggregated(
    compiler: &mut Compiler<'_>,
    field: &str,
    code: Code,
    aggregation: Option<Aggregation>,
) -> Result<Code, PlanError> {
    if !matches!(code.stage, Stage::Row(_) | Stage::Constant) {
        return Ok(code);
    }
    let aggregation = aggregation.unwrap_or(default_for(code.kind));
    check_type(field, code.kind, aggregation)?;
    let value = compiler.once(code);
    Ok(Code::aggregated(aggregation, &value))
}

/// The aggregation that is usual for a type.
pub(super) fn default_for(kind: Kind) -> Aggregation {
    match kind {
        Kind::Integer | Kind::Decimal | Kind::Null => Aggregation::Sum,
        Kind::Text | Kind::Date | Kind::Bool => Aggregation::Count,
    }
}

/// Refuses sums of texts and the like.
fn check_type(field: &str, kind: Kind, aggregation: Aggregation) -> Result<(), PlanError> {
    let any = matches!(
        aggregation,
        Aggregation::Count
            | Aggregation::DistinctCount
            | Aggregation::Min
            | Aggregation::Max
            | Aggregation::Unique
    );
    if any || kind.is_number() {
        return Ok(());
    }
    Err(PlanError::Type {
        field: field.to_owned(),
        found: kind.column().name(),
        wanted: "cannot be aggregated as a number",
    })
}
