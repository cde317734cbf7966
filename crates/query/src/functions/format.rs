//! `format`: Java's format strings.
//!
//! **Source**: "Format String Syntax" of `java.util.Formatter`. Dates (`%t…`) are not there.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, StringArray},
        compute::cast,
        datatypes::DataType,
    },
    common::Result,
};

use super::scalar::{Columns, Function, invalid, text_at, varchar};
use crate::render;

pub(super) fn functions() -> Vec<Function> {
    vec![Function::new("format", (2, usize::MAX), varchar, format)]
}

/// A piece of a format string.
#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Value(Spec),
}

/// `%[index$][flags][width][.precision]conversion`.
#[derive(Debug, Default, PartialEq)]
struct Spec {
    index: Option<usize>,
    flags: String,
    width: Option<usize>,
    precision: Option<usize>,
    conversion: char,
}

impl Spec {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

fn pieces(format: &str) -> Result<Vec<Piece>> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            found.push(Piece::Text(before.into()));
        }
        let bad = || invalid(format!("Invalid format string: {format}"));
        let mut spec = Spec::default();
        let mut after = &after[1..];
        let (number, left) = digits(after);
        if let (Some(index), Some(left)) = (number, left.strip_prefix('$')) {
            spec.index = Some(index);
            after = left;
        }
        let flags = after.len()
            - after
                .trim_start_matches(['-', '#', '+', ' ', '0', ',', '('])
                .len();
        let (flags, left) = after.split_at(flags);
        spec.flags = flags.into();
        (spec.width, after) = digits(left);
        if let Some(left) = after.strip_prefix('.') {
            (spec.precision, after) = digits(left);
            spec.precision.ok_or_else(bad)?;
        }
        spec.conversion = after.chars().next().ok_or_else(bad)?;
        rest = &after[spec.conversion.len_utf8()..];
        found.push(match spec.conversion {
            '%' => Piece::Text(padded("%".into(), &spec)),
            'n' => Piece::Text("\n".into()),
            'b' | 'B' | 's' | 'S' | 'd' | 'x' | 'X' | 'o' | 'f' | 'e' | 'E' | 'c' => {
                Piece::Value(spec)
            }
            _ => return Err(bad()),
        });
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest.into()));
    }
    Ok(found)
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(length);
    // A zero in front is a flag.
    match number.starts_with('0') {
        true => (None, text),
        false => (number.parse().ok(), rest),
    }
}

fn padded(text: String, spec: &Spec) -> String {
    let width = spec.width.unwrap_or(0);
    let missing = width.saturating_sub(text.chars().count());
    let space = " ".repeat(missing);
    if spec.has('-') {
        text + &space
    } else {
        space + &text
    }
}

fn format(args: &Columns) -> Result<ArrayRef> {
    let formats = args.text(0)?;
    let mut known: Option<(&str, Vec<Piece>)> = None;
    let mut made: Vec<Option<String>> = Vec::with_capacity(args.rows);
    for row in 0..args.rows {
        let Some(text) = text_at(&formats, row) else {
            made.push(None);
            continue;
        };
        let kept = known.take().filter(|(format, _)| *format == text);
        let kept = match kept {
            Some(kept) => kept,
            None => (text, pieces(text)?),
        };
        let mut out = String::new();
        let mut next = 1;
        for piece in &kept.1 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(spec) => {
                    let index = spec.index.unwrap_or(next);
                    if spec.index.is_none() {
                        next += 1;
                    }
                    let value = args.columns.get(index).filter(|_| index > 0);
                    let value = value.ok_or_else(|| {
                        invalid(format!(
                            "Format specifier '%{}' has no value",
                            spec.conversion
                        ))
                    })?;
                    out.push_str(&shown(spec, value, row)?);
                }
            }
        }
        known = Some(kept);
        made.push(Some(out));
    }
    Ok(Arc::new(made.into_iter().collect::<StringArray>()))
}

