//! `$formatNumber`: XPath's decimal pictures.

use super::{argument, number};
use crate::{Error, Value, eval::Evaluator, number as javascript};

type Outcome = Result<Value, Error>;

/// The characters that a picture is written with.
struct Format {
    decimal: char,
    grouping: char,
    exponent: char,
    minus: String,
    percent: char,
    per_mille: char,
    zero: char,
    digit: char,
    pattern: char,
}

impl Format {
    fn of(options: &Value) -> Self {
        let text = |name: &str, default: &str| match options {
            Value::Object(members) => members
                .get(name)
                .and_then(Value::as_str)
                .filter(|t| !t.is_empty())
                .unwrap_or(default)
                .to_owned(),
            _ => default.to_owned(),
        };
        let one = |name: &str, default: &str| text(name, default).chars().next().unwrap_or('\0');
        Self {
            decimal: one("decimal-separator", "."),
            grouping: one("grouping-separator", ","),
            exponent: one("exponent-separator", "e"),
            minus: text("minus-sign", "-"),
            percent: one("percent", "%"),
            per_mille: one("per-mille", "\u{2030}"),
            zero: one("zero-digit", "0"),
            digit: one("digit", "#"),
            pattern: one("pattern-separator", ";"),
        }
    }

    fn is_digit(&self, c: char) -> bool {
        (self.zero as u32..self.zero as u32 + 10).contains(&(c as u32))
    }

    fn is_active(&self, c: char) -> bool {
        self.is_digit(c)
            || [
                self.decimal,
                self.exponent,
                self.grouping,
                self.digit,
                self.pattern,
            ]
            .contains(&c)
    }
}

/// One side of a picture, taken apart.
struct Picture {
    whole: Vec<char>,
    prefix: String,
    suffix: String,
    active: Vec<char>,
    mantissa: Vec<char>,
    exponent: Option<Vec<char>>,
    integer: Vec<char>,
    fraction: Vec<char>,
}

fn find(characters: &[char], wanted: char) -> Option<usize> {
    characters.iter().position(|c| *c == wanted)
}

impl Picture {
    fn split(text: &str, format: &Format) -> Self {
        let whole: Vec<char> = text.chars().collect();
        let marks = |c: &char| format.is_active(*c) && *c != format.exponent;
        let first = whole.iter().position(marks).unwrap_or(0);
        let last = whole
            .iter()
            .rposition(marks)
            .map_or(whole.len(), |at| at + 1);
        let (prefix, suffix) = (
            whole[..first].iter().collect(),
            whole[last..].iter().collect::<String>(),
        );
        let active = whole[first..last].to_vec();
        let (mantissa, exponent) = match find(&active, format.exponent) {
            Some(at) => (active[..at].to_vec(), Some(active[at + 1..].to_vec())),
            None => (active.clone(), None),
        };
        let (integer, fraction) = match find(&mantissa, format.decimal) {
            Some(at) => (mantissa[..at].to_vec(), mantissa[at + 1..].to_vec()),
            None => (mantissa.clone(), suffix.chars().collect()),
        };
        Self {
            whole,
            prefix,
            suffix,
            active,
            mantissa,
            exponent,
            integer,
            fraction,
        }
    }

    fn count(&self, wanted: char) -> usize {
        self.whole.iter().filter(|c| **c == wanted).count()
    }

