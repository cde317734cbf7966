//! Filters and where they hold.

use serde_json::Value;

use super::{Aggregation, ColumnRef, Direction, list, text, union};
use crate::moment::Granularity;

/// What becomes of rows without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullOption {
    All,
    NullsOnly,
    NonNullsOnly,
}

impl NullOption {
    fn read(value: &Value) -> Option<Self> {
        match value.get("NullOption")?.as_str()? {
            "ALL_VALUES" => Some(Self::All),
            "NULLS_ONLY" => Some(Self::NullsOnly),
            "NON_NULLS_ONLY" => Some(Self::NonNullsOnly),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    Equals,
    DoesNotEqual,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
}

impl Match {
    fn read(value: &Value) -> Option<Self> {
        Some(match value.get("MatchOperator")?.as_str()? {
            "EQUALS" => Self::Equals,
            "DOES_NOT_EQUAL" => Self::DoesNotEqual,
            "CONTAINS" => Self::Contains,
            "DOES_NOT_CONTAIN" => Self::DoesNotContain,
            "STARTS_WITH" => Self::StartsWith,
            "ENDS_WITH" => Self::EndsWith,
            _ => return None,
        })
    }

    #[must_use]
    pub fn is_negative(self) -> bool {
        matches!(self, Self::DoesNotEqual | Self::DoesNotContain)
    }
}

/// A category filter's configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryMatch {
    pub operator: Match,
    pub values: Vec<String>,
    pub parameter: Option<String>,
    /// Values are compared with the text's parts, not with the whole.
    pub custom: bool,
    pub all: bool,
    pub nulls: Option<NullOption>,
}

impl CategoryMatch {
    fn read(value: &Value) -> Option<Self> {
        let (name, inner) = union(value)?;
        let mut values: Vec<String> = list(inner, "CategoryValues")
            .iter()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect();
        values.extend(text(inner, "CategoryValue"));
        Some(Self {
            operator: Match::read(inner)?,
            values,
            parameter: text(inner, "ParameterName"),
            custom: name == "CustomFilterConfiguration",
            all: inner.get("SelectAllOptions").and_then(Value::as_str) == Some("FILTER_ALL_VALUES"),
            nulls: NullOption::read(inner),
        })
    }
}

/// A number, or the parameter that has it.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberSource {
    Static(f64),
    Parameter(String),
}

impl NumberSource {
    fn read(value: &Value) -> Option<Self> {
        if let Some(name) = text(value, "Parameter") {
            return Some(Self::Parameter(name));
        }
        value.get("StaticValue")?.as_f64().map(Self::Static)
    }
}

/// A moment, or what says it.
#[derive(Clone, Debug, PartialEq)]
pub enum MomentSource {
    Static(Value),
    Rolling(String),
    Parameter(String),
}

