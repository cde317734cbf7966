//! Numbers and bits.

use std::sync::Arc;

use datafusion::{
    arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray},
    common::Result,
};

use super::scalar::{
    Columns, Function, bigint, boolean, double, int_at, invalid, text_at, varchar,
};

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
        Function::new("width_bucket", (4, 4), bigint, width_bucket),
        Function::new("to_base", (2, 2), varchar, to_base),
        Function::new("from_base", (2, 2), bigint, from_base),
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

/// Which of so many parts of equal width between two bounds a number is in: 0 before them, one more than them behind.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a number of parts is small"
)]
fn width_bucket(args: &Columns) -> Result<ArrayRef> {
    let (x, low, high, count) = (
        args.double(0)?,
        args.double(1)?,
        args.double(2)?,
        args.int(3)?,
    );
    let found = (0..args.rows).map(|i| {
        if x.is_null(i) || low.is_null(i) || high.is_null(i) || count.is_null(i) {
            return Ok(None);
        }
        let (x, low, high, count) = (x.value(i), low.value(i), high.value(i), count.value(i));
        if count <= 0 {
            return Err(invalid("bucketCount must be greater than 0"));
        }
        if low == high {
            return Err(invalid("bounds cannot equal each other"));
        }
        // Where the bounds count down, so do the parts.
        let (x, low, high) = if low < high {
            (x, low, high)
        } else {
            (-x, -low, -high)
        };
        Ok(Some(if x < low {
            0
        } else if x >= high {
            count + 1
        } else {
            (count as f64 * (x - low) / (high - low)).floor() as i64 + 1
        }))
    });
    Ok(Arc::new(found.collect::<Result<Int64Array>>()?))
}

fn radix(wanted: i64) -> Result<u32> {
    let radix = u32::try_from(wanted).ok();
    radix
        .filter(|radix| (2..=36).contains(radix))
        .ok_or_else(|| invalid("Radix must be between 2 and 36"))
}

fn to_base(args: &Columns) -> Result<ArrayRef> {
    let (value, base) = (args.int(0)?, args.int(1)?);
    let found = (0..args.rows).map(|i| {
        let (Some(value), Some(base)) = (int_at(&value, i), int_at(&base, i)) else {
            return Ok(None);
        };
        let base = radix(base)?;
        let mut left = value.unsigned_abs();
        let mut digits = Vec::new();
        while left > 0 || digits.is_empty() {
            let digit = u32::try_from(left % u64::from(base)).unwrap_or(0);
            digits.extend(char::from_digit(digit, base));
            left /= u64::from(base);
        }
        if value < 0 {
            digits.push('-');
        }
        Ok(Some(digits.into_iter().rev().collect::<String>()))
    });
    Ok(Arc::new(found.collect::<Result<StringArray>>()?))
}

fn from_base(args: &Columns) -> Result<ArrayRef> {
    let (text, base) = (args.text(0)?, args.int(1)?);
    let found = (0..args.rows).map(|i| {
        let (Some(text), Some(base)) = (text_at(&text, i), int_at(&base, i)) else {
            return Ok(None);
        };
        let base = radix(base)?;
        let number = i64::from_str_radix(text, base);
        number
            .map(Some)
            .map_err(|_| invalid(format!("Not a valid base-{base} number: {text}")))
    });
    Ok(Arc::new(found.collect::<Result<Int64Array>>()?))
}
