//! One field of a cron expression as the set of numbers that it allows.

use super::ExpressionError;

/// What a field may hold.
pub(super) struct Domain {
    pub(super) name: &'static str,
    pub(super) first: u16,
    pub(super) last: u16,
    /// Names for the numbers from `first` on; empty where there are none.
    pub(super) names: &'static [&'static str],
    /// A range may run over the end, as SAT-SUN does.
    pub(super) circular: bool,
}

pub(super) const MINUTES: Domain = Domain {
    name: "minutes",
    first: 0,
    last: 59,
    names: &[],
    circular: false,
};
pub(super) const HOURS: Domain = Domain {
    name: "hours",
    first: 0,
    last: 23,
    names: &[],
    circular: false,
};
pub(super) const DAYS_OF_MONTH: Domain = Domain {
    name: "day-of-month",
    first: 1,
    last: 31,
    names: &[],
    circular: false,
};
pub(super) const MONTHS: Domain = Domain {
    name: "month",
    first: 1,
    last: 12,
    names: &[
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ],
    circular: false,
};
pub(super) const DAYS_OF_WEEK: Domain = Domain {
    name: "day-of-week",
    first: 1,
    last: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    circular: true,
};
pub(super) const YEARS: Domain = Domain {
    name: "year",
    first: 1970,
    last: 2199,
    names: &[],
    circular: false,
};

impl Domain {
    pub(super) fn refuse(&self, text: &str) -> ExpressionError {
        ExpressionError::Field {
            field: self.name,
            text: text.to_owned(),
        }
    }

    /// Reads a number of this domain, or a name for one.
    pub(super) fn number(&self, text: &str) -> Result<u16, ExpressionError> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(index) => u16::try_from(index).ok().map(|index| index + self.first),
            None => digits(text),
        };
        number
            .filter(|n| (self.first..=self.last).contains(n))
            .ok_or_else(|| self.refuse(text))
    }

    /// Reads a comma-separated list of `*`, numbers, ranges and steps into an ascending set.
    pub(super) fn set(&self, text: &str) -> Result<Vec<u16>, ExpressionError> {
        let mut found = Vec::new();
        for item in text.split(',') {
            self.item(item, &mut found)?;
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn item(&self, item: &str, found: &mut Vec<u16>) -> Result<(), ExpressionError> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.first, self.last),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            // A step alone opens the range: 5/10 is 5-59/10.
            None if step.is_some() => (self.number(range)?, self.last),
            None => (self.number(range)?, self.number(range)?),
        };
        let step = usize::from(step.unwrap_or(1));
        if from <= to {
            found.extend((from..=to).step_by(step));
        } else if self.circular {
            found.extend((from..=self.last).chain(self.first..=to).step_by(step));
        } else {
            return Err(self.refuse(item));
        }
        Ok(())
    }

    fn step(&self, text: &str) -> Result<u16, ExpressionError> {
        digits(text)
            .filter(|step| (1..=self.last).contains(step))
            .ok_or_else(|| self.refuse(text))
    }
}

/// Reads a plain number: `u16::from_str` would take a sign too.
pub(super) fn digits(text: &str) -> Option<u16> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}