    /// Checks the picture; of several faults the last one in the standard's order is told.
    fn check(&self, f: &Format) -> Result<(), Error> {
        let digits = |part: &[char]| part.iter().filter(|c| f.is_digit(**c)).count();
        let decimal = find(&self.whole, f.decimal);
        let beside = |at: Option<usize>| at.and_then(|at| self.whole.get(at)) == Some(&f.grouping);
        let exponent = self.exponent.as_deref();
        let scaled = self.count(f.percent) + self.count(f.per_mille) > 0;
        let faults = [
            ("D3081", self.count(f.decimal) > 1),
            ("D3082", self.count(f.percent) > 1),
            ("D3083", self.count(f.per_mille) > 1),
            (
                "D3084",
                self.count(f.percent) > 0 && self.count(f.per_mille) > 0,
            ),
            (
                "D3085",
                !self
                    .mantissa
                    .iter()
                    .any(|c| f.is_digit(*c) || *c == f.digit),
            ),
            ("D3086", self.active.iter().any(|c| !f.is_active(*c))),
            (
                "D3087",
                decimal.is_some_and(|at| beside(at.checked_sub(1)) || beside(Some(at + 1))),
            ),
            (
                "D3088",
                decimal.is_none() && self.integer.last() == Some(&f.grouping),
            ),
            (
                "D3089",
                self.whole.windows(2).any(|two| two == [f.grouping; 2]),
            ),
            (
                "D3090",
                find(&self.integer, f.digit).is_some_and(|at| digits(&self.integer[..at]) > 0),
            ),
            (
                "D3091",
                self.fraction
                    .iter()
                    .rposition(|c| *c == f.digit)
                    .is_some_and(|at| digits(&self.fraction[at..]) > 0),
            ),
            ("D3092", exponent.is_some_and(|e| !e.is_empty()) && scaled),
            (
                "D3093",
                exponent.is_some_and(|e| e.is_empty() || digits(e) < e.len()),
            ),
        ];
        match faults.iter().rev().find(|(_, there)| *there) {
            Some((code, _)) => Err(Error::new(code)),
            None => Ok(()),
        }
    }
}

