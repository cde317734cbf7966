//! Compiled expressions: SQL, the type of its values, and when it can be computed.

use super::levels::Grain;
use crate::{
    aggregate::{Fold, aggregate_sql},
    column::ColumnType,
    definition::Aggregation,
};

/// What an expression's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Decimal,
    Date,
    Bool,
    /// `NULL` alone: of any type.
    Null,
}

impl Kind {
    #[must_use]
    pub fn of(column: ColumnType) -> Self {
        match column {
            ColumnType::String => Self::Text,
            ColumnType::Integer => Self::Integer,
            ColumnType::Decimal => Self::Decimal,
            ColumnType::Datetime => Self::Date,
            ColumnType::Boolean => Self::Bool,
        }
    }

    #[must_use]
    pub fn column(self) -> ColumnType {
        match self {
            Self::Text | Self::Null => ColumnType::String,
            Self::Integer => ColumnType::Integer,
            Self::Decimal => ColumnType::Decimal,
            Self::Date => ColumnType::Datetime,
            Self::Bool => ColumnType::Boolean,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Decimal => "a decimal",
            Self::Date => "a date",
            Self::Bool => "a condition",
            Self::Null => "NULL",
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Null)
    }

    /// Returns the type that both fit in.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::Null, kind) | (kind, Self::Null) => Some(kind),
            (Self::Integer | Self::Decimal, Self::Integer | Self::Decimal) => Some(Self::Decimal),
            _ => None,
        }
    }
}

/// When an expression can be computed. Later stages see what earlier ones made, not the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Constant,
    /// On each row, behind that many layers of calculations over rows.
    Row(usize),
    /// On each group.
    Aggregate,
    /// On the table of groups, behind that many layers of table calculations.
    Table(usize),
}

/// A compiled expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub sql: String,
    pub kind: Kind,
    pub stage: Stage,
    /// The sign of a chain that the SQL is, between parentheses: `(a + b)`.
    pub(super) chain: Option<&'static str>,
    /// What there is one value for.
    pub(super) grain: Grain,
    /// How groups of it are brought together, where it is one aggregation alone.
    pub(crate) fold: Option<Fold>,
}

impl Code {
    pub(crate) fn new(sql: impl Into<String>, kind: Kind, stage: Stage) -> Self {
        Self {
            sql: sql.into(),
            kind,
            stage,
            chain: None,
            grain: Grain::default(),
            fold: None,
        }
    }

    /// Returns an aggregation of values of rows.
    pub(crate) fn aggregated(aggregation: Aggregation, value: &Self) -> Self {
        let (text, kind) = aggregate_sql(aggregation, &value.sql, value.kind);
        let mut code = Self::new(text, kind, Stage::Aggregate);
        code.fold = Fold::of(aggregation, &value.sql);
        code
    }

    pub(super) fn constant(sql: impl Into<String>, kind: Kind) -> Self {
        Self::new(sql, kind, Stage::Constant)
    }
}
