//! The quick report: a chart for columns, chosen by their types and names.

use serde_json::{Map, Value, json};

use crate::column::{Column, ColumnType};

/// Returns the visual that suits the columns, as a member of a sheet's `Visuals`.
///
/// Numbers are measures, unless their names say that they are identifiers, years or the like; what is left
/// groups them. Dates make lines, categories bars, two numbers without a category a scatter plot.
#[must_use]
pub fn suggest(visual_id: &str, data_set: &str, columns: &[Column]) -> Value {
    let dates: Vec<&Column> = of(columns, |c| c.kind == ColumnType::Datetime);
    let measures: Vec<&Column> = of(columns, is_measure);
    let texts: Vec<&Column> = of(columns, |c| {
        c.kind != ColumnType::Datetime && !is_measure(c)
    });
    let fields = Fields { data_set };
    let values: Vec<Value> = measures.iter().take(3).map(|c| fields.measure(c)).collect();
    let (kind, wells) = match (dates.first(), texts.as_slice(), measures.as_slice()) {
        (Some(date), texts, [_, ..]) => {
            let mut wells = json!({"Category": [fields.dimension(date)]});
            // A colour for each text, of one measure; without it a line for each measure.
            match texts.first() {
                Some(text) => {
                    wells["Values"] = json!(values[..1]);
                    wells["Colors"] = json!([fields.dimension(text)]);
                }
                None => wells["Values"] = json!(values),
            }
            (
                "LineChartVisual",
                json!({"LineChartAggregatedFieldWells": wells}),
            )
        }
        (None, [text], [_, ..]) => (
            "BarChartVisual",
            json!({"BarChartAggregatedFieldWells": {"Category": [fields.dimension(text)], "Values": values}}),
        ),
        (None, [text, color], [_]) => (
            "BarChartVisual",
            json!({"BarChartAggregatedFieldWells": {"Category": [fields.dimension(text)], "Values": values,
                "Colors": [fields.dimension(color)]}}),
        ),
        (None, [], [x, y, ..]) => (
            "ScatterPlotVisual",
            json!({"ScatterPlotUnaggregatedFieldWells": {"XAxis": [fields.dimension(x)], "YAxis": [fields.dimension(y)]}}),
        ),
        (None, [], [one]) => (
            "HistogramVisual",
            json!({"HistogramAggregatedFieldWells": {"Values": [fields.measure(one)]}}),
        ),
        // How many there are of each.
        (None, [text], []) => (
            "BarChartVisual",
            json!({"BarChartAggregatedFieldWells": {"Category": [fields.dimension(text)], "Values": [fields.count(text)]}}),
        ),
        (Some(date), [], []) => (
            "LineChartVisual",
            json!({"LineChartAggregatedFieldWells": {"Category": [fields.dimension(date)], "Values": [fields.count(date)]}}),
        ),
        _ => {
            let groups: Vec<Value> = dates
                .iter()
                .chain(&texts)
                .map(|c| fields.dimension(c))
                .collect();
            let values: Vec<Value> = measures.iter().map(|c| fields.measure(c)).collect();
            (
                "TableVisual",
                json!({"TableAggregatedFieldWells": {"GroupBy": groups, "Values": values}}),
            )
        }
    };
    let mut visual = Map::new();
    visual.insert(
        kind.to_owned(),
        json!({"VisualId": visual_id, "ChartConfiguration": {"FieldWells": wells}}),
    );
    Value::Object(visual)
}

fn of(columns: &[Column], wanted: impl Fn(&Column) -> bool) -> Vec<&Column> {
    columns.iter().filter(|c| wanted(c)).collect()
}

/// Whole numbers that name things are no measures.
fn is_measure(column: &Column) -> bool {
    if !column.kind.is_number() {
        return false;
    }
    let name = column.name.to_lowercase();
    let last = name
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let names_things = [
        "id", "code", "year", "month", "day", "hour", "zip", "key", "number",
    ];
    let by_case = ["Id", "ID"].iter().any(|end| column.name.ends_with(end));
    column.kind == ColumnType::Decimal || !(names_things.contains(&last) || by_case)
}

