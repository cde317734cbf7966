//! Joda's date patterns, as `format_datetime` and `parse_datetime` take them.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

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

/// A piece of a pattern: text as it is, or a letter and how often it stands there.
#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Field(char, usize),
}

fn pieces(pattern: &str) -> Result<Vec<Piece>, String> {
    let mut found = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            let mut text = String::new();
            if chars.next_if_eq(&'\'').is_some() {
                text.push('\'');
            } else {
                loop {
                    match chars.next() {
                        Some('\'') if chars.next_if_eq(&'\'').is_some() => text.push('\''),
                        Some('\'') => break,
                        Some(c) => text.push(c),
                        None => return Err(format!("Invalid pattern: {pattern}")),
                    }
                }
            }
            found.push(Piece::Text(text));
        } else if c.is_ascii_alphabetic() {
            let mut count = 1;
            while chars.next_if_eq(&c).is_some() {
                count += 1;
            }
            if !"GCYyxwEeDMdaKhHkmsSzZ".contains(c) {
                return Err(format!("Illegal pattern component: {c}"));
            }
            found.push(Piece::Field(c, count));
        } else {
            found.push(Piece::Text(c.into()));
        }
    }
    Ok(found)
}

fn name(names: &[&'static str], index: u32, count: usize) -> &'static str {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let whole = names.get(index).copied().unwrap_or_default();
    if count >= 4 {
        whole
    } else {
        whole.get(..3).unwrap_or(whole)
    }
}

/// Formats a moment, whose zone has that name.
pub(super) fn format(
    moment: DateTime<FixedOffset>,
    zone: &str,
    pattern: &str,
) -> Result<String, String> {
    let mut out = String::new();
    for piece in pieces(pattern)? {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::Field(field, count) => out.push_str(&shown(moment, zone, field, count)),
        }
    }
    Ok(out)
}

fn shown(moment: DateTime<FixedOffset>, zone: &str, field: char, count: usize) -> String {
    let padded = |value: i64| format!("{value:0count$}");
    let year = |year: i32| match count {
        2 => format!("{:02}", year.rem_euclid(100)),
        _ => padded(year.into()),
    };
    let offset = moment.offset().local_minus_utc();
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
    match field {
        'G' => if moment.year() > 0 { "AD" } else { "BC" }.into(),
        'C' => padded(i64::from(moment.year()) / 100),
        'Y' | 'y' => year(moment.year()),
        'x' => year(moment.iso_week().year()),
        'w' => padded(moment.iso_week().week().into()),
        'e' => padded(moment.weekday().number_from_monday().into()),
        'E' => name(&DAYS, moment.weekday().num_days_from_monday(), count).into(),
        'D' => padded(moment.ordinal().into()),
        'M' if count >= 3 => name(&MONTHS, moment.month0(), count).into(),
        'M' => padded(moment.month().into()),
        'd' => padded(moment.day().into()),
        'a' => if moment.hour() < 12 { "AM" } else { "PM" }.into(),
        'K' => padded((moment.hour() % 12).into()),
        'h' => padded(((moment.hour() + 11) % 12 + 1).into()),
        'H' => padded(moment.hour().into()),
        'k' => padded(((moment.hour() + 23) % 24 + 1).into()),
        'm' => padded(moment.minute().into()),
        's' => padded(moment.second().into()),
        'S' => {
            let nanos = format!("{:09}", moment.nanosecond());
            format!("{nanos:0<count$}").chars().take(count).collect()
        }
        'Z' if count >= 3 => zone.into(),
        'Z' if count == 2 => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        'Z' => format!("{sign}{:02}{:02}", minutes / 60, minutes % 60),
        _ => zone.into(),
    }
}

/// What was read of a moment so far.
struct Read {
    year: i32,
    month: u32,
    day: u32,
    ordinal: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    nano: u32,
    afternoon: Option<bool>,
    offset_s: i32,
}

/// Reads a moment by a pattern; returns it as in its zone, and how many seconds that is ahead of UTC.
pub(super) fn parse(text: &str, pattern: &str) -> Result<(NaiveDateTime, i32), String> {
    let fail = || format!("Invalid format: \"{text}\"");
    let mut rest = text;
    let mut read = Read {
        year: 1970,
        month: 1,
        day: 1,
        ordinal: None,
        hour: 0,
        minute: 0,
        second: 0,
        nano: 0,
        afternoon: None,
        offset_s: 0,
    };
    let pieces = pieces(pattern)?;
    for (i, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => rest = rest.strip_prefix(text.as_str()).ok_or_else(fail)?,
            Piece::Field(field, count) => {
                // Digits that follow at once belong to the next field.
                let close = matches!(pieces.get(i + 1), Some(Piece::Field(..)));
                rest = read.take(rest, *field, *count, close).ok_or_else(fail)?;
            }
        }
    }
    if !rest.is_empty() {
        return Err(format!(
            "Invalid format: \"{text}\" is malformed at \"{rest}\""
        ));
    }
    let moment = read.moment().ok_or_else(fail)?;
    Ok((moment, read.offset_s))
}

fn digits(rest: &str, most: usize) -> Option<(u32, &str)> {
    let length = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (found, rest) = rest.split_at_checked(length)?;
    Some((found.parse().ok()?, rest))
}

