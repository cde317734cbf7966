//! The values that a column has.

use chrono::NaiveDateTime;
use serde_json::json;

use super::{PlanError, Request, VisualQuery, assemble::plan};
use crate::{
    column::DataSets,
    definition::{ColumnRef, Definition, Filter, Sheet, Visual},
    parameter::ParameterValues,
};

/// Plans the query for the values that a column has, for a control to choose from. Of the request's filters
/// those given with it hold, not the definition's.
///
/// **Errors**: [`PlanError`], as for a visual.
pub fn distinct_values(
    definition: &Definition,
    data_sets: &DataSets,
    column: &ColumnRef,
    filters: &[Filter],
    parameters: &ParameterValues,
    now: NaiveDateTime,
) -> Result<VisualQuery, PlanError> {
    let field = json!({"CategoricalDimensionField": {
        "FieldId": "value",
        "Column": {"DataSetIdentifier": column.data_set, "ColumnName": column.column},
    }});
    let visual = json!({"TableVisual": {"VisualId": "values", "ChartConfiguration": {
        "FieldWells": {"TableAggregatedFieldWells": {"GroupBy": [field]}}}}});
    let mut asked = definition.clone();
    asked.filter_groups.clear();
    asked.sheets = vec![Sheet {
        id: "values".to_owned(),
        visuals: Visual::read(&visual).into_iter().collect(),
        ..Sheet::default()
    }];
    plan(&Request {
        definition: &asked,
        sheet: "values",
        visual: "values",
        data_sets,
        parameters,
        filters,
        selections: &[],
        level: 0,
        detail: false,
        now,
        limit: Some(1000),
    })
}
