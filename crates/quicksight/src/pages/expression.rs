//! What an expression would be as a calculated field: its type, or what is wrong with it.

use aws::{ApiError, Context};
use serde::Deserialize;
use serde_json::{Value, json};
use visual::{Definition, expression, parameter_values};

use crate::{
    QuickSight,
    asset::{Asset, DATA_SET, Scope},
    dataset,
    error::invalid,
    principal::Caller,
    report::now,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wish {
    /// The definition whose fields and parameters it may use.
    definition: Value,
    data_set_identifier: String,
    expression: String,
}

/// Answers the type of an expression's values, and whether it aggregates.
///
/// **Errors**: `InvalidParameterValueException` with the place of what is wrong.
pub(super) async fn expression(
    service: &QuickSight,
    context: &Context,
    wish: Wish,
) -> Result<Value, ApiError> {
    let scope = Scope::of(context);
    let definition = Definition::read(&wish.definition);
    let mut declared = definition.data_sets.iter();
    let found = declared.find(|(identifier, _)| *identifier == wish.data_set_identifier);
    let name = &wish.data_set_identifier;
    let (_, arn) = found.ok_or_else(|| invalid(format!("Data set {name} is not declared")))?;
    let asset = Asset::by_arn(&service.store, &DATA_SET, &scope, arn).await?;
    let actions = ["quicksight:DescribeDataSet", "quicksight:PassDataSet"].map(str::to_owned);
    let caller = Caller::of(service, &scope, &context.principal).await?;
    caller
        .check(service, &scope, &DATA_SET, &asset, &actions)
        .await?;
    let columns = dataset::columns(service, &scope, &asset).await?;
    let columns: Vec<visual::Column> = columns.iter().map(dataset::seen).collect();
    let now = now(service);
    let parameters = parameter_values(&definition, &Value::Null, now);
    let fields = definition.calculated_fields.iter();
    let fields = fields
        .filter(|f| f.data_set == *name)
        .map(|f| (f.name.as_str(), f.expression.as_str()));
    let outcome = expression::outcome(&wish.expression, &columns, fields, &parameters, now);
    let outcome = outcome.map_err(|e| invalid(e.to_string()))?;
    Ok(json!({"type": outcome.kind.name(), "aggregated": outcome.aggregated}))
}
