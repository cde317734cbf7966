//! Cron expressions as EventBridge has them: `cron(minutes hours day-of-month month day-of-week year)`.
//!
//! **Source**: EventBridge User Guide, "Cron expressions". Exactly one of the two day fields is `?`; 1 is
//! Sunday; to the minute. A cron knows no time zone: it goes from local time to local time.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Timelike, Weekday};

use super::{
    ExpressionError,
    cron_field::{DAYS_OF_MONTH, DAYS_OF_WEEK, HOURS, MINUTES, MONTHS, YEARS, digits},
};

/// Which days of a month are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Day {
    OfMonth(Vec<DayOfMonth>),
    OfWeek(Vec<DayOfWeek>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum DayOfMonth {
    Number(u32),
    /// `L`
    Last,
    /// `15W`: the weekday nearest to it within its month.
    NearestWeekday(u32),
    /// `LW`
    LastWeekday,
}

/// Weekdays count from 1, Sunday.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DayOfWeek {
    Every(u32),
    /// `6L`: the month's last.
    Last(u32),
    /// `6#3`: the month's third.
    Nth(u32, u32),
}

/// A cron expression, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Vec<u16>,
    hours: Vec<u16>,
    days: Day,
    months: Vec<u16>,
    years: Vec<u16>,
}

impl Cron {
    /// Reads the six fields, without the `cron(` and `)` around them.
    pub fn parse(fields: &str) -> Result<Self, ExpressionError> {
        let parts: Vec<&str> = fields.split_whitespace().collect();
        let [minutes, hours, of_month, month, of_week, year] = parts[..] else {
            return Err(ExpressionError::FieldCount { found: parts.len() });
        };
        let days = match (of_month, of_week) {
            ("?", "?") => return Err(ExpressionError::DayFields),
            ("?", of_week) => Day::OfWeek(days_of_week(of_week)?),
            (of_month, "?") => Day::OfMonth(days_of_month(of_month)?),
            _ => return Err(ExpressionError::DayFields),
        };
        Ok(Self {
            minutes: MINUTES.set(minutes)?,
            hours: HOURS.set(hours)?,
            days,
            months: MONTHS.set(month)?,
            years: YEARS.set(year)?,
        })
    }

    /// Returns the first occurrence after `t`, or none if there is none up to the year 2199.
    pub fn next_after(&self, t: NaiveDateTime) -> Option<NaiveDateTime> {
        let from = t.with_second(0)?.with_nanosecond(0)? + chrono::Duration::minutes(1);
        if let Some(time) = self.time_on_or_after(from)
            && self.has_day(from.date())
        {
            return Some(from.date().and_time(time));
        }
        let first = chrono::NaiveTime::from_hms_opt(
            u32::from(*self.hours.first()?),
            u32::from(*self.minutes.first()?),
            0,
        )?;
        let tomorrow = from.date().checked_add_days(Days::new(1))?;
        Some(self.day_on_or_after(tomorrow)?.and_time(first))
    }

    fn time_on_or_after(&self, from: NaiveDateTime) -> Option<chrono::NaiveTime> {
        let (hour, minute) = (from.hour(), from.minute());
        let at =
            |hour: u16, minute: u16| chrono::NaiveTime::from_hms_opt(hour.into(), minute.into(), 0);
        let same_hour = self.hours.iter().find(|h| u32::from(**h) == hour);
        if let Some(hour) = same_hour
            && let Some(minute) = self.minutes.iter().find(|m| u32::from(**m) >= minute)
        {
            return at(*hour, *minute);
        }
        at(
            *self.hours.iter().find(|h| u32::from(**h) > hour)?,
            *self.minutes.first()?,
        )
    }

    fn has_day(&self, day: NaiveDate) -> bool {
        self.has_month(day) && self.days_in(day).contains(&day)
    }

    fn has_month(&self, day: NaiveDate) -> bool {
        let year = u16::try_from(day.year()).unwrap_or(0);
        let month = u16::try_from(day.month()).unwrap_or(0);
        self.months.contains(&month) && self.years.contains(&year)
    }

    fn day_on_or_after(&self, from: NaiveDate) -> Option<NaiveDate> {
        let last_year = i32::from(*self.years.last()?);
        let first_year = i32::from(*self.years.first()?);
        let mut month = from
            .with_day(1)?
            .max(NaiveDate::from_ymd_opt(first_year, 1, 1)?);
        while month.year() <= last_year {
            if self.has_month(month)
                && let Some(day) = self
                    .days_in(month)
                    .into_iter()
                    .filter(|day| *day >= from)
                    .min()
            {
                return Some(day);
            }
            month = month.checked_add_months(Months::new(1))?;
        }
        None
    }