impl MomentSource {
    fn read(value: &Value) -> Option<Self> {
        if let Some(name) = text(value, "Parameter").or_else(|| text(value, "ParameterName")) {
            return Some(Self::Parameter(name));
        }
        if let Some(expression) = value
            .pointer("/RollingDate/Expression")
            .and_then(Value::as_str)
        {
            return Some(Self::Rolling(expression.to_owned()));
        }
        let fixed = value.get("StaticValue").or_else(|| value.get("Value"))?;
        Some(Self::Static(fixed.clone()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelativeKind {
    Previous,
    This,
    Last,
    Now,
    Next,
}

/// The latest units, left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exclude {
    pub amount: i64,
    pub unit: Granularity,
}

impl Exclude {
    fn read(value: &Value) -> Option<Self> {
        let period = value.get("ExcludePeriodConfiguration")?;
        if period.get("Status").and_then(Value::as_str) == Some("DISABLED") {
            return None;
        }
        Some(Self {
            amount: period.get("Amount")?.as_i64()?,
            unit: Granularity::named(period.get("Granularity")?.as_str()?)?,
        })
    }
}

/// What a filter asks of its column.
#[derive(Clone, Debug, PartialEq)]
pub enum FilterTest {
    Category(CategoryMatch),
    NumberEquals {
        value: Option<NumberSource>,
        negative: bool,
        aggregation: Option<Aggregation>,
        all: bool,
        nulls: Option<NullOption>,
    },
    NumberRange {
        minimum: Option<NumberSource>,
        maximum: Option<NumberSource>,
        include_minimum: bool,
        include_maximum: bool,
        aggregation: Option<Aggregation>,
        all: bool,
        nulls: Option<NullOption>,
    },
    TimeEquals {
        value: Option<MomentSource>,
        unit: Option<Granularity>,
    },
    TimeRange {
        minimum: Option<MomentSource>,
        maximum: Option<MomentSource>,
        include_minimum: bool,
        include_maximum: bool,
        unit: Option<Granularity>,
        exclude: Option<Exclude>,
        nulls: Option<NullOption>,
    },
    Relative {
        /// The parameter that says the day from which is counted; else it is now.
        anchor: Option<String>,
        kind: RelativeKind,
        unit: Granularity,
        count: Option<i64>,
        parameter: Option<String>,
        exclude: Option<Exclude>,
        nulls: Option<NullOption>,
    },
    TopBottom {
        limit: Option<u64>,
        parameter: Option<String>,
        by: ColumnRef,
        aggregation: Option<Aggregation>,
        direction: Direction,
        unit: Option<Granularity>,
    },
    /// One of the values as an answer has them, NULL among them, whatever the column's type; dates by a unit.
    OneOf {
        values: Vec<Option<String>>,
        unit: Option<Granularity>,
    },
    /// From one value to another, both included; dates by a unit.
    Between {
        minimum: Option<String>,
        maximum: Option<String>,
        unit: Option<Granularity>,
    },
    /// Values whose rows pass the inner test, in another column.
    Nested {
        include: bool,
        inner: ColumnRef,
        test: CategoryMatch,
    },
}

impl FilterTest {
    /// Returns whether it is asked of each row, not of groups of them.
    #[must_use]
    pub fn is_of_rows(&self) -> bool {
        match self {
            Self::NumberEquals { aggregation, .. } | Self::NumberRange { aggregation, .. } => {
                aggregation.is_none()
            }
            Self::TopBottom { .. } => false,
            _ => true,
        }
    }
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    pub id: String,
    pub column: ColumnRef,
    pub test: FilterTest,
}

impl Filter {
    /// Reads a member of a filter group's `Filters`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let (name, f) = union(value)?;
        let flag = |member: &str| f.get(member).and_then(Value::as_bool).unwrap_or(false);
        let unit = |member: &str| text(f, member).and_then(|g| Granularity::named(&g));
        let number = |member: &str| f.get(member).and_then(NumberSource::read);
        let moment = |member: &str| f.get(member).and_then(MomentSource::read);
        let aggregation = f.get("AggregationFunction").and_then(Aggregation::read);
        let all = f.get("SelectAllOptions").and_then(Value::as_str) == Some("FILTER_ALL_VALUES");
        let nulls = NullOption::read(f);
        let test = match name {
            "CategoryFilter" => FilterTest::Category(CategoryMatch::read(f.get("Configuration")?)?),
            "NumericEqualityFilter" => FilterTest::NumberEquals {
                value: match text(f, "ParameterName") {
                    Some(name) => Some(NumberSource::Parameter(name)),
                    None => f
                        .get("Value")
                        .and_then(Value::as_f64)
                        .map(NumberSource::Static),
                },
                negative: Match::read(f)?.is_negative(),
                aggregation,
                all,
                nulls,
            },
            "NumericRangeFilter" => FilterTest::NumberRange {
                minimum: number("RangeMinimum"),
                maximum: number("RangeMaximum"),
                include_minimum: flag("IncludeMinimum"),
                include_maximum: flag("IncludeMaximum"),
                aggregation,
                all,
                nulls,
            },
            "TimeEqualityFilter" => FilterTest::TimeEquals {
                value: MomentSource::read(f),
                unit: unit("TimeGranularity"),
            },
            "TimeRangeFilter" => FilterTest::TimeRange {
                minimum: moment("RangeMinimumValue"),
                maximum: moment("RangeMaximumValue"),
                include_minimum: flag("IncludeMinimum"),
                include_maximum: flag("IncludeMaximum"),
                unit: unit("TimeGranularity"),
                exclude: Exclude::read(f),
                nulls,
            },
            "RelativeDatesFilter" => FilterTest::Relative {
                anchor: f
                    .get("AnchorDateConfiguration")
                    .and_then(|a| text(a, "ParameterName")),
                kind: match f.get("RelativeDateType")?.as_str()? {
                    "PREVIOUS" => RelativeKind::Previous,
                    "THIS" => RelativeKind::This,
                    "LAST" => RelativeKind::Last,
                    "NOW" => RelativeKind::Now,
                    "NEXT" => RelativeKind::Next,
                    _ => return None,
                },
                unit: unit("TimeGranularity")?,
                count: f.get("RelativeDateValue").and_then(Value::as_i64),
                parameter: text(f, "ParameterName"),
                exclude: Exclude::read(f),
                nulls,
            },
            "TopBottomFilter" => {
                let sort = list(f, "AggregationSortConfigurations").first()?;
                FilterTest::TopBottom {
                    limit: f.get("Limit").and_then(Value::as_u64),
                    parameter: text(f, "ParameterName"),
                    by: ColumnRef::read(sort.get("Column")?)?,
                    aggregation: sort.get("AggregationFunction").and_then(Aggregation::read),
                    direction: Direction::read(sort, "SortDirection"),
                    unit: unit("TimeGranularity"),
                }
            }
            "NestedFilter" => {
                let inner = f.pointer("/InnerFilter/CategoryInnerFilter")?;
                FilterTest::Nested {
                    include: flag("IncludeInnerSet"),
                    inner: ColumnRef::read(inner.get("Column")?)?,
                    test: CategoryMatch::read(inner.get("Configuration")?)?,
                }
            }
            _ => return None,
        };
        Some(Self {
            id: text(f, "FilterId").unwrap_or_default(),
            column: ColumnRef::read(f.get("Column")?)?,
            test,
        })
    }
}

/// Where a filter group holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    AllSheets,
    /// Sheets, each with its visuals or all of them.
    Sheets(Vec<(String, Option<Vec<String>>)>),
}

/// Filters that hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterGroup {
    pub id: String,
    pub filters: Vec<Filter>,
    pub scope: Scope,
    pub enabled: bool,
    /// Holds for the other data sets too, by the column's name.
    pub all_data_sets: bool,
}

