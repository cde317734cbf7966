//! What must hold of a data set before it is kept.

use aws::ApiError;

use super::{Column, Compiled, DataSet, Physical, compile::compile, resolve::parents};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SOURCE, Scope},
    error::invalid,
};

/// Checks that a data set can be read: its tables fit together, its sources are there and of the right type.
///
/// **Errors**: `InvalidParameterValueException`, `ResourceNotFoundException`.
pub(crate) async fn check(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<(), ApiError> {
    if asset
        .body
        .get("DataPrepConfiguration")
        .is_some_and(|v| !v.is_null())
    {
        return Err(invalid(
            "DataPrepConfiguration is not supported here: use LogicalTableMap",
        ));
    }
    let data_set = DataSet::of(asset);
    let compiled = compiled(service, scope, asset).await?;
    let tables = data_set.physical().map_err(|e| invalid(e.to_string()))?;
    for table in tables.values() {
        let Some(arn) = table.source_arn() else {
            return Err(invalid("SaaSTable is not supported here"));
        };
        let source = Asset::by_arn(&service.store, &DATA_SOURCE, scope, arn).await?;
        let kind = source
            .body
            .get("Type")
            .and_then(|t| t.as_str())
            .unwrap_or("");
        let fits = match table {
            Physical::S3Source(_) => kind == "S3",
            _ => kind == "ATHENA",
        };
        if !fits {
            let message =
                format!("Data source {arn} is of type {kind}, which does not fit the table");
            return Err(invalid(message));
        }
        if matches!(table, Physical::S3Source(_)) && !data_set.is_spice() {
            return Err(invalid(
                "A data set of S3 files can only be imported into SPICE",
            ));
        }
    }
    crate::report::access::check(asset, &compiled.columns)
}

/// Returns the compiled data set.
pub(crate) async fn compiled(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Compiled, ApiError> {
    let parents = parents(service, scope, asset).await?;
    compile(&DataSet::of(asset), &parents, true).map_err(invalid)
}

/// Returns a data set's columns.
pub(crate) async fn columns(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Vec<Column>, ApiError> {
    Ok(compiled(service, scope, asset).await?.columns)
}