    /// Returns the days meant in the month that `day` is in, in no order.
    fn days_in(&self, day: NaiveDate) -> Vec<NaiveDate> {
        let month = Month(day);
        match &self.days {
            Day::OfMonth(days) => days.iter().filter_map(|d| month.of_month(d)).collect(),
            Day::OfWeek(days) => days.iter().flat_map(|d| month.of_week(d)).collect(),
        }
    }
}

/// The month that this day is in.
struct Month(NaiveDate);

impl Month {
    fn day(&self, number: u32) -> Option<NaiveDate> {
        self.0.with_day(number)
    }

    fn last(&self) -> Option<NaiveDate> {
        (28..=31).rev().find_map(|number| self.day(number))
    }

    fn of_month(&self, day: &DayOfMonth) -> Option<NaiveDate> {
        match day {
            DayOfMonth::Number(number) => self.day(*number),
            DayOfMonth::Last => self.last(),
            DayOfMonth::NearestWeekday(number) => self.nearest_weekday(self.day(*number)?),
            DayOfMonth::LastWeekday => self.nearest_weekday(self.last()?),
        }
    }

    /// Never leaves the month: the 1st on a Saturday gives Monday the 3rd.
    fn nearest_weekday(&self, day: NaiveDate) -> Option<NaiveDate> {
        let number = day.day();
        match day.weekday() {
            Weekday::Sat if number == 1 => self.day(3),
            Weekday::Sat => self.day(number - 1),
            Weekday::Sun => self.day(number + 1).or_else(|| self.day(number - 2)),
            _ => Some(day),
        }
    }

    fn of_week(&self, day: &DayOfWeek) -> Vec<NaiveDate> {
        let all = |weekday: u32| {
            (1..=31)
                .filter_map(|number| self.day(number))
                .filter(move |day| day.weekday().number_from_sunday() == weekday)
        };
        match day {
            DayOfWeek::Every(weekday) => all(*weekday).collect(),
            DayOfWeek::Last(weekday) => all(*weekday).next_back().into_iter().collect(),
            DayOfWeek::Nth(weekday, nth) => {
                all(*weekday).nth(*nth as usize - 1).into_iter().collect()
            }
        }
    }
}

fn days_of_month(text: &str) -> Result<Vec<DayOfMonth>, ExpressionError> {
    let mut days = Vec::new();
    for item in text.split(',') {
        let upper = item.to_ascii_uppercase();
        match upper.strip_suffix('W') {
            _ if upper == "L" => days.push(DayOfMonth::Last),
            Some("L") => days.push(DayOfMonth::LastWeekday),
            Some(number) => days.push(DayOfMonth::NearestWeekday(
                DAYS_OF_MONTH.number(number)?.into(),
            )),
            None => days.extend(
                DAYS_OF_MONTH
                    .set(item)?
                    .into_iter()
                    .map(|n| DayOfMonth::Number(n.into())),
            ),
        }
    }
    Ok(days)
}

fn days_of_week(text: &str) -> Result<Vec<DayOfWeek>, ExpressionError> {
    let mut days = Vec::new();
    let items: Vec<&str> = text.split(',').collect();
    for item in &items {
        if let Some((weekday, nth)) = item.split_once('#') {
            // AWS takes one # and nothing beside it.
            let nth = digits(nth).filter(|nth| (1..=5).contains(nth) && items.len() == 1);
            let nth = nth.ok_or_else(|| DAYS_OF_WEEK.refuse(text))?;
            days.push(DayOfWeek::Nth(
                DAYS_OF_WEEK.number(weekday)?.into(),
                nth.into(),
            ));
        } else if item.eq_ignore_ascii_case("L") {
            days.push(DayOfWeek::Every(7));
        } else if let Some(weekday) = item.strip_suffix(['L', 'l']) {
            days.push(DayOfWeek::Last(DAYS_OF_WEEK.number(weekday)?.into()));
        } else {
            let set = DAYS_OF_WEEK.set(item)?;
            days.extend(set.into_iter().map(|n| DayOfWeek::Every(n.into())));
        }
    }
    Ok(days)
}
