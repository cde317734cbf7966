//! A trip as TLC prints it.

use super::{Colour, trip::Trip};

/// Appends the trip's line, its line end included.
pub(super) fn line(colour: Colour, t: &Trip, out: &mut Vec<u8>) {
    let mut row = Row { out, first: true };
    row.number(t.vendor.into(), t.blank);
    row.time(t.pickup);
    row.time(t.dropoff);
    if colour == Colour::Yellow {
        row.number(t.passengers.into(), t.blank);
        row.distance(t.distance);
        row.number(t.rate.into(), t.blank);
        row.flag(t.flag, t.blank);
        row.number(t.pickup_zone.into(), false);
        row.number(t.dropoff_zone.into(), false);
        row.number(t.payment.into(), t.blank);
        for cents in [
            t.fare,
            t.extra,
            t.mta_tax,
            t.tip,
            t.tolls,
            t.surcharge,
            t.total,
            t.congestion,
        ] {
            row.money(cents);
        }
    } else {
        row.flag(t.flag, t.blank);
        row.number(t.rate.into(), t.blank);
        row.number(t.pickup_zone.into(), false);
        row.number(t.dropoff_zone.into(), false);
        row.number(t.passengers.into(), t.blank);
        row.distance(t.distance);
        for cents in [t.fare, t.extra, t.mta_tax, t.tip, t.tolls] {
            row.money(cents);
        }
        row.text(b""); // ehail_fee has always been empty
        row.money(t.surcharge);
        row.money(t.total);
        row.number(t.payment.into(), t.blank);
        row.number(if t.negotiated { 2 } else { 1 }, t.blank);
        if t.blank {
            row.text(b"");
        } else {
            row.money(t.congestion);
        }
    }
    out.push(b'\n');
}

struct Row<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl Row<'_> {
    fn text(&mut self, text: &[u8]) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        self.out.extend_from_slice(text);
    }

    fn number(&mut self, value: u32, blank: bool) {
        self.text(b"");
        if !blank {
            self.digits(value.into());
        }
    }

    fn flag(&mut self, flag: u8, blank: bool) {
        self.text(if blank {
            &[]
        } else {
            std::slice::from_ref(&flag)
        });
    }

    /// Prints hundredths of a mile: two decimals, no leading zero (`.60`, `1.20`, `-3.04`).
    fn distance(&mut self, hundredths: i64) {
        self.text(if hundredths < 0 { b"-" } else { b"" });
        let value = hundredths.unsigned_abs();
        if value >= 100 {
            self.digits(value / 100);
        }
        self.out.push(b'.');
        self.two_digits(value % 100);
    }

    /// Prints cents without trailing zeros (`3`, `0.5`, `11.27`, `-4.5`).
    fn money(&mut self, cents: i64) {
        self.text(if cents < 0 { b"-" } else { b"" });
        let value = cents.unsigned_abs();
        self.digits(value / 100);
        if !value.is_multiple_of(100) {
            self.out.push(b'.');
            self.two_digits(value % 100);
            if value.is_multiple_of(10) {
                self.out.pop();
            }
        }
    }

    /// Prints `2020-01-31 23:59:59`.
    fn time(&mut self, epoch_s: i64) {
        self.text(b"");
        let (days, seconds) = (
            epoch_s.div_euclid(86_400),
            epoch_s.rem_euclid(86_400).unsigned_abs(),
        );
        let (year, month, day) = civil(days);
        self.digits(year);
        for (separator, value) in [
            (b'-', month),
            (b'-', day),
            (b' ', seconds / 3_600),
            (b':', seconds / 60 % 60),
            (b':', seconds % 60),
        ] {
            self.out.push(separator);
            self.two_digits(value);
        }
    }

    fn digits(&mut self, value: u64) {
        if value >= 10 {
            self.digits(value / 10);
        }
        self.out.push(b'0' + (value % 10) as u8);
    }

    fn two_digits(&mut self, value: u64) {
        if value < 10 {
            self.out.push(b'0');
        }
        self.digits(value);
    }
}

/// Returns year, month and day of a day number counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (u64, u64, u64) {
    let z = (days + 719_468).unsigned_abs();
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(print: impl FnOnce(&mut Row<'_>)) -> String {
        let mut out = Vec::new();
        print(&mut Row {
            out: &mut out,
            first: true,
        });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_as_tlc_prints_them() {
        for (cents, text) in [
            (300, "3"),
            (50, "0.5"),
            (1_127, "11.27"),
            (-450, "-4.5"),
            (0, "0"),
            (5, "0.05"),
        ] {
            assert_eq!(shown(|r| r.money(cents)), text);
        }
        for (hundredths, text) in [
            (60, ".60"),
            (120, "1.20"),
            (-304, "-3.04"),
            (0, ".00"),
            (5, ".05"),
        ] {
            assert_eq!(shown(|r| r.distance(hundredths)), text);
        }
        assert_eq!(
            shown(|r| r.time(1_577_836_800 + 59 * 86_400 + 3_599)),
            "2020-02-29 00:59:59"
        );
        assert_eq!(shown(|r| r.time(1_577_836_800 - 1)), "2019-12-31 23:59:59");
    }
}
