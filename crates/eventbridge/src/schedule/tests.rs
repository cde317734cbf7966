use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Timelike};
use proptest::prelude::*;

use super::{expression::next_after_utc, *};

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn next(fields: &str, after: &str) -> Option<String> {
    let next = Cron::parse(fields).unwrap().next_after(at(after));
    next.map(|t| t.format("%Y-%m-%d %H:%M").to_string())
}

#[test]
fn occurrences_of_the_user_guides_examples() {
    for (fields, after, expected) in [
        ("0 0 1 * ? *", "2026-11-23 23:45", "2026-12-01 00:00"),
        ("0 10 * * ? *", "2026-11-23 10:00", "2026-11-24 10:00"),
        ("15 12 * * ? *", "2026-11-23 12:14", "2026-11-23 12:15"),
        ("0 18 ? * MON-FRI *", "2026-11-27 18:00", "2026-11-30 18:00"),
        ("0/15 * * * ? *", "2026-11-23 12:46", "2026-11-23 13:00"),
        (
            "0/5 8-17 ? * MON-FRI *",
            "2026-11-23 17:55",
            "2026-11-24 08:00",
        ),
        ("0/30 20-2 ? * MON-FRI *", "", ""),
        ("0 8 L * ? *", "2027-02-01 00:00", "2027-02-28 08:00"),
        ("0 9 ? * 2#1 *", "2026-11-23 00:00", "2026-12-07 09:00"),
        ("0 9 ? * 6L *", "2026-11-28 00:00", "2026-12-25 09:00"),
        ("0 9 3W * ? *", "2026-09-30 00:00", "2026-10-02 09:00"),
        ("0 9 1W 8 ? 2026", "2026-01-01 00:00", "2026-08-03 09:00"),
        ("0 9 LW * ? *", "2026-10-31 00:00", "2026-11-30 09:00"),
        ("30 6 29 2 ? *", "2026-01-01 00:00", "2028-02-29 06:30"),
        ("0 0 ? * SAT-SUN *", "2026-11-23 00:00", "2026-11-28 00:00"),
        (
            "0 0 1 jan ? 2030-2040/5",
            "2030-01-01 00:00",
            "2035-01-01 00:00",
        ),
        ("59 23 31 12 ? 2199", "2026-01-01 00:00", "2199-12-31 23:59"),
    ] {
        if after.is_empty() {
            assert!(Cron::parse(fields).is_err(), "{fields}");
        } else {
            assert_eq!(next(fields, after).as_deref(), Some(expected), "{fields}");
        }
    }
    assert_eq!(next("0 0 30 2 ? *", "2026-01-01 00:00"), None);
    assert_eq!(next("0 0 1 1 ? 2020", "2026-01-01 00:00"), None);
    assert_eq!(next("59 23 31 12 ? 2199", "2199-12-31 23:59"), None);
}

#[test]
fn garbled_expressions_are_refused() {
    for bad in [
        "cron(001*?*)",
        "cron(0 0 1 * * *)",
        "cron(0 0 ? * ? *)",
        "cron(61 0 1 * ? *)",
        "cron(0 24 1 * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 1 13 ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * 3#6 *)",
        "cron(0 0 ? * 3#1,6#3 *)",
        "cron(0 0 1 * ? 1969)",
        "cron(0 0 1 * ? 2200)",
        "cron(0 0 1 * ?)",
        "cron(0/0 0 1 * ? *)",
        "cron(5-1 0 1 * ? *)",
        "cron(+5 0 1 * ? *)",
        "cron(0 0 1 * ? *",
        "0 0 1 * ? *",
        "CRON(0 0 1 * ? *)",
        "cron()",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(0 minutes)",
        "rate(-5 minutes)",
        "rate(5 seconds)",
        "rate(5)",
        "rate(9223372036854775807 days)",
        "at(2026-11-23T12:00:00)",
        "",
    ] {
        assert!(Expression::parse_for_rule(bad).is_err(), "{bad}");
    }
    // As recorded for Scheduler.
    for bad in [
        "cron(7 20 * * NOT *)",
        "cron(INVALID)",
        "cron(71 8 1 * ? *)",
        "cron()",
        "rate(10 seconds)",
        "rate(10 years)",
        "rate()",
        "rate(10)",
        "rate(10 minutess)",
        "rate(foo minutes)",
        "rate(-10 minutes)",
        "rate( 10 minutes )",
        " rate(10 minutes)",
        "at(2021-12-31T23:59:59Z)",
        "at(2021-12-31)",
    ] {
        assert!(Expression::parse(bad).is_err(), "{bad}");
    }
    assert!(Expression::parse("rate(1 minutes)").is_ok());
    assert!(Expression::parse("at(2026-11-23T12:00:00)").is_ok());
    assert!(Expression::parse_for_rule("at(2026-11-23T12:00:00)").is_err());
}

