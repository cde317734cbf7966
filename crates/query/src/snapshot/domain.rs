//! What an expression comes to for each possible value of the one column that it is about.
//!
//! The values are DataFusion's own: the expression is evaluated over the possible values in place of the rows.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, Int64Array, RecordBatch, TimestampMillisecondArray},
        datatypes::{DataType, Field, Schema, TimeUnit},
    },
    common::{
        ScalarValue,
        tree_node::{Transformed, TransformedResult, TreeNode},
    },
    physical_expr::{
        PhysicalExpr, ScalarFunctionExpr,
        expressions::{CastExpr, Column as ColumnExpr, Literal},
        utils::collect_columns,
    },
    physical_expr_common::physical_expr::is_volatile,
};

use super::view::View;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// More possible values than this are not worth it.
const SIZE_MAX: i64 = 1 << 20;

/// How a row's place among the possible values is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The code.
    Code,
    /// The number less the least one; NULL is the last.
    Number { least: i64, null: u32 },
    /// The granule that a moment lies in less the first one; NULL is the last.
    Granule { size: i64, first: i64, null: u32 },
}

/// The possible values of an expression.
pub(super) struct Domain {
    pub(super) column: usize,
    pub(super) place: Place,
    /// By place.
    pub(super) values: ArrayRef,
}

/// Returns an expression's possible values; nothing where they are too many or not known.
pub(super) fn domain(expr: &Arc<dyn PhysicalExpr>, view: &View) -> Option<Domain> {
    let named: Vec<usize> = collect_columns(expr)
        .iter()
        .map(ColumnExpr::index)
        .collect();
    let [index] = named.as_slice() else {
        return None;
    };
    let column = view.columns.get(*index)?;
    let (place, inputs): (Place, ArrayRef) = match column.values() {
        Some(values) => (Place::Code, Arc::clone(values)),
        None => {
            let (least, greatest) = column.range()?;
            match view.schema.field(*index).data_type() {
                DataType::Int64 => numbers(least, greatest, view.rows())?,
                DataType::Timestamp(TimeUnit::Millisecond, None) => {
                    moments(granule(expr)?, least, greatest, view.rows())?
                }
                _ => return None,
            }
        }
    };
    Some(Domain {
        column: *index,
        place,
        values: over_values(expr, &inputs)?,
    })
}

/// Evaluates an expression about one column over values of that column; nothing where it fails for one of them,
/// which may be in no row that is asked for.
pub(super) fn over_values(expr: &Arc<dyn PhysicalExpr>, values: &ArrayRef) -> Option<ArrayRef> {
    if is_volatile(expr) {
        return None;
    }
    let name = "value";
    let only: Arc<dyn PhysicalExpr> = Arc::new(ColumnExpr::new(name, 0));
    let about = Arc::clone(expr).transform(|node| {
        Ok(match node.is::<ColumnExpr>() {
            true => Transformed::yes(Arc::clone(&only)),
            false => Transformed::no(node),
        })
    });
    let field = Field::new(name, values.data_type().clone(), true);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::clone(values)]);
    let found = about.data().ok()?.evaluate(&batch.ok()?).ok()?;
    found.into_array(values.len()).ok()
}

/// The domain is small beside the rows, so that going through it costs less than it saves.
fn size(first: i64, last: i64, rows: usize) -> Option<u32> {
    let size = last.checked_sub(first)?.checked_add(1)?;
    let rows = i64::try_from(rows).ok()?;
    (size <= SIZE_MAX && size <= rows.max(4096)).then_some(())?;
    u32::try_from(size).ok()
}

fn numbers(least: i64, greatest: i64, rows: usize) -> Option<(Place, ArrayRef)> {
    let null = size(least, greatest, rows)?;
    let values = (least..=greatest).map(Some).chain([None]);
    Some((
        Place::Number { least, null },
        Arc::new(values.collect::<Int64Array>()),
    ))
}

fn moments(granule: i64, least: i64, greatest: i64, rows: usize) -> Option<(Place, ArrayRef)> {
    let (first, last) = (least.div_euclid(granule), greatest.div_euclid(granule));
    let null = size(first, last, rows)?;
    // The first granule's beginning may be before all time.
    first.checked_mul(granule)?;
    let values = (first..=last).map(|n| Some(n * granule)).chain([None]);
    let place = Place::Granule {
        size: granule,
        first,
        null,
    };
    Some((
        place,
        Arc::new(values.collect::<TimestampMillisecondArray>()),
    ))
}

/// Returns how long a moment may be moved within, from a multiple of it to the next, without an expression's
/// value changing: a day for `date_trunc('month', at)`.
fn granule(expr: &Arc<dyn PhysicalExpr>) -> Option<i64> {
    if expr.is::<ColumnExpr>() {
        return None;
    }
    if let Some(own) = own_granule(expr) {
        return Some(own);
    }
    // As fine as its finest part.
    let mut finest: Option<i64> = None;
    for child in expr.children() {
        if collect_columns(child).is_empty() {
            continue;
        }
        let of_child = granule(child)?;
        finest = Some(finest.map_or(of_child, |f| f.min(of_child)));
    }
    finest
}

/// What rounds a moment itself.
fn own_granule(expr: &Arc<dyn PhysicalExpr>) -> Option<i64> {
    if let Some(cast) = expr.downcast_ref::<CastExpr>() {
        return (*cast.cast_type() == DataType::Date32 && is_moment(cast.expr())).then_some(DAY);
    }
    let call = expr.downcast_ref::<ScalarFunctionExpr>()?;
    match (call.name(), call.args()) {
        ("day_of_week" | "year_of_week" | "last_day_of_month", [of]) => {
            is_moment(of).then_some(DAY)
        }
        ("date_trunc" | "date_part", [unit, of]) if is_moment(of) => {
            match text(unit)?.to_lowercase().as_str() {
                "minute" if call.name() == "date_trunc" => Some(MINUTE),
                "hour" => Some(HOUR),
                "day" | "week" | "month" | "quarter" | "year" | "dow" | "doy" => Some(DAY),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Tells whether it is the column, in whatever unit, or that some days earlier or later: whole days change no granule.
fn is_moment(expr: &Arc<dyn PhysicalExpr>) -> bool {
    if expr.is::<ColumnExpr>() {
        return true;
    }
    if let Some(cast) = expr.downcast_ref::<CastExpr>() {
        let finer = matches!(
            cast.cast_type(),
            DataType::Timestamp(
                TimeUnit::Millisecond | TimeUnit::Microsecond | TimeUnit::Nanosecond,
                None
            )
        );
        return finer && is_moment(cast.expr());
    }
    let Some(call) = expr.downcast_ref::<ScalarFunctionExpr>() else {
        return false;
    };
    match (call.name(), call.args()) {
        ("date_add", [unit, by, of]) => {
            text(unit).is_some_and(|u| u.eq_ignore_ascii_case("day"))
                && by.is::<Literal>()
                && is_moment(of)
        }
        _ => false,
    }
}

fn text(expr: &Arc<dyn PhysicalExpr>) -> Option<&str> {
    match expr.downcast_ref::<Literal>()?.value() {
        ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text) | ScalarValue::Utf8View(text) => {
            text.as_deref()
        }
        _ => None,
    }
}
