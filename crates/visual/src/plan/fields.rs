//! Which fields of a visual are asked for, and as what.

use super::{PlanError, Role};
use crate::definition::{Field, Kind, Visual};

/// A field and what it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    pub(super) field: &'a Field,
    pub(super) role: Role,
}

/// The fields of one question.
#[derive(Debug, Default)]
pub(super) struct Slots<'a> {
    pub(super) dimensions: Vec<Slot<'a>>,
    pub(super) measures: Vec<Slot<'a>>,
    /// Rows are taken as they are.
    pub(super) plain: bool,
}

impl<'a> Slots<'a> {
    fn all(&mut self, role: Role, fields: &'a [Field]) {
        for field in fields {
            self.push(role, field);
        }
    }

    fn push(&mut self, role: Role, field: &'a Field) {
        let slot = Slot { field, role };
        if field.is_dimension() {
            self.dimensions.push(slot);
        } else {
            self.measures.push(slot);
        }
    }

    /// Several fields in one well are levels of a drill-down: one is shown.
    fn level(&mut self, role: Role, fields: &'a [Field], level: usize) {
        if let Some(field) = fields.get(level.min(fields.len().saturating_sub(1))) {
            self.push(role, field);
        }
    }
}

/// Chooses the fields of a visual at a level of its drill-down.
pub(super) fn slots(visual: &Visual, level: usize) -> Result<Slots<'_>, PlanError> {
    let wells = &visual.wells;
    let mut slots = Slots::default();
    match &visual.kind {
        Kind::Bar | Kind::Line => {
            slots.level(Role::Category, &wells.category, level);
            slots.level(Role::Color, &wells.colors, 0);
            slots.level(Role::SmallMultiple, &wells.small_multiples, 0);
            slots.all(Role::Value, &wells.values);
        }
        Kind::Pie => {
            slots.level(Role::Category, &wells.category, level);
            slots.level(Role::SmallMultiple, &wells.small_multiples, 0);
            slots.all(Role::Value, &wells.values);
        }
        Kind::Combo => {
            slots.level(Role::Category, &wells.category, level);
            slots.level(Role::Color, &wells.colors, 0);
            slots.all(Role::BarValue, &wells.bar_values);
            slots.all(Role::LineValue, &wells.line_values);
        }
        Kind::HeatMap => {
            slots.level(Role::Row, &wells.rows, level);
            slots.level(Role::Column, &wells.columns, level);
            slots.level(Role::Value, &wells.values, 0);
        }
        Kind::Scatter => {
            slots.plain = wells.unaggregated;
            slots.level(Role::Category, &wells.category, level);
            slots.level(Role::Label, &wells.label, 0);
            slots.level(Role::X, &wells.x, 0);
            slots.level(Role::Y, &wells.y, 0);
            slots.level(Role::Size, &wells.size, 0);
        }
        Kind::Kpi => {
            slots.level(Role::Trend, &wells.trend, level);
            slots.all(Role::Value, &wells.values);
            slots.all(Role::Target, &wells.target);
        }
        Kind::Table => {
            slots.plain = wells.unaggregated;
            slots.all(Role::GroupBy, &wells.group_by);
            slots.all(Role::Value, &wells.values);
        }
        Kind::PivotTable => {
            slots.all(Role::Row, &wells.rows);
            slots.all(Role::Column, &wells.columns);
            slots.all(Role::Value, &wells.values);
        }
        Kind::Histogram => slots.level(Role::Value, &wells.values, 0),
        Kind::Other(name) => return Err(PlanError::Unsupported(name.clone())),
    }
    if slots.plain {
        // A measure among plain rows is its column.
        let measures = std::mem::take(&mut slots.measures);
        slots.dimensions.extend(measures);
    }
    if slots.dimensions.is_empty() && slots.measures.is_empty() {
        return Err(PlanError::Empty);
    }
    Ok(slots)
}
