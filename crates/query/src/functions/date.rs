//! Dates and moments.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime};
use datafusion::{
    arrow::{
        array::{
            ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, StringArray,
            TimestampMillisecondArray, timezone::Tz,
        },
        compute::cast,
        datatypes::{DataType, Float64Type},
    },
    common::Result,
};

use super::{
    joda, mysql,
    scalar::{
        Columns, Function, bigint, date, double, int_at, invalid, moment_at, text_at, timestamp,
        timestamp_utc, varchar,
    },
};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("date_diff", (3, 3), bigint, date_diff),
        Function::new("date_add", (3, 3), same_as_third, date_add),
        Function::new("date_parse", (2, 2), timestamp, date_parse),
        Function::new(TRY_DATE_PARSE, (2, 2), timestamp, try_date_parse),
        Function::new("date_format", (2, 2), varchar, date_format),
        Function::new("day_of_week", (1, 1), bigint, day_of_week),
        Function::new("year_of_week", (1, 1), bigint, year_of_week),
        Function::new("last_day_of_month", (1, 1), date, last_day_of_month),
        Function::new(
            "from_iso8601_timestamp",
            (1, 1),
            timestamp_utc,
            from_iso8601_timestamp,
        ),
        Function::new("from_iso8601_date", (1, 1), date, from_iso8601_date),
        Function::new("to_iso8601", (1, 1), varchar, to_iso8601),
        Function::new("from_unixtime", (1, 1), timestamp_utc, from_unixtime),
        Function::new("to_unixtime", (1, 1), double, to_unixtime),
        Function::new("format_datetime", (2, 2), varchar, format_datetime),
        Function::new("parse_datetime", (2, 2), timestamp_utc, parse_datetime),
        Function::new(
            "human_readable_seconds",
            (1, 1),
            varchar,
            human_readable_seconds,
        ),
    ]
}

fn naive(ms: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_millis(ms).map(|t| t.naive_utc())
}

fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - 719_163
}

fn same_as_third(types: &[DataType]) -> Result<DataType> {
    Ok(match types.get(2) {
        Some(DataType::Date32) => DataType::Date32,
        Some(t @ DataType::Timestamp(_, Some(_))) => t.clone(),
        _ => return timestamp(types),
    })
}

/// Whole units from the first to the second, towards zero; months by their days.
fn difference(unit: &str, from: i64, to: i64) -> Option<i64> {
    let ms = |size: i64| Some((to - from) / size);
    match unit {
        "millisecond" => ms(1),
        "second" => ms(1000),
        "minute" => ms(60_000),
        "hour" => ms(3_600_000),
        "day" => ms(86_400_000),
        "week" => ms(604_800_000),
        "month" => months(from, to),
        "quarter" => months(from, to).map(|m| m / 3),
        "year" => months(from, to).map(|m| m / 12),
        _ => None,
    }
}

fn months(from: i64, to: i64) -> Option<i64> {
    if to < from {
        return months(to, from).map(|m| -m);
    }
    let (a, b) = (naive(from)?, naive(to)?);
    let whole = (b.year() - a.year()) * 12 + i32::try_from(b.month()).ok()?
        - i32::try_from(a.month()).ok()?;
    let reached = a.checked_add_months(Months::new(u32::try_from(whole).ok()?))?;
    Some(i64::from(whole) - i64::from(reached > b))
}

fn added(unit: &str, n: i64, to: i64) -> Option<i64> {
    let ms = |size: i64| to.checked_add(n.checked_mul(size)?);
    let month = |count: i64| {
        let by = Months::new(u32::try_from(count.unsigned_abs()).ok()?);
        let moment = naive(to)?;
        let made = if count < 0 {
            moment.checked_sub_months(by)
        } else {
            moment.checked_add_months(by)
        };
        Some(made?.and_utc().timestamp_millis())
    };
    match unit {
        "millisecond" => ms(1),
        "second" => ms(1000),
        "minute" => ms(60_000),
        "hour" => ms(3_600_000),
        "day" => ms(86_400_000),
        "week" => ms(604_800_000),
        "month" => month(n),
        "quarter" => month(n.checked_mul(3)?),
        "year" => month(n.checked_mul(12)?),
        _ => None,
    }
}