impl FilterGroup {
    /// Reads a member of a definition's `FilterGroups`.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let scope = value.get("ScopeConfiguration");
        let all = scope.is_none_or(|s| s.get("AllSheets").is_some());
        let sheets = scope
            .and_then(|s| s.get("SelectedSheets"))
            .map(|s| list(s, "SheetVisualScopingConfigurations"))
            .unwrap_or_default()
            .iter()
            .filter_map(|s| {
                let selected = s.get("Scope").and_then(Value::as_str) == Some("SELECTED_VISUALS");
                let visuals = list(s, "VisualIds")
                    .iter()
                    .filter_map(|v| v.as_str().map(str::to_owned))
                    .collect();
                Some((text(s, "SheetId")?, selected.then_some(visuals)))
            })
            .collect();
        Self {
            id: text(value, "FilterGroupId").unwrap_or_default(),
            filters: list(value, "Filters")
                .iter()
                .filter_map(Filter::read)
                .collect(),
            scope: if all {
                Scope::AllSheets
            } else {
                Scope::Sheets(sheets)
            },
            enabled: value.get("Status").and_then(Value::as_str) != Some("DISABLED"),
            all_data_sets: value.get("CrossDataset").and_then(Value::as_str)
                == Some("ALL_DATASETS"),
        }
    }

    /// Returns whether the group holds for a visual.
    #[must_use]
    pub fn covers(&self, sheet: &str, visual: &str) -> bool {
        match &self.scope {
            Scope::AllSheets => true,
            Scope::Sheets(sheets) => sheets.iter().any(|(id, visuals)| {
                id == sheet
                    && visuals
                        .as_ref()
                        .is_none_or(|all| all.iter().any(|v| v == visual))
            }),
        }
    }
}
