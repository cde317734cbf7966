//! The fields in a visual's field wells.

use serde_json::Value;

use super::{ColumnRef, text, union};
use crate::{format::Format, moment::Granularity};

/// How the values of a measure become one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregation {
    Sum,
    Average,
    Min,
    Max,
    Count,
    DistinctCount,
    Var,
    VarP,
    Stdev,
    StdevP,
    Median,
    /// From 0 to 100.
    Percentile(f64),
    /// The value if there is only one.
    Unique,
}

impl Aggregation {
    /// Reads a simple aggregation's name in the API.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SUM" => Self::Sum,
            "AVERAGE" => Self::Average,
            "MIN" => Self::Min,
            "MAX" => Self::Max,
            "COUNT" => Self::Count,
            "DISTINCT_COUNT" => Self::DistinctCount,
            "VAR" => Self::Var,
            "VARP" => Self::VarP,
            "STDEV" => Self::Stdev,
            "STDEVP" => Self::StdevP,
            "MEDIAN" => Self::Median,
            "UNIQUE_VALUE" => Self::Unique,
            _ => return None,
        })
    }

    /// Reads any of the API's aggregation unions, or a name alone.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        if let Some(name) = value.as_str() {
            return Self::named(name);
        }
        let (name, inner) = union(value)?;
        match name {
            "PercentileAggregation" => {
                Some(Self::Percentile(inner.get("PercentileValue")?.as_f64()?))
            }
            _ => Self::read(inner),
        }
    }

    /// Returns what stands before a field's name in a label.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Sum => "Sum of".into(),
            Self::Average => "Average of".into(),
            Self::Min => "Min of".into(),
            Self::Max => "Max of".into(),
            Self::Count => "Count of".into(),
            Self::DistinctCount => "Distinct count of".into(),
            Self::Var => "Variance of".into(),
            Self::VarP => "Population variance of".into(),
            Self::Stdev => "Standard deviation of".into(),
            Self::StdevP => "Population standard deviation of".into(),
            Self::Median => "Median of".into(),
            Self::Percentile(p) => format!("Percentile {p} of"),
            Self::Unique => String::new(),
        }
    }
}

/// What kind of field it is.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Rows are grouped by its values; dates by a unit of time.
    Dimension(Option<Granularity>),
    /// Its values are aggregated; without an aggregation by what is usual for the type.
    Measure(Option<Aggregation>),
    /// A measure by an expression of its own.
    Calculated(String),
    /// Rows as they are.
    Plain,
}

/// A field in a field well.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub id: String,
    pub column: ColumnRef,
    pub kind: FieldKind,
    /// Its name in the API's union tells what the field takes its column for.
    pub date: bool,
    pub hierarchy: Option<String>,
    pub format: Option<Format>,
}

impl Field {
    /// Reads a `DimensionField`, a `MeasureField` or an `UnaggregatedField`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        if value.get("FieldId").is_some() {
            return Self::inner("UnaggregatedField", value);
        }
        let (name, inner) = union(value)?;
        Self::inner(name, inner)
    }

    fn inner(name: &str, value: &Value) -> Option<Self> {
        let id = text(value, "FieldId")?;
        let kind = match name {
            "CalculatedMeasureField" => FieldKind::Calculated(text(value, "Expression")?),
            "UnaggregatedField" => FieldKind::Plain,
            "DateDimensionField" => FieldKind::Dimension(Some(
                text(value, "DateGranularity")
                    .and_then(|g| Granularity::named(&g))
                    .unwrap_or(Granularity::Day),
            )),
            _ if name.ends_with("DimensionField") => FieldKind::Dimension(None),
            _ => {
                let said = value.get("AggregationFunction").and_then(Aggregation::read);
                // Texts and dates are counted where nothing is said; numbers by what is usual for their type.
                let counted = name.starts_with("Categorical") || name.starts_with("Date");
                FieldKind::Measure(said.or(counted.then_some(Aggregation::Count)))
            }
        };
        let column = match value.get("Column") {
            Some(column) => ColumnRef::read(column)?,
            None if matches!(kind, FieldKind::Calculated(_)) => ColumnRef::default(),
            None => return None,
        };
        Some(Self {
            id,
            column,
            kind,
            date: name.starts_with("Date"),
            hierarchy: text(value, "HierarchyId"),
            format: value.get("FormatConfiguration").map(Format::read),
        })
    }

    #[must_use]
    pub fn is_dimension(&self) -> bool {
        matches!(self.kind, FieldKind::Dimension(_) | FieldKind::Plain)
    }
}
