//! A Definition as far as it has meaning here. Read leniently: what is not known is passed over, since the
//! service keeps the exact JSON.

mod chosen;
mod field;
mod filter;
mod layout;
mod parameter;
mod sheet;
mod sort;
mod total;
mod visual;

pub use chosen::Chosen;
pub use field::{Aggregation, Field, FieldKind};
pub use filter::{
    CategoryMatch, Exclude, Filter, FilterGroup, FilterTest, Match, MomentSource, NullOption,
    NumberSource, RelativeKind, Scope,
};
pub use layout::{Layout, Place};
pub use parameter::{ParameterDeclaration, ParameterType};
pub use sheet::{Control, Sheet, TextBox};
pub use sort::{Direction, ItemsLimit, SortBy, SortKey};
pub use total::{SubtotalLevel, SubtotalOptions, TotalFunction, TotalOptions, Totals};
pub use visual::{Hierarchy, Kind, Visual, Wells};

use serde_json::Value;

use crate::{format::Format, moment::WeekStart};

/// A data set column by the identifier of its data set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnRef {
    pub data_set: String,
    pub column: String,
}

impl ColumnRef {
    /// Reads a `ColumnIdentifier`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        Some(Self {
            data_set: text(value, "DataSetIdentifier")?,
            column: text(value, "ColumnName")?,
        })
    }
}

/// A calculated field of the analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalculatedField {
    pub data_set: String,
    pub name: String,
    pub expression: String,
}

/// What holds for one column wherever it is shown.
#[derive(Clone, Debug)]
pub struct ColumnConfiguration {
    pub column: ColumnRef,
    pub format: Option<Format>,
}

/// An analysis' or dashboard's Definition.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// Identifier and ARN of each data set.
    pub data_sets: Vec<(String, String)>,
    pub sheets: Vec<Sheet>,
    pub calculated_fields: Vec<CalculatedField>,
    pub parameters: Vec<ParameterDeclaration>,
    pub filter_groups: Vec<FilterGroup>,
    pub columns: Vec<ColumnConfiguration>,
    pub week_start: WeekStart,
}

impl Definition {
    /// Reads a Definition's JSON.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        Self {
            data_sets: list(value, "DataSetIdentifierDeclarations")
                .iter()
                .filter_map(|d| Some((text(d, "Identifier")?, text(d, "DataSetArn")?)))
                .collect(),
            sheets: list(value, "Sheets").iter().map(Sheet::read).collect(),
            calculated_fields: list(value, "CalculatedFields")
                .iter()
                .filter_map(|f| {
                    Some(CalculatedField {
                        data_set: text(f, "DataSetIdentifier")?,
                        name: text(f, "Name")?,
                        expression: text(f, "Expression")?,
                    })
                })
                .collect(),
            parameters: list(value, "ParameterDeclarations")
                .iter()
                .filter_map(ParameterDeclaration::read)
                .collect(),
            filter_groups: list(value, "FilterGroups")
                .iter()
                .map(FilterGroup::read)
                .collect(),
            columns: list(value, "ColumnConfigurations")
                .iter()
                .filter_map(|c| {
                    Some(ColumnConfiguration {
                        column: ColumnRef::read(c.get("Column")?)?,
                        format: c.get("FormatConfiguration").map(Format::read),
                    })
                })
                .collect(),
            week_start: value
                .pointer("/Options/WeekStart")
                .and_then(Value::as_str)
                .and_then(WeekStart::named)
                .unwrap_or_default(),
        }
    }

    /// Returns a sheet and one of its visuals.
    #[must_use]
    pub fn visual(&self, sheet: &str, visual: &str) -> Option<(&Sheet, &Visual)> {
        let sheet = self.sheets.iter().find(|s| s.id == sheet)?;
        Some((sheet, sheet.visuals.iter().find(|v| v.id == visual)?))
    }

    /// Returns the format set for a column by the analysis.
    #[must_use]
    pub fn format_of(&self, column: &ColumnRef) -> Option<&Format> {
        self.columns
            .iter()
            .find(|c| c.column == *column)
            .and_then(|c| c.format.as_ref())
    }
}

/// Returns a text member.
pub(crate) fn text(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}

/// Returns a list member; none is an empty one.
pub(crate) fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value
        .get(member)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Returns the only member of a union, and its name.
pub(crate) fn union(value: &Value) -> Option<(&str, &Value)> {
    let (name, inner) = value.as_object()?.iter().find(|(_, v)| !v.is_null())?;
    Some((name.as_str(), inner))
}

/// Returns whether a `Visibility` member says `HIDDEN`.
pub(crate) fn hidden(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_str) == Some("HIDDEN")
}
