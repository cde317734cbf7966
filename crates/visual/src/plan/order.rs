//! What the answer is sorted by, and how many items it shows.

use serde_json::Value;

use super::{OutputColumn, Role, fields::Slots};
use crate::definition::{Direction, FieldKind, ItemsLimit, Kind, SortBy, SortKey, Visual};

/// How the answer is sorted: by what the definition says, else by what is usual for the visual.
pub(super) fn sort_keys(visual: &Visual, slots: &Slots<'_>) -> Vec<SortKey> {
    let mut said: Vec<SortKey> = match visual.kind {
        Kind::Table => visual.sort("RowSort"),
        Kind::PivotTable => pivot(visual, slots),
        Kind::HeatMap => {
            let mut keys = visual.sort("HeatMapRowSort");
            keys.extend(visual.sort("HeatMapColumnSort"));
            keys
        }
        Kind::Kpi => visual.sort("TrendGroupSort"),
        _ => {
            let mut keys = visual.sort("CategorySort");
            keys.extend(visual.sort("ColorSort"));
            keys.extend(visual.sort("SmallMultiplesSort"));
            keys
        }
    };
    // Sorts by a field that this level of the drill-down does not show mean nothing.
    let shown = |id: &str| {
        slots
            .dimensions
            .iter()
            .chain(&slots.measures)
            .any(|s| s.field.id == id)
    };
    said.retain(|key| match &key.by {
        SortBy::Field(id) => shown(id),
        SortBy::Column(..) => !slots.plain,
    });
    let by_value = said.is_empty() && matches!(visual.kind, Kind::Bar | Kind::Pie);
    let dated = slots
        .dimensions
        .first()
        .is_some_and(|s| matches!(s.field.kind, FieldKind::Dimension(Some(_))));
    if by_value
        && !dated
        && let Some(first) = slots.measures.first()
        && !slots.dimensions.is_empty()
    {
        said.push(SortKey {
            by: SortBy::Field(first.field.id.clone()),
            direction: Direction::Descending,
        });
    }
    if slots.plain {
        return said;
    }
    // Then by the dimensions, so that the order is the same each time.
    for slot in &slots.dimensions {
        let there = |k: &SortKey| matches!(&k.by, SortBy::Field(id) if *id == slot.field.id);
        if !said.iter().any(there) {
            said.push(SortKey {
                by: SortBy::Field(slot.field.id.clone()),
                direction: Direction::Ascending,
            });
        }
    }
    said
}

/// A pivot table is sorted field by field from the outside in.
fn pivot(visual: &Visual, slots: &Slots<'_>) -> Vec<SortKey> {
    let sorts = visual.pivot_sorts();
    slots
        .dimensions
        .iter()
        .filter(|s| matches!(s.role, Role::Row | Role::Column))
        .map(|slot| {
            sorts
                .iter()
                .find(|(field, key)| {
                    // By another field only the innermost can be sorted without tearing the outer ones apart.
                    *field == slot.field.id && key.by == SortBy::Field(field.clone())
                })
                .map_or_else(
                    || SortKey {
                        by: SortBy::Field(slot.field.id.clone()),
                        direction: Direction::Ascending,
                    },
                    |(_, key)| key.clone(),
                )
        })
        .collect()
}

/// How many items of the first dimension are shown, and what becomes of the rest.
pub(super) fn items_limit(visual: &Visual) -> Option<ItemsLimit> {
    let said = visual.limit(&["CategoryItemsLimit", "CategoryItemsLimitConfiguration"]);
    match visual.kind {
        Kind::Pie => said.or(Some(ItemsLimit {
            items: 20,
            other: true,
        })),
        Kind::Bar | Kind::Line | Kind::Combo => said,
        Kind::HeatMap => visual.limit(&["HeatMapRowItemsLimitConfiguration"]),
        _ => None,
    }
}

/// The most rows that the answer to a visual has.
pub(super) fn rows_limit(visual: &Visual, detail: bool) -> u64 {
    if detail {
        return 1000;
    }
    match visual.kind {
        Kind::Scatter => 2500,
        Kind::Table | Kind::PivotTable => 100_000,
        _ => 10_000,
    }
}

/// Returns the places of the columns that a reader sees: a table's in the order of its definition, without those it hides.
pub(super) fn shown(visual: &Visual, columns: &[OutputColumn]) -> Vec<usize> {
    let options = visual.configuration.get("FieldOptions");
    let options = options.filter(|_| visual.kind == Kind::Table);
    let list = |name: &str| {
        let items = options.and_then(|o| o.get(name)?.as_array());
        items.into_iter().flatten()
    };
    let hidden: Vec<&str> = list("SelectedFieldOptions")
        .filter(|o| o.get("Visibility").and_then(Value::as_str) == Some("HIDDEN"))
        .filter_map(|o| o.get("FieldId")?.as_str())
        .collect();
    let said: Vec<&str> = list("Order").filter_map(Value::as_str).collect();
    let place = |i: &usize| {
        let found = said.iter().position(|id| *id == columns[*i].field_id);
        found.unwrap_or(usize::MAX)
    };
    let mut order: Vec<usize> = (0..columns.len())
        .filter(|i| !hidden.contains(&columns[*i].field_id.as_str()))
        .collect();
    order.sort_by_key(place);
    order
}
