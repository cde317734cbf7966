//! Dates, by the patterns that QuickSight has for them (`MMM D, YYYY h:mm a`).

use chrono::{Datelike, NaiveDateTime, Timelike};

use crate::moment::Granularity;

/// How a date is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    pub pattern: String,
    pub null: Option<String>,
}

/// Returns the pattern for dates of a unit where nothing else is said.
#[must_use]
pub fn default_pattern(unit: Option<Granularity>) -> &'static str {
    match unit {
        Some(Granularity::Year) => "YYYY",
        Some(Granularity::Quarter) => "[Q]Q YYYY",
        Some(Granularity::Month) => "MMM YYYY",
        Some(Granularity::Week | Granularity::Day) => "MMM D, YYYY",
        Some(Granularity::Hour) => "MMM D, YYYY h a",
        Some(Granularity::Minute) => "MMM D, YYYY h:mm a",
        Some(Granularity::Second) | None => "MMM D, YYYY h:mm:ss a",
        Some(Granularity::Millisecond) => "MMM D, YYYY h:mm:ss.SSS a",
    }
}

/// The tokens of a pattern, longest first.
const TOKENS: [&str; 27] = [
    "YYYY", "yyyy", "MMMM", "dddd", "EEEE", "MMM", "ddd", "EEE", "SSS", "DDD", "YY", "yy", "MM",
    "DD", "dd", "HH", "hh", "mm", "ss", "M", "D", "d", "H", "h", "m", "s", "Q",
];

/// Returns a moment by a pattern; what is between brackets or quotes stands as it is.
#[must_use]
pub(super) fn shown(pattern: &str, moment: NaiveDateTime) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '[' => Some(']'),
            '\'' => Some('\''),
            _ => None,
        };
        if let Some(closing) = closing {
            let inner = &rest[1..];
            let end = inner.find(closing).unwrap_or(inner.len());
            text.push_str(&inner[..end]);
            rest = inner.get(end + 1..).unwrap_or("");
        } else if let Some(token) = TOKENS.iter().find(|t| rest.starts_with(**t)) {
            text.push_str(&part(token, moment));
            rest = &rest[token.len()..];
        } else if first == 'a' || first == 'A' {
            let upper = first == 'A' || pattern.contains("yy");
            text.push_str(match (moment.hour() < 12, upper) {
                (true, true) => "AM",
                (true, false) => "am",
                (false, true) => "PM",
                (false, false) => "pm",
            });
            rest = &rest[1..];
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    text
}

fn part(token: &str, moment: NaiveDateTime) -> String {
    let by = |pattern: &str| moment.format(pattern).to_string();
    match token {
        "YYYY" | "yyyy" => moment.year().to_string(),
        "YY" | "yy" => by("%y"),
        "MMMM" => by("%B"),
        "MMM" => by("%b"),
        "MM" => by("%m"),
        "M" => moment.month().to_string(),
        "DD" | "dd" => by("%d"),
        "D" | "d" => moment.day().to_string(),
        "DDD" => moment.ordinal().to_string(),
        "dddd" | "EEEE" => by("%A"),
        "ddd" | "EEE" => by("%a"),
        "HH" => by("%H"),
        "H" => moment.hour().to_string(),
        "hh" => by("%I"),
        "h" => ((moment.hour() + 11) % 12 + 1).to_string(),
        "mm" => by("%M"),
        "m" => moment.minute().to_string(),
        "ss" => by("%S"),
        "s" => moment.second().to_string(),
        "SSS" => by("%3f"),
        "Q" => ((moment.month() - 1) / 3 + 1).to_string(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::parse;

    #[test]
    fn patterns() {
        let at = parse("2020-05-07 15:04:09").unwrap();
        assert_eq!(shown("MMM D, YYYY h:mm a", at), "May 7, 2020 3:04 pm");
        assert_eq!(shown("[Q]Q YYYY", at), "Q2 2020");
        assert_eq!(shown("YYYY-MM-DDTHH:mm:ss", at), "2020-05-07T15:04:09");
        assert_eq!(shown("dddd", at), "Thursday");
        assert_eq!(shown("ä [", at), "ä ");
    }
}