#[test]
fn a_rate_counts_whole_periods_from_its_anchor() {
    let rate = Rate::parse("5 minutes", true).unwrap();
    assert_eq!(rate.next_after(1_000, 1_000), Some(301_000));
    assert_eq!(rate.next_after(1_000, 300_999), Some(301_000));
    assert_eq!(rate.next_after(1_000, 301_000), Some(601_000));
    assert_eq!(rate.next_after(1_000, 0), Some(301_000));
    assert_eq!(Rate::parse("1 day", true).unwrap().period_ms, 86_400_000);
    let every = Expression::parse("rate(2 hours)").unwrap();
    assert_eq!(next_after_utc(&every, 0, 1), Some(7_200_000));
}

/// A field as text with the predicate that it means, told apart from how the parser reads it.
fn field(first: u32, last: u32) -> impl Strategy<Value = (String, Vec<u32>)> {
    let all = move || (first..=last).collect::<Vec<_>>();
    prop_oneof![
        Just(("*".to_owned(), all())),
        (first..=last).prop_map(|n| (n.to_string(), vec![n])),
        (first..=last, first..=last).prop_map(|(a, b)| {
            let (a, b) = (a.min(b), a.max(b));
            (format!("{a}-{b}"), (a..=b).collect())
        }),
        (first..=last, 1..=last.min(40)).prop_map(move |(a, step)| {
            (
                format!("{a}/{step}"),
                (a..=last).filter(|n| (n - a) % step == 0).collect(),
            )
        }),
        (first..=last, first..=last).prop_map(|(a, b)| (format!("{a},{b}"), vec![a, b])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The next occurrence is the one that a scan minute by minute finds.
    #[test]
    fn next_is_what_a_minute_scan_finds(
        minutes in field(0, 59),
        hours in field(0, 23),
        days in field(1, 31),
        months in field(1, 12),
        weekdays in field(1, 7),
        by_week in any::<bool>(),
        start in 0i64..20_000_000,
    ) {
        let fields = if by_week {
            format!("{} {} ? {} {} *", minutes.0, hours.0, months.0, weekdays.0)
        } else {
            format!("{} {} {} {} ? *", minutes.0, hours.0, days.0, months.0)
        };
        let cron = Cron::parse(&fields).unwrap();
        let start = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap().and_hms_opt(0, 0, 30).unwrap()
            + Duration::minutes(start);
        let matches = |t: NaiveDateTime| {
            let day = if by_week {
                weekdays.1.contains(&t.weekday().number_from_sunday())
            } else {
                days.1.contains(&t.day())
            };
            day && minutes.1.contains(&t.minute()) && hours.1.contains(&t.hour()) && months.1.contains(&t.month())
        };
        let horizon = 60 * 24 * 40;
        let first_minute = start.with_second(0).unwrap();
        let scanned = (1..=horizon).map(|n| first_minute + Duration::minutes(n)).find(|t| matches(*t));
        let found = cron.next_after(start);
        match scanned {
            Some(expected) => prop_assert_eq!(found, Some(expected)),
            None => prop_assert!(found.is_none_or(|t| t > first_minute + Duration::minutes(horizon) && matches(t))),
        }
    }

    #[test]
    fn reading_never_panics(text in "(cron|rate|at)?\\(?[0-9LW#*?,/ A-Z:T-]{0,24}\\)?") {
        if let Ok(expression) = Expression::parse(&text) {
            let _ = next_after_utc(&expression, 0, i64::MAX / 4);
            let _ = next_after_utc(&expression, 0, 1_800_000_000_000);
        }
    }
}