const UNITS: [&str; 9] = [
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

fn unit(text: &str) -> Result<String> {
    let unit = text.to_lowercase();
    if UNITS.contains(&unit.as_str()) {
        return Ok(unit);
    }
    Err(invalid(format!("'{text}' is not a valid TIMESTAMP field")))
}

fn date_diff(args: &Columns) -> Result<ArrayRef> {
    let (units, from, to) = (args.text(0)?, args.moment(1)?, args.moment(2)?);
    let found = (0..args.rows)
        .map(
            |i| match (text_at(&units, i), moment_at(&from, i), moment_at(&to, i)) {
                (Some(name), Some(from), Some(to)) => Ok(difference(&unit(name)?, from, to)),
                _ => Ok(None),
            },
        )
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Int64Array::from(found)))
}

fn date_add(args: &Columns) -> Result<ArrayRef> {
    let (units, n, to) = (args.text(0)?, args.int(1)?, args.moment(2)?);
    let found = (0..args.rows)
        .map(
            |i| match (text_at(&units, i), int_at(&n, i), moment_at(&to, i)) {
                (Some(name), Some(n), Some(to)) => {
                    let made = added(&unit(name)?, n, to);
                    made.map(Some)
                        .ok_or_else(|| invalid("the date is out of range"))
                }
                _ => Ok(None),
            },
        )
        .collect::<Result<Vec<_>>>()?;
    Ok(cast(
        &TimestampMillisecondArray::from(found),
        &args.returns,
    )?)
}

/// What `try(date_parse(…))` becomes: NULL for what is no date.
pub(crate) const TRY_DATE_PARSE: &str = "try_date_parse";

fn try_date_parse(args: &Columns) -> Result<ArrayRef> {
    let (text, pattern) = (args.text(0)?, args.text(1)?);
    let found = (0..args.rows).map(|i| {
        let moment = mysql::parse(text_at(&text, i)?, text_at(&pattern, i)?).ok()?;
        Some(moment.and_utc().timestamp_millis())
    });
    Ok(Arc::new(found.collect::<TimestampMillisecondArray>()))
}

fn date_parse(args: &Columns) -> Result<ArrayRef> {
    let (text, pattern) = (args.text(0)?, args.text(1)?);
    let found = (0..args.rows)
        .map(|i| match (text_at(&text, i), text_at(&pattern, i)) {
            (Some(text), Some(pattern)) => mysql::parse(text, pattern)
                .map(|t| Some(t.and_utc().timestamp_millis()))
                .map_err(invalid),
            _ => Ok(None),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(TimestampMillisecondArray::from(found)))
}

fn date_format(args: &Columns) -> Result<ArrayRef> {
    let (moment, pattern) = (args.moment(0)?, args.text(1)?);
    let found = (0..args.rows)
        .map(
            |i| match (moment_at(&moment, i).and_then(naive), text_at(&pattern, i)) {
                (Some(moment), Some(pattern)) => {
                    mysql::format(moment, pattern).map(Some).map_err(invalid)
                }
                _ => Ok(None),
            },
        )
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(StringArray::from(found)))
}

/// A moment with a zone is shown as it is there.
fn format_datetime(args: &Columns) -> Result<ArrayRef> {
    let zone = match args.any(0)?.data_type() {
        DataType::Timestamp(_, Some(zone)) => zone.to_string(),
        _ => "UTC".into(),
    };
    let there: Tz = zone.parse()?;
    let name = if zone == "+00:00" { "UTC" } else { &zone };
    let (moment, pattern) = (args.moment(0)?, args.text(1)?);
    let found = (0..args.rows)
        .map(
            |i| match (moment_at(&moment, i).and_then(naive), text_at(&pattern, i)) {
                (Some(moment), Some(pattern)) => {
                    let moment = moment.and_utc().with_timezone(&there).fixed_offset();
                    joda::format(moment, name, pattern)
                        .map(Some)
                        .map_err(invalid)
                }
                _ => Ok(None),
            },
        )
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(StringArray::from(found)))
}

