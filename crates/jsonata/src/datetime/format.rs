//! Printing a moment.

use super::{
    calendar::Moment,
    integer::{Case, Format},
    picture::{self, Marker, Part},
};
use crate::{Error, json};

pub(super) const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
pub(super) const MONTHS: [&str; 12] = [
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
const ISO: &str = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

/// JavaScript's dates end a hundred million days from the epoch.
const DATE_LIMIT_MS: u64 = 8_640_000_000_000_000;
/// No zone is that far away; larger numbers overflow.
const ZONE_LIMIT: i64 = 1_000_000;

/// Prints a moment by a picture, in a time zone given as `±hhmm`.
pub(super) fn print(
    millis: i64,
    picture: Option<&str>,
    zone: Option<&str>,
) -> Result<String, Error> {
    let zone = zone.map_or(0, leading_integer);
    let (hours, minutes) = (zone.div_euclid(100), zone % 100);
    if millis.unsigned_abs() > DATE_LIMIT_MS {
        return Err(Error::with_message("D3137", "The date is out of range"));
    }
    let moment = Moment::of(millis + (60 * hours + minutes) * 60_000);
    let mut out = String::new();
    for part in picture::parse(picture.unwrap_or(ISO))? {
        match part {
            Part::Literal(text) => out.push_str(&text),
            Part::Marker(marker) => out.push_str(&component(moment, &marker, hours, minutes)?),
        }
    }
    Ok(out)
}

fn leading_integer(text: &str) -> i64 {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or((1, text.strip_prefix('+').unwrap_or(text)), |rest| {
            (-1, rest)
        });
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    sign * digits[..end].parse::<i64>().unwrap_or(0).min(ZONE_LIMIT)
}

#[expect(clippy::cast_precision_loss, reason = "calendar fields")]
fn component(moment: Moment, marker: &Marker, hours: i64, minutes: i64) -> Result<String, Error> {
    let mut value = moment.component(marker.component);
    match (marker.component, &marker.format) {
        ('Z' | 'z', Some(format)) => return zone(marker, format, hours, minutes),
        ('P', _) => {
            let text = if moment.is_afternoon() { "pm" } else { "am" };
            return Ok(if marker.names == Some(Case::Upper) {
                text.to_uppercase()
            } else {
                text.into()
            });
        }
        ('C' | 'E', _) => return Ok("ISO".into()),
        ('Y', _) => {
            if let Some(digits) = marker
                .digits
                .and_then(|d| u32::try_from(d).ok())
                .filter(|d| *d < 18)
            {
                value %= 10_i64.pow(digits);
            }
        }
        _ => {}
    }
    let Some(case) = marker.names else {
        return marker
            .format
            .as_ref()
            .map_or(Ok(String::new()), |format| format.print(value as f64));
    };
    let index = usize::try_from(value - 1).unwrap_or(0);
    let name = match marker.component {
        'M' | 'x' => MONTHS[index % 12],
        'F' => DAYS[index % 7],
        other => return Err(Error::new("D3133").field("value", json::quote(&other.to_string()))),
    };
    let name = match case {
        Case::Upper => name.to_uppercase(),
        Case::Lower => name.to_lowercase(),
        Case::Title => name.to_owned(),
    };
    Ok(name
        .chars()
        .take(marker.max.unwrap_or(usize::MAX))
        .collect())
}

#[expect(clippy::cast_precision_loss, reason = "an offset")]
fn zone(marker: &Marker, format: &Format, hours: i64, minutes: i64) -> Result<String, Error> {
    let offset = hours * 100 + minutes;
    if offset == 0 && marker.traditional {
        return Ok("Z".into());
    }
    let mut text = match format.mandatory {
        _ if format.regular > 0 => format.print(offset as f64)?,
        1 | 2 => {
            let hours = format.print(hours as f64)?;
            if minutes == 0 {
                hours
            } else {
                format!("{hours}:{minutes:02}")
            }
        }
        3 | 4 => format.print(offset as f64)?,
        other => return Err(Error::new("D3134").field("value", other.to_string())),
    };
    if offset >= 0 {
        text.insert(0, '+');
    }
    Ok(if marker.component == 'z' {
        format!("GMT{text}")
    } else {
        text
    })
}
