//! What must hold of a data set before it is kept.

use aws::{ApiError, Principal};
use serde_json::{Value, json};

use super::{Column, ColumnType, Compiled, DataSet, Physical, compile::compile, resolve::parents};
use crate::{
    QuickSight,
    asset::{Asset, DATA_SOURCE, Scope},
    error::invalid,
    report,
    source::{self, Athena},
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

/// Asks Athena for the columns of SQL that was given without them, and puts them into the data set, as its
/// description shows them.
///
/// **Errors**: `InvalidParameterValueException` with what Athena says.
pub(crate) async fn fill_columns(
    service: &QuickSight,
    scope: &Scope,
    asset: &mut Asset,
) -> Result<(), ApiError> {
    let Some(Value::Object(tables)) = asset.body.get_mut("PhysicalTableMap") else {
        return Ok(());
    };
    for table in tables.values_mut() {
        let Some(custom) = table.get_mut("CustomSql") else {
            continue;
        };
        let known = custom.get("Columns").and_then(Value::as_array);
        if known.is_some_and(|c| !c.is_empty()) {
            continue;
        }
        let text = |name: &str| {
            custom
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_owned()
        };
        let arn = text("DataSourceArn");
        let source = Asset::by_arn(&service.store, &DATA_SOURCE, scope, &arn).await?;
        let principal = Principal::root(&scope.account, &scope.region);
        let athena = Athena::new(service, principal, source::work_group(&source));
        let sql = text("SqlQuery");
        let sql = format!(
            "SELECT * FROM (\n{}\n) AS t LIMIT 0",
            super::direct::without_end(&sql)
        );
        let answer = athena.rows(&sql, 1).await;
        let answer = answer.map_err(|e| {
            invalid(format!(
                "The columns of {} cannot be found: {e}",
                text("Name")
            ))
        })?;
        let columns: Vec<Value> = answer
            .columns
            .iter()
            .map(|(name, kind)| json!({"Name": name, "Type": ColumnType::of_trino(kind).name()}))
            .collect();
        custom["Columns"] = columns.into();
    }
    Ok(())
}

/// Returns the compiled data set.
pub(crate) async fn compiled(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Compiled, ApiError> {
    let parents = parents(service, scope, asset).await?;
    compile(&DataSet::of(asset), &parents, true, report::now(service)).map_err(invalid)
}

/// Returns a data set's columns.
pub(crate) async fn columns(
    service: &QuickSight,
    scope: &Scope,
    asset: &Asset,
) -> Result<Vec<Column>, ApiError> {
    Ok(compiled(service, scope, asset).await?.columns)
}
