//! The Gregorian calendar, UTC.

pub(super) const DAY_MS: i64 = 86_400_000;

/// Returns the day number, counted from 1970-01-01; months and days may run over.
pub(super) fn day_number(year: i64, month0: i64, day: i64) -> i64 {
    let (year, month) = (year + month0.div_euclid(12), month0.rem_euclid(12) + 1);
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
        + day
        - 1
}

/// Returns milliseconds since the epoch.
pub(super) fn utc(year: i64, month0: i64, day: i64) -> i64 {
    day_number(year, month0, day) * DAY_MS
}

/// A moment, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub millis: i64,
    pub year: i64,
    /// From 0.
    pub month: i64,
    pub day: i64,
}

impl Moment {
    pub(super) fn of(millis: i64) -> Self {
        let z = millis.div_euclid(DAY_MS) + 719_468;
        let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 2
        } else {
            shifted - 10
        };
        let year = year_of_era + era * 400 + i64::from(month <= 1);
        Self {
            millis,
            year,
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
        }
    }

    fn within_day(self) -> i64 {
        self.millis.rem_euclid(DAY_MS)
    }

    fn midnight(self) -> i64 {
        utc(self.year, self.month, self.day)
    }

    /// Returns a numeric component of a picture; `P`, `Z`, `C`, `E` have none.
    pub(super) fn component(self, component: char) -> i64 {
        let time = self.within_day();
        match component {
            'Y' => self.year,
            'M' => self.month + 1,
            'D' => self.day,
            'd' => (self.midnight() - utc(self.year, 0, 1)) / DAY_MS + 1,
            'F' => (self.millis.div_euclid(DAY_MS) + 3).rem_euclid(7) + 1,
            'W' => week(
                self.midnight(),
                [(self.year - 1, 0), (self.year, 0), (self.year + 1, 0)],
                52,
            ),
            'w' => {
                let around = [
                    (self.year, self.month - 1),
                    (self.year, self.month),
                    (self.year, self.month + 1),
                ];
                week(self.midnight(), around, 4)
            }
            'X' => {
                let here = i64::from(self.millis >= first_week(self.year + 1, 0));
                self.year + here - i64::from(self.millis < first_week(self.year, 0))
            }
            'x' => {
                let later = i64::from(self.millis >= first_week(self.year, self.month + 1));
                let earlier = i64::from(self.millis < first_week(self.year, self.month));
                (self.month + later - earlier).rem_euclid(12) + 1
            }
            'H' => time / 3_600_000,
            'h' => match time / 3_600_000 % 12 {
                0 => 12,
                hour => hour,
            },
            'm' => time / 60_000 % 60,
            's' => time / 1_000 % 60,
            'f' => time % 1_000,
            _ => 0,
        }
    }

    pub(super) fn is_afternoon(self) -> bool {
        self.within_day() >= DAY_MS / 2
    }
}

/// Returns the start of the first week, that with the fourth of the month in it.
fn first_week(year: i64, month0: i64) -> i64 {
    let first = utc(year, month0, 1);
    let weekday = (first.div_euclid(DAY_MS) + 3).rem_euclid(7) + 1;
    if weekday > 4 {
        first + (8 - weekday) * DAY_MS
    } else {
        first - (weekday - 1) * DAY_MS
    }
}

/// Returns the week's number in a year or month, given the one before, this one and the next.
fn week(today: i64, [before, here, after]: [(i64, i64); 3], most: i64) -> i64 {
    let since = |start: i64| (today - start).div_euclid(7 * DAY_MS) + 1;
    let week = since(first_week(here.0, here.1));
    if week > most && today >= first_week(after.0, after.1) {
        return 1;
    }
    if week < 1 {
        since(first_week(before.0, before.1))
    } else {
        week
    }
}