fn shown(spec: &Spec, value: &ArrayRef, row: usize) -> Result<String> {
    let text = render::cell(value, row)?;
    let Some(text) = text else {
        let none = if matches!(spec.conversion, 'b' | 'B') {
            "false"
        } else {
            "null"
        };
        return Ok(padded(none.into(), spec));
    };
    let mismatch = || {
        let kind = crate::types::trino_name(value.data_type());
        invalid(format!(
            "Invalid format string: %{} cannot show {kind}",
            spec.conversion
        ))
    };
    Ok(match spec.conversion {
        's' | 'S' | 'b' | 'B' | 'c' => {
            let text = match spec.precision {
                Some(most) => text.chars().take(most).collect(),
                None => text,
            };
            let upper = matches!(spec.conversion, 'S' | 'B');
            padded(if upper { text.to_uppercase() } else { text }, spec)
        }
        'd' => number(
            &text.parse::<i128>().map_err(|_| mismatch())?.to_string(),
            spec,
        ),
        'x' | 'X' | 'o' => {
            let number = text.parse::<i64>().map_err(|_| mismatch())?;
            let digits = match spec.conversion {
                'x' => format!("{number:x}"),
                'X' => format!("{number:X}"),
                _ => format!("{number:o}"),
            };
            self::number(&digits, spec)
        }
        _ => {
            let precision = spec.precision.unwrap_or(6);
            let double = cast(&value.slice(row, 1), &DataType::Float64);
            let fits = matches!(
                value.data_type(),
                DataType::Float32 | DataType::Float64 | DataType::Decimal128(..)
            );
            let double = double.ok().filter(|_| fits).ok_or_else(mismatch)?;
            let double = datafusion::arrow::array::AsArray::as_primitive::<
                datafusion::arrow::datatypes::Float64Type,
            >(&double)
            .value(0);
            number(&decimal(double, precision, spec.conversion), spec)
        }
    })
}

/// Rounds half up on the decimal digits that the number is written with, as Java does.
fn decimal(value: f64, precision: usize, conversion: char) -> String {
    if !value.is_finite() {
        return render::double(value);
    }
    if matches!(conversion, 'e' | 'E') {
        let text = format!("{value:.precision$e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        let e = if conversion == 'E' { 'E' } else { 'e' };
        return format!("{digits}{e}{sign}{exponent:0>2}");
    }
    rounded(&format!("{value}"), precision)
}

fn rounded(written: &str, precision: usize) -> String {
    let (sign, plain) = match written.strip_prefix('-') {
        Some(plain) => ("-", plain),
        None => ("", written),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let kept: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(precision)
        .collect();
    let up = fraction
        .as_bytes()
        .get(precision)
        .is_some_and(|d| *d >= b'5');
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if up {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            if digits[at] == b'9' {
                digits[at] = b'0';
            } else {
                digits[at] += 1;
                break;
            }
        }
    }
    let point = digits.len() - precision;
    let text: String = digits.iter().map(|d| char::from(*d)).collect();
    let (whole, fraction) = text.split_at(point);
    let dot = if precision == 0 { "" } else { "." };
    format!("{sign}{whole}{dot}{fraction}")
}

/// Puts sign, thousands and zeros to a number.
fn number(text: &str, spec: &Spec) -> String {
    let (negative, plain) = match text.strip_prefix('-') {
        Some(plain) => (true, plain),
        None => (false, text),
    };
    let mut plain = plain.to_owned();
    if spec.has(',') {
        let point = plain.find('.').unwrap_or(plain.len());
        let mut at = point;
        while at > 3 {
            at -= 3;
            plain.insert(at, ',');
        }
    }
    let (before, after) = match (negative, spec.has('('), spec.has('+'), spec.has(' ')) {
        (true, true, ..) => ("(", ")"),
        (true, ..) => ("-", ""),
        (false, _, true, _) => ("+", ""),
        (false, _, _, true) => (" ", ""),
        _ => ("", ""),
    };
    let width = spec.width.unwrap_or(0);
    let missing = width.saturating_sub(plain.len() + before.len() + after.len());
    let zeros = if spec.has('0') {
        "0".repeat(missing)
    } else {
        String::new()
    };
    padded(format!("{before}{zeros}{plain}{after}"), spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_as_they_are_written() {
        for (text, precision, want) in [
            ("2.345", 2, "2.35"),
            ("-0.005", 2, "-0.01"),
            ("9.999", 2, "10.00"),
            ("3", 2, "3.00"),
            ("0.5", 0, "1"),
            ("1.25", 1, "1.3"),
        ] {
            assert_eq!(rounded(text, precision), want, "{text}");
        }
    }

    #[test]
    fn bad_formats_are_refused() {
        for bad in ["%", "%y", "%.f", "%5"] {
            assert!(pieces(bad).is_err(), "{bad}");
        }
    }
}
