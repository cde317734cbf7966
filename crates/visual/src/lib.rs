//! What a QuickSight Definition means: from a visual to the SQL that answers it, and from the answer to a
//! chart. Pure: JSON and data in, SQL text and JSON out; no I/O, no clock.

mod aggregate;
mod column;
mod definition;
pub mod expression;
pub mod format;
pub mod moment;
mod parameter;
mod plan;
mod spec;
pub mod sql;
mod suggest;

pub use column::{Column, ColumnType, DataSets};
pub use definition::{
    Aggregation, CalculatedField, CategoryMatch, Chosen, ColumnConfiguration, ColumnRef, Control,
    Definition, Direction, Exclude, Field, FieldKind, Filter, FilterGroup, FilterTest, Hierarchy,
    ItemsLimit, Kind, Layout, Match, MomentSource, NullOption, NumberSource, ParameterDeclaration,
    ParameterType, Place, RelativeKind, Scope, Sheet, SortBy, SortKey, SubtotalLevel,
    SubtotalOptions, TextBox, TotalFunction, TotalOptions, Totals, Visual, Wells,
};
pub use format::{DateFormat, Format, Grouping, NULL, NumberFormat, Scale, Style, shown};
pub use moment::{Granularity, WeekStart};
pub use parameter::{ParameterValue, ParameterValues, parameter_values};
pub use plan::{
    OutputColumn, PlanError, Request, Role, SOURCE, Selection, TotalQuery, TotalRow, VisualQuery,
    distinct_values, plan,
};
pub use spec::{
    Align, Comparison, Drawing, KpiLayout, PivotLayout, PivotRow, Rows, TableColumn, TableLayout,
    Theme, Trend, draw,
};
pub use suggest::suggest;
