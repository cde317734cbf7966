//! Reading a moment.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    calendar::{self, Moment},
    format::{DAYS, MONTHS},
    picture::{self, Marker, Part},
};
use crate::{Error, json};

/// Reads an ISO 8601 timestamp; the date alone, or less, will do.
///
/// **Errors**: `D3110`.
pub(super) fn iso8601(text: &str) -> Result<i64, Error> {
    read_iso(text).ok_or_else(|| Error::new("D3110").field("value", json::quote(text)))
}

fn read_iso(text: &str) -> Option<i64> {
    let digits = |from: usize, count: usize| -> Option<i64> {
        text.get(from..from + count)
            .filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?
            .parse()
            .ok()
    };
    let bytes = text.as_bytes();
    let (year, mut month, mut day, mut at) = (digits(0, 4)?, 1, 1, 4);
    if bytes.get(at) == Some(&b'-') && bytes.get(at + 3).is_none_or(|b| !b.is_ascii_digit()) {
        month = digits(at + 1, 2)?;
        at += 3;
        if bytes.get(at) == Some(&b'-') {
            day = digits(at + 1, 2)?;
            at += 3;
        }
    }
    let (mut time, mut timed) = (0, false);
    if bytes.get(at) == Some(&b'T') {
        if bytes.get(at + 3) != Some(&b':') || bytes.get(at + 6) != Some(&b':') {
            return None;
        }
        time = (digits(at + 1, 2)? * 3_600 + digits(at + 4, 2)? * 60 + digits(at + 7, 2)?) * 1_000;
        (at, timed) = (at + 9, true);
        if bytes.get(at) == Some(&b'.') {
            let count = text[at + 1..]
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
            let fraction = format!("{:0<3}", &text[at + 1..at + 1 + count]);
            time += fraction.get(..3)?.parse::<i64>().ok()?;
            at += 1 + count;
        }
    }
    let offset = match &text[at..] {
        "" | "Z" => 0,
        zone if timed => {
            let sign = match zone.as_bytes()[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let rest = zone[1..].replace(':', "");
            if rest.len() != 4 || !rest.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            sign * (rest[..2].parse::<i64>().ok()? * 60 + rest[2..].parse::<i64>().ok()?)
        }
        _ => return None,
    };
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then(|| calendar::utc(year, month - 1, day) + time - offset * 60_000)
}

/// Reads a timestamp by a picture; nothing when it does not match.
///
/// **Errors**: `D3136` when the picture leaves holes, and the pictures' own.
pub(super) fn by_picture(text: &str, picture: &str, now_ms: i64) -> Result<Option<i64>, Error> {
    let parts = picture::parse(picture)?;
    let mut pattern = String::from("^");
    for part in &parts {
        pattern.push_str(&format!("({})", part_pattern(part)?));
    }
    pattern.push('$');
    let Ok(regex) = regress::Regex::with_flags(&pattern, "i") else {
        return Ok(None);
    };
    let Some(found) = regex.find(text) else {
        return Ok(None);
    };
    let mut components = HashMap::new();
    for (index, part) in parts.iter().enumerate() {
        if let (Part::Marker(marker), Some(range)) = (part, found.group(index + 1))
            && let Some(value) = read_component(marker, &text[range])?
        {
            components.insert(marker.component, value);
        }
    }
    if components.is_empty() {
        return Ok(None);
    }
    assemble(components, now_ms).map(Some)
}

fn part_pattern(part: &Part) -> Result<String, Error> {
    Ok(match part {
        Part::Literal(text) => text
            .chars()
            .flat_map(|c| {
                (".*+?^${}()|[]\\".contains(c))
                    .then_some('\\')
                    .into_iter()
                    .chain([c])
            })
            .collect(),
        Part::Marker(marker) => match (&marker.format, marker.component) {
            (Some(format), 'Z' | 'z') => {
                let separator = if format.regular > 0 {
                    format.separators.first()
                } else {
                    None
                };
                let minutes = separator.map_or(String::new(), |(_, c)| format!("{c}[0-9]+"));
                format!(
                    "{}[-+][0-9]+{minutes}",
                    if marker.component == 'z' { "GMT" } else { "" }
                )
            }
            (Some(format), _) => format.pattern()?,
            (None, 'M' | 'x' | 'F' | 'P') => "[a-zA-Z]+".into(),
            (None, other) => {
                return Err(Error::new("D3133").field("value", json::quote(&other.to_string())));
            }
        },
    })
}

#[expect(clippy::cast_possible_truncation, reason = "calendar fields")]
fn read_component(marker: &Marker, text: &str) -> Result<Option<i64>, Error> {
    let named = |names: &[&str]| {
        let short = |name: &str| {
            name.chars()
                .take(marker.max.unwrap_or(usize::MAX))
                .collect::<String>()
        };
        names
            .iter()
            .position(|name| short(name).eq_ignore_ascii_case(text))
            .and_then(|at| i64::try_from(at + 1).ok())
    };
    Ok(match (&marker.format, marker.component) {
        (_, 'Z' | 'z') => {
            let text = text.strip_prefix("GMT").unwrap_or(text);
            let number = |t: &str| t.strip_prefix('+').unwrap_or(t).parse::<i64>().unwrap_or(0);
            let (hours, minutes) =
                match text.find(|c: char| !c.is_ascii_digit() && c != '+' && c != '-') {
                    Some(at) => (number(&text[..at]), number(&text[at + 1..])),
                    None if text.len() <= 3 => (number(text), 0),
                    None => (number(&text[..3]), number(&text[3..])),
                };
            Some(hours * 60 + minutes)
        }
        (Some(format), _) => format.read(text)?.map(|n| n as i64),
        (None, 'M' | 'x') => named(&MONTHS),
        (None, 'F') => named(&DAYS),
        (None, 'P') => Some(i64::from(text.eq_ignore_ascii_case("pm"))),
        (None, _) => None,
    })
}

/// Says whether the components given are all within a set, and one of it is there.
fn only(components: &HashMap<char, i64>, order: &str, allowed: u32) -> bool {
    // zero and absent look alike, as in the reference implementation
    let mask = order.chars().fold(0, |mask, c| {
        mask << 1 | u32::from(components.get(&c).is_some_and(|v| *v != 0))
    });
    !allowed & mask == 0 && allowed & mask != 0
}

fn assemble(mut components: HashMap<char, i64>, now_ms: i64) -> Result<i64, Error> {
    let date = "YXMxWwdD";
    let by_month = only(&components, date, 0b1010_0001);
    let by_day = !by_month && only(&components, date, 0b1000_0010);
    let by_week_of_month = only(&components, date, 0b0101_0100);
    let by_week = !by_week_of_month && only(&components, date, 0b0100_1000);
    let twelve_hours =
        !only(&components, "PHhmsf", 0b01_0111) && only(&components, "PHhmsf", 0b10_1111);
    let date = match () {
        () if by_day => "Yd",
        () if by_week_of_month => "XxwF",
        () if by_week => "XWF",
        () => "YMD",
    };
    let now = Moment::of(now_ms);
    let (mut started, mut ended) = (false, false);
    for c in date
        .chars()
        .chain(if twelve_hours { "Phmsf" } else { "Hmsf" }.chars())
    {
        match components.entry(c) {
            Entry::Occupied(_) if ended => return Err(Error::new("D3136")),
            Entry::Occupied(_) => started = true,
            Entry::Vacant(hole) if started => {
                hole.insert(i64::from("MDd".contains(c)));
                ended = true;
            }
            Entry::Vacant(hole) => {
                hole.insert(now.component(c));
            }
        }
    }
    if by_week || by_week_of_month {
        return Err(Error::new("D3136"));
    }
    let get = |c: char| components.get(&c).copied().unwrap_or(0);
    let (month, day) = if by_day {
        (0, get('d'))
    } else {
        ((get('M') - 1).max(0), get('D'))
    };
    let hour = if twelve_hours {
        get('h') % 12 + 12 * get('P')
    } else {
        get('H')
    };
    let time = ((hour * 60 + get('m')) * 60 + get('s')) * 1_000 + get('f');
    let zone = if get('Z') == 0 { get('z') } else { get('Z') };
    Ok(calendar::utc(get('Y'), month, day) + time - zone * 60_000)
}
