//! When a schedule is next due. Pure.

use chrono::{
    DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use serde_json::Value;

const MINUTE_MS: i64 = 60_000;
/// No schedule's next time is further off than this many days.
const DAYS_MAX: i64 = 400;

/// Returns the first time after `after_ms` at which a `RefreshSchedule` is due; nothing for one that makes no sense.
pub(crate) fn next(schedule: &Value, after_ms: i64) -> Option<i64> {
    let frequency = schedule.get("ScheduleFrequency")?;
    let text = |name: &str| frequency.get(name).and_then(Value::as_str);
    let start_ms = schedule
        .get("StartAfterDateTime")
        .and_then(Value::as_f64)
        .map_or(i64::MIN, |seconds| (seconds * 1000.0) as i64);
    let after_ms = after_ms.max(start_ms);
    let every = match text("Interval")? {
        "MINUTE15" => Some(15),
        "MINUTE30" => Some(30),
        "HOURLY" => Some(60),
        _ => None,
    };
    if let Some(minutes) = every {
        // At the minute of the hour that the time of the day names.
        let at = time(text("TimeOfTheDay")).map_or(0, |t| i64::from(minute_of_day(t)));
        let step = minutes * MINUTE_MS;
        let phase = (at % minutes) * MINUTE_MS;
        return Some((after_ms - phase).div_euclid(step) * step + step + phase);
    }
    let zone: Tz = text("Timezone").unwrap_or("UTC").parse().ok()?;
    let time = time(text("TimeOfTheDay")).unwrap_or(NaiveTime::MIN);
    let on = frequency.get("RefreshOnDay");
    let day_of = |name: &str| on.and_then(|o| o.get(name)).and_then(Value::as_str);
    let fits: Box<dyn Fn(NaiveDate) -> bool> = match text("Interval")? {
        "DAILY" => Box::new(|_| true),
        "WEEKLY" => {
            let wanted: Weekday = day_of("DayOfWeek")?.parse().ok()?;
            Box::new(move |date| date.weekday() == wanted)
        }
        "MONTHLY" => match day_of("DayOfMonth")? {
            "LAST_DAY_OF_MONTH" => Box::new(|date| date.succ_opt().is_none_or(|d| d.day() == 1)),
            number => {
                let wanted: u32 = number.parse().ok()?;
                Box::new(move |date| date.day() == wanted)
            }
        },
        _ => return None,
    };
    let after = DateTime::<Utc>::from_timestamp_millis(after_ms)?.with_timezone(&zone);
    (0..DAYS_MAX).find_map(|day| {
        let date = after.date_naive().checked_add_signed(Duration::days(day))?;
        let at = fits(date).then(|| moment(zone, date.and_time(time)))??;
        (at > after_ms).then_some(at)
    })
}

/// A time that a change of clocks leaves out comes an hour later.
fn moment(zone: Tz, local: NaiveDateTime) -> Option<i64> {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| {
        zone.from_local_datetime(&(local + Duration::hours(1)))
            .earliest()
    });
    found.map(|t| t.timestamp_millis())
}

fn time(text: Option<&str>) -> Option<NaiveTime> {
    let text = text?;
    NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
        .ok()
}

fn minute_of_day(time: NaiveTime) -> u32 {
    use chrono::Timelike;
    time.hour() * 60 + time.minute()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    fn after(frequency: Value, now: &str) -> Option<String> {
        let found = next(&json!({"ScheduleFrequency": frequency}), at(now))?;
        Some(
            DateTime::from_timestamp_millis(found)?
                .format("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        )
    }

    #[test]
    fn every_cadence() {
        let now = "2024-01-31T10:07:00Z";
        let is = |frequency: Value, wanted: &str| {
            assert_eq!(after(frequency, now).as_deref(), Some(wanted))
        };
        is(json!({"Interval": "MINUTE15"}), "2024-01-31T10:15:00Z");
        is(
            json!({"Interval": "HOURLY", "TimeOfTheDay": "00:05"}),
            "2024-01-31T11:05:00Z",
        );
        is(
            json!({"Interval": "DAILY", "TimeOfTheDay": "10:07"}),
            "2024-02-01T10:07:00Z",
        );
        is(
            json!({"Interval": "DAILY", "TimeOfTheDay": "12:00", "Timezone": "Europe/Berlin"}),
            "2024-01-31T11:00:00Z",
        );
        is(
            json!({"Interval": "WEEKLY", "RefreshOnDay": {"DayOfWeek": "MONDAY"}}),
            "2024-02-05T00:00:00Z",
        );
        is(
            json!({"Interval": "MONTHLY", "RefreshOnDay": {"DayOfMonth": "31"}}),
            "2024-03-31T00:00:00Z",
        );
        is(
            json!({"Interval": "MONTHLY", "RefreshOnDay": {"DayOfMonth": "LAST_DAY_OF_MONTH"}}),
            "2024-02-29T00:00:00Z",
        );
        assert_eq!(after(json!({"Interval": "WEEKLY"}), now), None);
        assert_eq!(
            after(json!({"Interval": "DAILY", "Timezone": "Nowhere"}), now),
            None
        );
    }

    #[test]
    fn an_hour_that_is_left_out_comes_later() {
        let daily =
            json!({"Interval": "DAILY", "TimeOfTheDay": "02:30", "Timezone": "Europe/Berlin"});
        assert_eq!(
            after(daily, "2024-03-30T12:00:00Z").unwrap(),
            "2024-03-31T01:30:00Z"
        );
    }
}