/// How a number is laid out.
struct Layout {
    grouping: Vec<usize>,
    regular: usize,
    min_integer: usize,
    scaling: usize,
    fraction_grouping: Vec<usize>,
    min_fraction: usize,
    max_fraction: usize,
    min_exponent: usize,
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Layout {
    fn of(picture: &Picture, f: &Format) -> Self {
        let counted = |part: &[char]| {
            part.iter()
                .filter(|c| f.is_digit(**c) || **c == f.digit)
                .count()
        };
        let digits = |part: &[char]| part.iter().filter(|c| f.is_digit(**c)).count();
        let marks = |part: &[char]| -> Vec<usize> {
            part.iter()
                .enumerate()
                .filter(|(_, c)| **c == f.grouping)
                .map(|(at, _)| at)
                .collect()
        };
        let grouping: Vec<usize> = marks(&picture.integer)
            .into_iter()
            .map(|at| counted(&picture.integer[at..]))
            .collect();
        let factor = grouping.iter().copied().reduce(gcd).unwrap_or(0);
        let regular = (1..=grouping.len()).all(|n| grouping.contains(&(n * factor)));
        let fraction_grouping = marks(&picture.fraction)
            .into_iter()
            .map(|at| counted(&picture.fraction[..at]));
        let (mut min_integer, scaling) = (digits(&picture.integer), digits(&picture.integer));
        let (mut min_fraction, mut max_fraction) =
            (digits(&picture.fraction), counted(&picture.fraction));
        let has_exponent = picture.exponent.is_some();
        if min_integer == 0 && max_fraction == 0 {
            if has_exponent {
                (min_fraction, max_fraction) = (1, 1);
            } else {
                min_integer = 1;
            }
        }
        if has_exponent && min_integer == 0 && picture.integer.contains(&f.digit) {
            min_integer = 1;
        }
        if min_integer == 0 && min_fraction == 0 {
            min_fraction = 1;
        }
        Self {
            regular: if regular { factor } else { 0 },
            grouping,
            min_integer,
            scaling,
            fraction_grouping: fraction_grouping.collect(),
            min_fraction,
            max_fraction,
            min_exponent: picture.exponent.as_deref().map_or(0, digits),
        }
    }
}

pub(super) fn format_number(_: &Evaluator, arguments: &[Value], _: &Value) -> Outcome {
    let Some(value) = number(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let text = argument(arguments, 1).as_str().unwrap_or_default();
    let format = Format::of(argument(arguments, 2));
    let mut pictures: Vec<Picture> = text
        .split(format.pattern)
        .map(|part| Picture::split(part, &format))
        .collect();
    if pictures.len() > 2 {
        return Err(Error::new("D3080"));
    }
    for picture in &pictures {
        picture.check(&format)?;
    }
    let negative = value < 0.0;
    let own_negative = pictures.len() == 2;
    let picture = if negative && own_negative {
        pictures.remove(1)
    } else {
        pictures.remove(0)
    };
    let layout = Layout::of(&picture, &format);
    let scale = match () {
        () if picture.count(format.percent) > 0 => 100.0,
        () if picture.count(format.per_mille) > 0 => 1000.0,
        () => 1.0,
    };
    let (mantissa, exponent) = mantissa(value * scale, &layout);
    let mut out = if negative && !own_negative {
        format.minus.clone()
    } else {
        String::new()
    };
    out.push_str(&picture.prefix);
    out.push_str(&lay_out(mantissa, &layout, &picture, &format));
    if let Some(exponent) = exponent {
        out.push(format.exponent);
        if exponent < 0 {
            out.push_str(&format.minus);
        }
        let digits = exponent.unsigned_abs().to_string();
        let padded = format!("{digits:0>width$}", width = layout.min_exponent);
        out.extend(padded.chars().map(|c| in_family(c, &format)));
    }
    out.push_str(&picture.suffix);
    Ok(Value::string(out))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a few digits"
)]
fn mantissa(value: f64, layout: &Layout) -> (f64, Option<i32>) {
    if layout.min_exponent == 0 {
        return (value, None);
    }
    let (most, least) = (
        10_f64.powi(layout.scaling as i32),
        10_f64.powi(layout.scaling as i32 - 1),
    );
    let (mut mantissa, mut exponent) = (value, 0);
    if value == 0.0 || !value.is_finite() {
        return (value, Some(0));
    }
    while mantissa.abs() < least {
        mantissa *= 10.0;
        exponent -= 1;
    }
    while mantissa.abs() > most {
        mantissa /= 10.0;
        exponent += 1;
    }
    (mantissa, Some(exponent))
}

fn in_family(c: char, format: &Format) -> char {
    c.to_digit(10)
        .and_then(|d| char::from_u32(format.zero as u32 + d))
        .unwrap_or(c)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a few digits"
)]
fn lay_out(value: f64, layout: &Layout, picture: &Picture, format: &Format) -> String {
    let rounded = javascript::round(value, layout.max_fraction as i32).abs();
    let text = format!("{rounded:.*}", layout.max_fraction);
    let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (integer, fraction) = (
        integer.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let mut integer: Vec<char> = format!("{integer:0>width$}", width = layout.min_integer)
        .chars()
        .collect();
    let mut fraction: Vec<char> = format!("{fraction:0<width$}", width = layout.min_fraction)
        .chars()
        .collect();
    for c in integer.iter_mut().chain(&mut fraction) {
        *c = in_family(*c, format);
    }
    let length = integer.len();
    let positions: Vec<usize> =
        if let Some(groups) = length.saturating_sub(1).checked_div(layout.regular) {
            (1..=groups).map(|n| n * layout.regular).collect()
        } else {
            layout
                .grouping
                .iter()
                .copied()
                .filter(|p| *p < length)
                .collect()
        };
    let mut out: Vec<char> = Vec::new();
    for (at, c) in integer.into_iter().enumerate() {
        if at > 0 && positions.contains(&(length - at)) {
            out.push(format.grouping);
        }
        out.push(c);
    }
    if find(&picture.whole, format.decimal).is_some() && !fraction.is_empty() {
        out.push(format.decimal);
        for (at, c) in fraction.into_iter().enumerate() {
            if at > 0 && layout.fraction_grouping.contains(&at) {
                out.push(format.grouping);
            }
            out.push(c);
        }
    }
    out.into_iter().collect()
}
