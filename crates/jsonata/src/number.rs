//! Numbers as JavaScript writes and rounds them.

/// Returns a number as JavaScript's `String(n)` writes it.
pub fn to_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    if n == 0.0 {
        return "0".into();
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be a small integer"
    )]
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return (n as i64).to_string();
    }
    let scientific = format!("{n:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |m| ("-", m));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let body = if (0..21).contains(&exponent) {
        if count <= exponent + 1 {
            format!(
                "{digits}{}",
                "0".repeat(usize::try_from(exponent + 1 - count).unwrap_or(0))
            )
        } else {
            let (whole, fraction) = digits.split_at(usize::try_from(exponent + 1).unwrap_or(0));
            format!("{whole}.{fraction}")
        }
    } else if (-6..0).contains(&exponent) {
        format!(
            "0.{}{digits}",
            "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0))
        )
    } else {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!(
            "{first}{point}{rest}e{}{}",
            if exponent < 0 { '-' } else { '+' },
            exponent.abs()
        )
    };
    format!("{sign}{body}")
}

/// Returns a number with fifteen significant digits, as `$string` prints it.
pub(crate) fn fifteen_digits(n: f64) -> f64 {
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return n;
    }
    format!("{n:.14e}").parse().unwrap_or(n)
}

/// Rounds half to even at a decimal position, shifting by text as the reference implementation does.
pub(crate) fn round(n: f64, precision: i32) -> f64 {
    let shifted = shift(n, precision);
    let mut result = (shifted + 0.5).floor();
    let difference = result - shifted;
    #[expect(clippy::float_cmp, reason = "exactly half")]
    if difference.abs() == 0.5 && (result % 2.0).abs() == 1.0 {
        result -= 1.0;
    }
    let result = shift(result, -precision);
    if result == 0.0 { 0.0 } else { result }
}

fn shift(n: f64, by: i32) -> f64 {
    if by == 0 {
        return n;
    }
    let text = to_text(n);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{mantissa}e{}", exponent + by)
        .parse()
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_javascript_writes_them() {
        for (n, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (1.5e-7, "1.5e-7"),
            (0.000_001, "0.000001"),
            (123_456_789.123, "123456789.123"),
            (-1.25, "-1.25"),
        ] {
            assert_eq!(to_text(n), text);
        }
    }

    #[test]
    fn rounds_half_to_even() {
        assert_eq!(round(2.5, 0), 2.0);
        assert_eq!(round(3.5, 0), 4.0);
        assert_eq!(round(4.525, 2), 4.52);
        assert_eq!(round(-0.4, 0), 0.0);
    }
}