fn parse_datetime(args: &Columns) -> Result<ArrayRef> {
    let (text, pattern) = (args.text(0)?, args.text(1)?);
    let found = (0..args.rows)
        .map(|i| match (text_at(&text, i), text_at(&pattern, i)) {
            (Some(text), Some(pattern)) => {
                let (moment, ahead_s) = joda::parse(text, pattern).map_err(invalid)?;
                let ms = moment.and_utc().timestamp_millis();
                Ok(Some(ms - i64::from(ahead_s) * 1000))
            }
            _ => Ok(None),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(cast(
        &TimestampMillisecondArray::from(found).with_timezone("UTC"),
        &args.returns,
    )?)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds beyond all time are all time"
)]
fn human_readable_seconds(args: &Columns) -> Result<ArrayRef> {
    const UNITS: [(i64, &str); 5] = [
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let found = args.double(0)?;
    let found = found.iter().map(|seconds| {
        let mut left = seconds?.abs().round() as i64;
        let mut parts = Vec::new();
        for (size, name) in UNITS {
            let count = left / size;
            left %= size;
            if count > 0 {
                let plural = if count == 1 { "" } else { "s" };
                parts.push(format!("{count} {name}{plural}"));
            }
        }
        if parts.is_empty() {
            parts.push("0 seconds".into());
        }
        Some(parts.join(", "))
    });
    Ok(Arc::new(found.collect::<StringArray>()))
}

fn parts(args: &Columns, part: impl Fn(NaiveDateTime) -> i64) -> Result<ArrayRef> {
    let moment = args.moment(0)?;
    let found = (0..args.rows).map(|i| moment_at(&moment, i).and_then(naive).map(&part));
    Ok(Arc::new(found.collect::<Int64Array>()))
}

/// Monday is 1.
fn day_of_week(args: &Columns) -> Result<ArrayRef> {
    parts(args, |t| i64::from(t.weekday().number_from_monday()))
}

fn year_of_week(args: &Columns) -> Result<ArrayRef> {
    parts(args, |t| i64::from(t.iso_week().year()))
}

fn last_day_of_month(args: &Columns) -> Result<ArrayRef> {
    let moment = args.moment(0)?;
    let found = (0..args.rows).map(|i| {
        let first = moment_at(&moment, i).and_then(naive)?.date().with_day(1)?;
        first
            .checked_add_months(Months::new(1))?
            .pred_opt()
            .map(days)
    });
    Ok(Arc::new(found.collect::<Date32Array>()))
}

fn from_iso8601_timestamp(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = (0..args.rows)
        .map(|i| {
            let Some(text) = text_at(&text, i) else {
                return Ok(None);
            };
            let ms = DateTime::parse_from_rfc3339(text)
                .map(|t| t.timestamp_millis())
                .ok();
            let plain = || {
                ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
                    .iter()
                    .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())
                    .or_else(|| {
                        NaiveDate::parse_from_str(text, "%Y-%m-%d")
                            .ok()?
                            .and_hms_opt(0, 0, 0)
                    })
                    .map(|t| t.and_utc().timestamp_millis())
            };
            let ms = ms
                .or_else(plain)
                .ok_or_else(|| invalid(format!("Invalid format: \"{text}\"")))?;
            Ok(Some(ms))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(cast(
        &TimestampMillisecondArray::from(found).with_timezone("UTC"),
        &args.returns,
    )?)
}

fn from_iso8601_date(args: &Columns) -> Result<ArrayRef> {
    let text = args.text(0)?;
    let found = (0..args.rows)
        .map(|i| {
            let Some(text) = text_at(&text, i) else {
                return Ok(None);
            };
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .or_else(|_| NaiveDate::parse_from_str(text, "%Y%m%d"))
                .or_else(|_| NaiveDate::parse_from_str(text, "%G-W%V-%u"))
                .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%j"));
            date.map(|d| Some(days(d)))
                .map_err(|_| invalid(format!("Invalid format: \"{text}\"")))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Date32Array::from(found)))
}

fn to_iso8601(args: &Columns) -> Result<ArrayRef> {
    let kind = args.any(0)?.data_type().clone();
    let moment = args.moment(0)?;
    let found = (0..args.rows).map(|i| {
        let moment = moment_at(&moment, i).and_then(naive)?;
        Some(match &kind {
            DataType::Date32 => moment.format("%Y-%m-%d").to_string(),
            DataType::Timestamp(_, Some(_)) => moment.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            _ => moment.format("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        })
    });
    Ok(Arc::new(found.collect::<StringArray>()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be within the years that a date can have"
)]
fn from_unixtime(args: &Columns) -> Result<ArrayRef> {
    let seconds = args.double(0)?;
    let found = seconds
        .iter()
        .map(|s| match s {
            Some(s) if s.is_finite() && s.abs() < 1e13 => Ok(Some((s * 1000.0).round() as i64)),
            Some(s) => Err(invalid(format!("Timestamp out of range: {s}"))),
            None => Ok(None),
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(cast(
        &TimestampMillisecondArray::from(found).with_timezone("UTC"),
        &args.returns,
    )?)
}

fn to_unixtime(args: &Columns) -> Result<ArrayRef> {
    let ms = cast(&args.moment(0)?, &DataType::Int64)?;
    let ms = cast(&ms, &DataType::Float64)?;
    let seconds = ms
        .as_primitive::<Float64Type>()
        .iter()
        .map(|v| v.map(|v| v / 1000.0));
    Ok(Arc::new(seconds.collect::<Float64Array>()))
}