/// Makes fields of a data set's columns.
struct Fields<'a> {
    data_set: &'a str,
}

impl Fields<'_> {
    fn field(&self, id: String, column: &Column) -> Value {
        json!({"FieldId": id, "Column": {"DataSetIdentifier": self.data_set, "ColumnName": column.name}})
    }

    fn dimension(&self, column: &Column) -> Value {
        let mut field = self.field(column.name.clone(), column);
        let kind = match column.kind {
            ColumnType::Datetime => {
                field["DateGranularity"] = json!("DAY");
                "DateDimensionField"
            }
            kind if kind.is_number() => "NumericalDimensionField",
            _ => "CategoricalDimensionField",
        };
        json!({kind: field})
    }

    /// Averages of what is an average by its name, sums of the rest.
    fn measure(&self, column: &Column) -> Value {
        let name = column.name.to_lowercase();
        let averaged = [
            "avg", "average", "mean", "rate", "ratio", "percent", "price", "median",
        ];
        let aggregation = if averaged.iter().any(|a| name.contains(a)) {
            "AVERAGE"
        } else {
            "SUM"
        };
        let mut field = self.field(format!("{}.{aggregation}", column.name), column);
        field["AggregationFunction"] = json!({"SimpleNumericalAggregation": aggregation});
        json!({"NumericalMeasureField": field})
    }

    fn count(&self, column: &Column) -> Value {
        let kind = if column.kind == ColumnType::Datetime {
            "DateMeasureField"
        } else {
            "CategoricalMeasureField"
        };
        let mut field = self.field(format!("{}.COUNT", column.name), column);
        field["AggregationFunction"] = json!("COUNT");
        json!({kind: field})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(columns: &[(&str, ColumnType)]) -> String {
        let columns: Vec<Column> = columns.iter().map(|(n, k)| Column::new(*n, *k)).collect();
        let visual = suggest("v", "d", &columns);
        visual.as_object().unwrap().keys().next().unwrap().clone()
    }

    #[test]
    fn a_chart_by_the_types() {
        use ColumnType::{Datetime, Decimal, Integer, String};
        assert_eq!(
            kind(&[("type", String), ("avgcost", Decimal)]),
            "BarChartVisual"
        );
        assert_eq!(
            kind(&[("type", String), ("a", Decimal), ("b", Decimal)]),
            "BarChartVisual"
        );
        assert_eq!(
            kind(&[("at", Datetime), ("fare", Decimal)]),
            "LineChartVisual"
        );
        assert_eq!(kind(&[("fare", Decimal)]), "HistogramVisual");
        assert_eq!(
            kind(&[("fare", Decimal), ("tip", Decimal)]),
            "ScatterPlotVisual"
        );
        assert_eq!(kind(&[("type", String)]), "BarChartVisual");
        assert_eq!(
            kind(&[("type", String), ("PULocationID", Integer)]),
            "TableVisual"
        );
        assert_eq!(
            kind(&[("a", String), ("b", String), ("c", String)]),
            "TableVisual"
        );
        assert_eq!(kind(&[]), "TableVisual");
    }

    #[test]
    fn averages_are_averaged() {
        let visual = suggest(
            "v",
            "taxi",
            &[
                Column::new("type", ColumnType::String),
                Column::new("avgcostpermile", ColumnType::Decimal),
            ],
        );
        let wells = &visual["BarChartVisual"]["ChartConfiguration"]["FieldWells"]["BarChartAggregatedFieldWells"];
        let field = &wells["Values"][0]["NumericalMeasureField"];
        assert_eq!(
            field["AggregationFunction"]["SimpleNumericalAggregation"],
            "AVERAGE"
        );
    }
}
