//! Moments and units of time: truncating, adding, and reading what the API gives.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A unit of time, by the API's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Granularity {
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Granularity {
    /// Returns the unit's name in SQL.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Self::Millisecond => "millisecond",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Reads a period of the expression language: `YYYY`, `Q`, `MM`, `WK`, `DD`, `HH`, `MI`, `SS`, `MS`.
    #[must_use]
    pub fn period(text: &str) -> Option<Self> {
        Some(match text.to_ascii_uppercase().as_str() {
            "YYYY" | "YEAR" => Self::Year,
            "Q" | "QUARTER" => Self::Quarter,
            "MM" | "MONTH" => Self::Month,
            "WK" | "WEEK" => Self::Week,
            "DD" | "DAY" => Self::Day,
            "HH" | "HOUR" => Self::Hour,
            "MI" | "MINUTE" => Self::Minute,
            "SS" | "SECOND" | "SECONDS" => Self::Second,
            "MS" | "MILLISECOND" => Self::Millisecond,
            _ => return None,
        })
    }

    /// Reads the API's name.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        serde_json::from_value(Value::from(text)).ok()
    }
}

/// The first day of a week: days after Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekStart(pub u8);

impl Default for WeekStart {
    /// Sunday, as QuickSight has it.
    fn default() -> Self {
        Self(0)
    }
}

impl WeekStart {
    /// Reads `Options.WeekStart`.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        const DAYS: [&str; 7] = [
            "SUNDAY",
            "MONDAY",
            "TUESDAY",
            "WEDNESDAY",
            "THURSDAY",
            "FRIDAY",
            "SATURDAY",
        ];
        let at = DAYS.iter().position(|d| *d == text)?;
        u8::try_from(at).ok().map(Self)
    }

    /// Returns how many days the week begins after Monday, which is where SQL begins it.
    #[must_use]
    pub fn after_monday(self) -> i64 {
        (i64::from(self.0) + 6) % 7
    }
}

/// Returns SQL for the beginning of the unit that `value`, a timestamp, lies in.
#[must_use]
pub fn truncated_sql(unit: Granularity, week: WeekStart, value: &str) -> String {
    let shift = if unit == Granularity::Week {
        week.after_monday()
    } else {
        0
    };
    if unit == Granularity::Millisecond {
        return value.to_owned();
    }
    if shift == 0 {
        return format!("date_trunc('{}', {value})", unit.sql());
    }
    format!("date_add('day', {shift}, date_trunc('week', date_add('day', -{shift}, {value})))")
}

/// Returns the beginning of the unit that a moment lies in.
#[must_use]
pub fn truncate(unit: Granularity, week: WeekStart, value: NaiveDateTime) -> NaiveDateTime {
    let date = value.date();
    let first = |month: u32| {
        NaiveDate::from_ymd_opt(date.year(), month, 1)
            .unwrap_or(date)
            .and_time(NaiveTime::MIN)
    };
    let time = |h: u32, m: u32, s: u32| date.and_hms_opt(h, m, s).unwrap_or(value);
    match unit {
        Granularity::Millisecond => value
            .with_nanosecond(value.nanosecond() / 1_000_000 * 1_000_000)
            .unwrap_or(value),
        Granularity::Second => time(value.hour(), value.minute(), value.second()),
        Granularity::Minute => time(value.hour(), value.minute(), 0),
        Granularity::Hour => time(value.hour(), 0, 0),
        Granularity::Day => time(0, 0, 0),
        Granularity::Week => {
            let since = (date.weekday().num_days_from_sunday() + 7 - u32::from(week.0)) % 7;
            time(0, 0, 0) - Duration::days(i64::from(since))
        }
        Granularity::Month => first(date.month()),
        Granularity::Quarter => first((date.month() - 1) / 3 * 3 + 1),
        Granularity::Year => first(1),
    }
}

/// Returns a moment that many units later; `None` where the calendar ends.
#[must_use]
pub fn add(unit: Granularity, count: i64, value: NaiveDateTime) -> Option<NaiveDateTime> {
    let months = |each: u32| {
        let by = Months::new(
            u32::try_from(count.unsigned_abs())
                .ok()?
                .checked_mul(each)?,
        );
        if count < 0 {
            value.checked_sub_months(by)
        } else {
            value.checked_add_months(by)
        }
    };
    let ms =
        |size: i64| value.checked_add_signed(Duration::try_milliseconds(count.checked_mul(size)?)?);
    match unit {
        Granularity::Millisecond => ms(1),
        Granularity::Second => ms(1000),
        Granularity::Minute => ms(60_000),
        Granularity::Hour => ms(3_600_000),
        Granularity::Day => ms(86_400_000),
        Granularity::Week => ms(604_800_000),
        Granularity::Month => months(1),
        Granularity::Quarter => months(3),
        Granularity::Year => months(12),
    }
}

/// Reads a timestamp: epoch seconds, or ISO text with or without time and zone.
#[must_use]
pub fn read(value: &Value) -> Option<NaiveDateTime> {
    match value {
        Value::Number(seconds) => from_seconds(seconds.as_f64()?),
        Value::String(text) => parse(text),
        _ => None,
    }
}

/// Returns the moment so many seconds after 1970.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to lie in the calendar"
)]
pub fn from_seconds(seconds: f64) -> Option<NaiveDateTime> {
    if !(seconds.is_finite() && seconds.abs() < 8e12) {
        return None;
    }
    DateTime::from_timestamp_millis((seconds * 1000.0).round() as i64).map(|t| t.naive_utc())
}

/// Reads ISO text, also as SQL prints it.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.naive_utc());
    }
    let plain = text.strip_suffix(" UTC").unwrap_or(text);
    const SHAPES: [&str; 4] = [
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ];
    SHAPES
        .iter()
        .find_map(|shape| NaiveDateTime::parse_from_str(plain, shape).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(plain, "%Y-%m-%d")
                .ok()
                .map(|d| d.and_time(NaiveTime::MIN))
        })
        .or_else(|| text.parse::<f64>().ok().and_then(from_seconds))
}
