//! Totals and subtotals of tables and pivot tables.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Kind, Visual, list, text};

/// How a measure's total comes about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TotalFunction {
    /// The measure's own aggregation, over all rows of the data set behind the total.
    #[default]
    OfRows,
    /// Over the figures that are shown.
    Sum,
    Average,
    Min,
    Max,
    None,
}

impl TotalFunction {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.as_str()? {
            "SUM" => Self::Sum,
            "AVERAGE" => Self::Average,
            "MIN" => Self::Min,
            "MAX" => Self::Max,
            "NONE" => Self::None,
            _ => Self::OfRows,
        })
    }

    /// Returns the SQL aggregation over shown figures.
    #[must_use]
    pub fn over_figures(self) -> Option<&'static str> {
        match self {
            Self::Sum => Some("sum"),
            Self::Average => Some("avg"),
            Self::Min => Some("min"),
            Self::Max => Some("max"),
            Self::OfRows | Self::None => None,
        }
    }
}

/// A total: whether it is there, where, what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TotalOptions {
    pub visible: bool,
    pub label: String,
    pub at_start: bool,
    /// By the id of the measure's field.
    pub functions: BTreeMap<String, TotalFunction>,
}

impl TotalOptions {
    fn read(value: Option<&Value>) -> Self {
        let Some(value) = value else {
            return Self::default();
        };
        let functions = list(value, "TotalAggregationOptions").iter();
        Self {
            visible: visible(value),
            label: text(value, "CustomLabel").unwrap_or_else(|| "Total".to_owned()),
            at_start: value.get("Placement").and_then(Value::as_str) == Some("START"),
            functions: functions
                .filter_map(|o| {
                    let function =
                        o.pointer("/TotalAggregationFunction/SimpleTotalAggregationFunction");
                    Some((text(o, "FieldId")?, TotalFunction::read(function?)?))
                })
                .collect(),
        }
    }
}

/// Which fields' groups have a subtotal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SubtotalLevel {
    All,
    /// The innermost field that has groups below it.
    #[default]
    Last,
    Fields(Vec<String>),
}

/// Subtotals of the rows or the columns of a pivot table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubtotalOptions {
    pub visible: bool,
    pub label: String,
    pub level: SubtotalLevel,
}

/// What stands in a subtotal's label for the group that it is of.
const DIMENSION: &str = "<<$aws:subtotalDimension>>";

impl SubtotalOptions {
    fn read(value: Option<&Value>) -> Self {
        let Some(value) = value else {
            return Self::default();
        };
        Self {
            visible: visible(value),
            label: text(value, "CustomLabel").unwrap_or_else(|| "Subtotal".to_owned()),
            level: match value.get("FieldLevel").and_then(Value::as_str) {
                Some("ALL") => SubtotalLevel::All,
                Some("CUSTOM") => SubtotalLevel::Fields(
                    list(value, "FieldLevelOptions")
                        .iter()
                        .filter_map(|o| text(o, "FieldId"))
                        .collect(),
                ),
                _ => SubtotalLevel::Last,
            },
        }
    }

    /// Returns how many of the fields each subtotal keeps, outermost first.
    #[must_use]
    pub fn kept(&self, fields: &[&str]) -> Vec<usize> {
        let all = 1..fields.len().max(1);
        if !self.visible {
            return Vec::new();
        }
        match &self.level {
            SubtotalLevel::All => all.collect(),
            SubtotalLevel::Last => all.last().into_iter().collect(),
            SubtotalLevel::Fields(ids) => all
                .filter(|kept| ids.iter().any(|id| id == fields[kept - 1]))
                .collect(),
        }
    }

    /// Returns what a group's subtotal is called.
    #[must_use]
    pub fn label_of(&self, group: &str) -> String {
        self.label.replace(DIMENSION, group)
    }
}

fn visible(value: &Value) -> bool {
    value.get("TotalsVisibility").and_then(Value::as_str) == Some("VISIBLE")
}

/// All totals of a visual. A row's total stands in a column of its own, a column's in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub of_rows: TotalOptions,
    pub of_columns: TotalOptions,
    pub row_groups: SubtotalOptions,
    pub column_groups: SubtotalOptions,
}

impl Totals {
    pub(crate) fn of(visual: &Visual) -> Self {
        let Some(options) = visual.configuration.get("TotalOptions") else {
            return Self::default();
        };
        match visual.kind {
            Kind::Table => Self {
                of_columns: TotalOptions::read(Some(options)),
                ..Self::default()
            },
            Kind::PivotTable => Self {
                of_rows: TotalOptions::read(options.get("RowTotalOptions")),
                of_columns: TotalOptions::read(options.get("ColumnTotalOptions")),
                row_groups: SubtotalOptions::read(options.get("RowSubtotalOptions")),
                column_groups: SubtotalOptions::read(options.get("ColumnSubtotalOptions")),
            },
            _ => Self::default(),
        }
    }

    /// Returns how a measure's total comes about where so many fields of rows and columns are kept.
    pub(crate) fn function(&self, field: &str, rows: usize, columns: usize) -> TotalFunction {
        let of = |total: &TotalOptions| total.functions.get(field).copied();
        let (all_rows, all_columns) = (rows == 0, columns == 0);
        let found = match (
            all_rows && self.of_columns.visible,
            all_columns && self.of_rows.visible,
        ) {
            (true, _) => of(&self.of_columns),
            (false, true) => of(&self.of_rows),
            (false, false) => None,
        };
        found.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn subtotals_keep_the_outer_fields() {
        let read = |more: Value| {
            let mut options = json!({"TotalsVisibility": "VISIBLE"});
            options
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            SubtotalOptions::read(Some(&options)).kept(&["a", "b", "c"])
        };
        assert_eq!(read(json!({})), [2]);
        assert_eq!(read(json!({"FieldLevel": "ALL"})), [1, 2]);
        let fields = json!([{"FieldId": "a"}, {"FieldId": "c"}]);
        assert_eq!(
            read(json!({"FieldLevel": "CUSTOM", "FieldLevelOptions": fields})),
            [1],
            "the innermost field's groups have nothing below them"
        );
        assert!(SubtotalOptions::default().kept(&["a", "b"]).is_empty());
        let one = SubtotalOptions {
            visible: true,
            ..SubtotalOptions::default()
        };
        assert!(one.kept(&["a"]).is_empty() && one.kept(&[]).is_empty());
    }

    #[test]
    fn a_label_names_the_group() {
        let options = json!({"CustomLabel": "All of <<$aws:subtotalDimension>>"});
        let options = SubtotalOptions::read(Some(&options));
        assert_eq!(options.label_of("x"), "All of x");
    }
}
