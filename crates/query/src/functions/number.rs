//! Numbers and bits.

use std::sync::Arc;

use datafusion::{
    arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array},
    common::Result,
};

use super::scalar::{Columns, Function, bigint, boolean, double, int_at};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("bitwise_and", (2, 2), bigint, |a| bits(a, |x, y| x & y)),
        Function::new("bitwise_or", (2, 2), bigint, |a| bits(a, |x, y| x | y)),
        Function::new("bitwise_xor", (2, 2), bigint, |a| bits(a, |x, y| x ^ y)),
        Function::new("bitwise_not", (1, 1), bigint, not),
        Function::new("bitwise_left_shift", (2, 2), bigint, |a| bits(a, left)),
        Function::new("bitwise_right_shift", (2, 2), bigint, |a| bits(a, right)),
        Function::new("bit_count", (2, 2), bigint, |a| {
            bits(a, |x, size| {
                let kept = if size >= 64 {
                    x
                } else {
                    x & ((1_i64 << size.clamp(0, 63)) - 1)
                };
                i64::from(kept.count_ones())
            })
        }),
        Function::new("is_nan", (1, 1), boolean, |a| tested(a, f64::is_nan)),
        Function::new("is_infinite", (1, 1), boolean, |a| {
            tested(a, f64::is_infinite)
        }),
        Function::new("is_finite", (1, 1), boolean, |a| tested(a, f64::is_finite)),
        Function::new("nan", (0, 0), double, |a| constant(a, f64::NAN)),
        Function::new("infinity", (0, 0), double, |a| constant(a, f64::INFINITY)),
        Function::new("e", (0, 0), double, |a| constant(a, std::f64::consts::E)),
    ]
}

fn bits(args: &Columns, op: impl Fn(i64, i64) -> i64) -> Result<ArrayRef> {
    let (a, b) = (args.int(0)?, args.int(1)?);
    let found = (0..args.rows).map(|i| Some(op(int_at(&a, i)?, int_at(&b, i)?)));
    Ok(Arc::new(found.collect::<Int64Array>()))
}

/// Shifts beyond the width leave nothing.
fn left(value: i64, by: i64) -> i64 {
    u32::try_from(by)
        .ok()
        .and_then(|by| value.checked_shl(by))
        .unwrap_or(0)
}

fn right(value: i64, by: i64) -> i64 {
    let moved = u32::try_from(by)
        .ok()
        .and_then(|by| value.cast_unsigned().checked_shr(by));
    moved.unwrap_or(0).cast_signed()
}

fn not(args: &Columns) -> Result<ArrayRef> {
    let a = args.int(0)?;
    Ok(Arc::new(
        a.iter().map(|x| x.map(|x| !x)).collect::<Int64Array>(),
    ))
}

fn tested(args: &Columns, test: impl Fn(f64) -> bool) -> Result<ArrayRef> {
    let a = args.double(0)?;
    Ok(Arc::new(
        a.iter().map(|x| x.map(&test)).collect::<BooleanArray>(),
    ))
}

fn constant(args: &Columns, value: f64) -> Result<ArrayRef> {
    Ok(Arc::new(Float64Array::from(vec![value; args.rows])))
}
