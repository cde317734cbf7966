//! MySQL's date patterns, as `date_format` and `date_parse` take them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Formats a moment; nothing where the pattern has what Trino does not support.
pub(super) fn format(moment: NaiveDateTime, pattern: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let hour12 = match moment.hour() % 12 {
            0 => 12,
            h => h,
        };
        let month = usize::try_from(moment.month0()).unwrap_or(0);
        let day = usize::try_from(moment.weekday().num_days_from_monday()).unwrap_or(0);
        let half = if moment.hour() < 12 { "AM" } else { "PM" };
        let text = match chars.next() {
            Some('Y') => format!("{:04}", moment.year()),
            Some('y') => format!("{:02}", moment.year().rem_euclid(100)),
            Some('m') => format!("{:02}", moment.month()),
            Some('c') => moment.month().to_string(),
            Some('d') => format!("{:02}", moment.day()),
            Some('e') => moment.day().to_string(),
            Some('H') => format!("{:02}", moment.hour()),
            Some('k') => moment.hour().to_string(),
            Some('h' | 'I') => format!("{hour12:02}"),
            Some('l') => hour12.to_string(),
            Some('i') => format!("{:02}", moment.minute()),
            Some('s' | 'S') => format!("{:02}", moment.second()),
            Some('f') => format!("{:06}", moment.nanosecond() / 1000),
            Some('p') => half.to_owned(),
            Some('M') => MONTHS.get(month).copied().unwrap_or("").to_owned(),
            Some('b') => MONTHS
                .get(month)
                .and_then(|m| m.get(..3))
                .unwrap_or("")
                .to_owned(),
            Some('W') => DAYS.get(day).copied().unwrap_or("").to_owned(),
            Some('a') => DAYS
                .get(day)
                .and_then(|d| d.get(..3))
                .unwrap_or("")
                .to_owned(),
            Some('j') => format!("{:03}", moment.ordinal()),
            Some('v') => format!("{:02}", moment.iso_week().week()),
            Some('x') => format!("{:04}", moment.iso_week().year()),
            Some('T') => moment.format("%H:%M:%S").to_string(),
            Some('r') => {
                format!(
                    "{hour12:02}:{:02}:{:02} {half}",
                    moment.minute(),
                    moment.second()
                )
            }
            Some('%') => "%".to_owned(),
            Some(c @ ('D' | 'U' | 'u' | 'V' | 'w' | 'X')) => {
                return Err(format!("%{c} not supported in date format string"));
            }
            Some(other) => other.to_string(),
            None => "%".to_owned(),
        };
        out.push_str(&text);
    }
    Ok(out)
}

/// Reads a moment by a pattern.
pub(super) fn parse(text: &str, pattern: &str) -> Result<NaiveDateTime, String> {
    let fail = || format!("Invalid format: \"{text}\"");
    let mut rest = text;
    let (mut year, mut month, mut day) = (1970, 1, 1);
    let (mut hour, mut minute, mut second, mut nano) = (0, 0, 0, 0);
    let (mut half, mut ordinal) = (None, None);
    // `%T` and `%r` stand for several.
    let pattern = pattern
        .replace("%T", "%H:%i:%s")
        .replace("%r", "%I:%i:%s %p");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            rest = rest.strip_prefix(c).ok_or_else(fail)?;
            continue;
        }
        let mut number = |digits: usize| -> Option<u32> {
            let length = rest
                .bytes()
                .take(digits)
                .take_while(u8::is_ascii_digit)
                .count();
            let (found, tail) = rest.split_at(length);
            rest = tail;
            found.parse().ok()
        };
        match chars.next() {
            Some('Y') => {
                year = number(4)
                    .and_then(|n| i32::try_from(n).ok())
                    .ok_or_else(fail)?
            }
            Some('y') => {
                let short = number(2)
                    .and_then(|n| i32::try_from(n).ok())
                    .ok_or_else(fail)?;
                year = if short < 70 {
                    2000 + short
                } else {
                    1900 + short
                };
            }
            Some('m' | 'c') => month = number(2).ok_or_else(fail)?,
            Some('d' | 'e') => day = number(2).ok_or_else(fail)?,
            Some('H' | 'k' | 'h' | 'I' | 'l') => hour = number(2).ok_or_else(fail)?,
            Some('i') => minute = number(2).ok_or_else(fail)?,
            Some('s' | 'S') => second = number(2).ok_or_else(fail)?,
            Some('j') => ordinal = Some(number(3).ok_or_else(fail)?),
            Some('f') => {
                let length = rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
                let (found, tail) = rest.split_at(length);
                rest = tail;
                nano = format!("{found:0<9}").parse().map_err(|_| fail())?;
            }
            Some('p') => {
                let (word, tail) = rest.split_at_checked(2).ok_or_else(fail)?;
                half = Some(word.eq_ignore_ascii_case("pm"));
                rest = tail;
            }
            Some(kind @ ('M' | 'b')) => {
                let place = MONTHS.iter().position(|m| {
                    let name = if kind == 'b' {
                        m.get(..3).unwrap_or(m)
                    } else {
                        m
                    };
                    rest.get(..name.len())
                        .is_some_and(|r| r.eq_ignore_ascii_case(name))
                });
                let place = place.ok_or_else(fail)?;
                let length = if kind == 'b' { 3 } else { MONTHS[place].len() };
                rest = rest.get(length..).ok_or_else(fail)?;
                month = u32::try_from(place).map_err(|_| fail())? + 1;
            }
            Some('W' | 'a') => {
                let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
                rest = rest.get(length..).ok_or_else(fail)?;
            }
            Some('%') => rest = rest.strip_prefix('%').ok_or_else(fail)?,
            Some(c) => return Err(format!("%{c} not supported in date format string")),
            None => return Err(fail()),
        }
    }
    if !rest.is_empty() {
        return Err(format!(
            "Invalid format: \"{text}\" is malformed at \"{rest}\""
        ));
    }
    match half {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let date = match ordinal {
        Some(ordinal) => NaiveDate::from_yo_opt(year, ordinal),
        None => NaiveDate::from_ymd_opt(year, month, day),
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nano);
    Ok(date.ok_or_else(fail)?.and_time(time.ok_or_else(fail)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_go_both_ways() {
        for (text, pattern) in [
            ("2024-03-09 14:05:06", "%Y-%m-%d %H:%i:%s"),
            ("09/Mar/2024", "%d/%b/%Y"),
            ("2024-03-09 02:05:06 PM", "%Y-%m-%d %r"),
            ("9 March 24 100%", "%e %M %y 100%%"),
            ("2024-069", "%Y-%j"),
            ("2024-03-09 14:05:06.250000", "%Y-%m-%d %T.%f"),
        ] {
            let moment = parse(text, pattern).unwrap();
            assert_eq!(format(moment, pattern).unwrap(), text);
            assert_eq!(moment.date(), NaiveDate::from_ymd_opt(2024, 3, 9).unwrap());
        }
        assert!(parse("2024-13-01", "%Y-%m-%d").is_err());
        assert!(parse("2024-01-01x", "%Y-%m-%d").is_err());
        assert!(format(NaiveDateTime::default(), "%w").is_err());
    }
}