/// Finds a name, whole or its first three letters.
fn named<'a>(rest: &'a str, names: &[&str]) -> Option<(u32, &'a str)> {
    let begins = |name: &str| {
        rest.get(..name.len())
            .is_some_and(|r| r.eq_ignore_ascii_case(name))
    };
    names.iter().enumerate().find_map(|(i, name)| {
        let short = name.get(..3)?;
        let length = [*name, short].into_iter().find(|n| begins(n))?.len();
        Some((u32::try_from(i).ok()?, rest.get(length..)?))
    })
}

impl Read {
    /// Takes one field from the front of what is left, and returns the rest.
    fn take<'a>(
        &mut self,
        rest: &'a str,
        field: char,
        count: usize,
        close: bool,
    ) -> Option<&'a str> {
        let most = if close { count } else { count.max(2) };
        match field {
            'Y' | 'y' | 'x' => return self.take_year(rest, count, close),
            'M' if count >= 3 => {
                let (month, rest) = named(rest, &MONTHS)?;
                self.month = month + 1;
                return Some(rest);
            }
            'E' => return named(rest, &DAYS).map(|(_, rest)| rest),
            'a' => {
                let (half, rest) = rest.split_at_checked(2)?;
                self.afternoon = Some(half.eq_ignore_ascii_case("pm"));
                return (half.eq_ignore_ascii_case("am") || self.afternoon == Some(true))
                    .then_some(rest);
            }
            'S' => {
                let length = rest
                    .bytes()
                    .take(count.max(9))
                    .take_while(u8::is_ascii_digit)
                    .count();
                let length = if close { length.min(count) } else { length };
                let (found, rest) = rest.split_at_checked(length)?;
                self.nano = format!("{found:0<9}").get(..9)?.parse().ok()?;
                return Some(rest);
            }
            'Z' | 'z' => return self.take_zone(rest),
            _ => {}
        }
        let (value, rest) = digits(rest, if field == 'D' { count.max(3) } else { most })?;
        match field {
            'M' => self.month = value,
            'd' => self.day = value,
            'D' => self.ordinal = Some(value),
            'H' | 'K' | 'h' => self.hour = value,
            'k' => self.hour = value % 24,
            'm' => self.minute = value,
            's' => self.second = value,
            'e' | 'w' | 'C' => {}
            _ => return None,
        }
        Some(rest)
    }

    fn take_year<'a>(&mut self, rest: &'a str, count: usize, close: bool) -> Option<&'a str> {
        let (year, left) = digits(rest, if close { count } else { count.max(9) })?;
        let year = i32::try_from(year).ok()?;
        // Of two digits, as Joda has it in these years: from 1945 to 2044.
        let short = count == 2 && rest.len() - left.len() == 2;
        self.year = match short {
            true if year < 45 => 2000 + year,
            true => 1900 + year,
            false => year,
        };
        Some(left)
    }

    /// `Z`, `UTC`, `+0100` or `+01:00`.
    fn take_zone<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        for name in ["UTC", "GMT", "Z"] {
            if let Some(rest) = rest.strip_prefix(name) {
                return Some(rest);
            }
        }
        let sign = match rest.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, left) = digits(rest.get(1..)?, 2)?;
        let (minutes, left) = digits(left.strip_prefix(':').unwrap_or(left), 2)?;
        let minutes = i32::try_from(hours * 60 + minutes).ok()?;
        self.offset_s = sign * minutes * 60;
        Some(left)
    }

    fn moment(&self) -> Option<NaiveDateTime> {
        let hour = match self.afternoon {
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let date = match self.ordinal {
            Some(ordinal) => NaiveDate::from_yo_opt(self.year, ordinal),
            None => NaiveDate::from_ymd_opt(self.year, self.month, self.day),
        };
        let time = NaiveTime::from_hms_nano_opt(hour, self.minute, self.second, self.nano);
        Some(date?.and_time(time?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_go_both_ways() {
        for (text, pattern) in [
            ("2024-03-09 14:05:06", "yyyy-MM-dd HH:mm:ss"),
            ("Saturday, 9 March 2024", "EEEE, d MMMM yyyy"),
            ("Sat 09 Mar 24 02:05:06 PM", "EEE dd MMM yy hh:mm:ss a"),
            ("20240309140506.250", "yyyyMMddHHmmss.SSS"),
            ("2024-069", "yyyy-DDD"),
            ("o'clock 14", "'o''clock' H"),
            ("2024-03-09T14:05:06+0000", "yyyy-MM-dd'T'HH:mm:ssZ"),
        ] {
            let (moment, offset) = parse(text, pattern).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(offset, 0);
            let moment = moment.and_utc().fixed_offset();
            assert_eq!(format(moment, "UTC", pattern).unwrap(), text);
        }
        let (moment, offset) = parse("2024-03-09 14:05 -05:30", "yyyy-MM-dd HH:mm ZZ").unwrap();
        assert_eq!((moment.hour(), offset), (14, -19_800));
        assert!(parse("2024-13-01", "yyyy-MM-dd").is_err());
        assert!(parse("2024-01-01x", "yyyy-MM-dd").is_err());
        assert!(parse("x", "'open").is_err());
        assert!(parse("1", "P").is_err());
    }
}
