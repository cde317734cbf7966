//! Integers in English words.

pub(super) const FEW: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
pub(super) const ORDINALS: [&str; 20] = [
    "Zeroth",
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
    "Eleventh",
    "Twelfth",
    "Thirteenth",
    "Fourteenth",
    "Fifteenth",
    "Sixteenth",
    "Seventeenth",
    "Eighteenth",
    "Nineteenth",
];
pub(super) const DECADES: [&str; 9] = [
    "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred",
];
pub(super) const MAGNITUDES: [&str; 4] = ["Thousand", "Million", "Billion", "Trillion"];

/// Returns a number in words.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number, checked against the table"
)]
pub(super) fn print(number: f64, follows: bool, ordinal: bool) -> String {
    if number < 20.0 {
        let words = if ordinal { ORDINALS } else { FEW };
        return format!(
            "{}{}",
            if follows { " and " } else { "" },
            words[number.max(0.0) as usize]
        );
    }
    if number < 100.0 {
        let (tens, rest) = ((number / 10.0) as usize, number % 10.0);
        let start = format!(
            "{}{}",
            if follows { " and " } else { "" },
            DECADES[tens - 2]
        );
        return match (rest > 0.0, ordinal) {
            (true, _) => format!("{start}-{}", print(rest, false, ordinal)),
            (false, true) => format!("{}ieth", &start[..start.len() - 1]),
            (false, false) => start,
        };
    }
    let (count, rest, unit) = if number < 1000.0 {
        ((number / 100.0).floor(), number % 100.0, "Hundred")
    } else {
        let magnitude = ((number.log10() / 3.0) as usize).clamp(1, MAGNITUDES.len());
        let factor = 10_f64.powi(3 * magnitude as i32);
        let count = (number / factor).floor();
        (count, number - count * factor, MAGNITUDES[magnitude - 1])
    };
    let start = format!(
        "{}{} {unit}",
        if follows { ", " } else { "" },
        print(count, false, false)
    );
    match (rest > 0.0, ordinal) {
        (true, _) => format!("{start}{}", print(rest, true, ordinal)),
        (false, true) => format!("{start}th"),
        (false, false) => start,
    }
}

/// Returns what a word is worth.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn value(word: &str) -> Option<f64> {
    let among = |words: &[&str]| words.iter().position(|w| w.eq_ignore_ascii_case(word));
    if let Some(at) = among(&FEW).or_else(|| among(&ORDINALS)) {
        return Some(at as f64);
    }
    let plain = word
        .strip_suffix("ieth")
        .map_or_else(|| word.to_owned(), |stem| format!("{stem}y"));
    let plain = plain.strip_suffix("th").unwrap_or(&plain);
    let among = |words: &[&str]| words.iter().position(|w| w.eq_ignore_ascii_case(plain));
    if let Some(at) = among(&DECADES) {
        return Some((at + 2) as f64 * 10.0);
    }
    among(&MAGNITUDES).map(|at| 1000_f64.powf((at + 1) as f64))
}

/// Reads a number in words; a word that is none makes no number.
pub(super) fn read(text: &str) -> f64 {
    let mut segments = vec![0.0];
    let words = text
        .split([' ', '-', ','])
        .filter(|w| !w.is_empty() && *w != "and");
    for word in words {
        let Some(value) = value(word) else {
            return f64::NAN;
        };
        let mut top = segments.pop().unwrap_or(0.0);
        if value < 100.0 {
            if top >= 1000.0 {
                segments.push(top);
                top = 0.0;
            }
            segments.push(top + value);
        } else {
            segments.push(top * value);
        }
    }
    segments.into_iter().sum()
}
