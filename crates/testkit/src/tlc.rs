//! Trip records in the exact format of the NYC Taxi and Limousine Commission's CSV files of 2020-01: its
//! columns, its number formats (`.60`, `11.27`, `3`) and its dirt (zero distances, refunds, absurd values,
//! rows without a vendor). Every value is drawn from a seeded generator; the same arguments give the same
//! bytes. Nothing is copied from the real files.

mod format;
mod trip;

use std::io::{self, Write};

use rand::{SeedableRng, rngs::StdRng};

/// Which of the two data sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Yellow,
    Green,
}

impl Colour {
    /// Returns `yellow` or `green`, as TLC's file names have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yellow => "yellow",
            Self::Green => "green",
        }
    }

    /// Returns how many rows the real file of 2020-01 has.
    pub fn full_rows(self) -> u64 {
        match self {
            Self::Yellow => 6_405_008,
            Self::Green => 447_770,
        }
    }

    /// Returns the share of rows, at the end of the file, that name no vendor (65,441 of 6.4 million yellow
    /// rows, some 127 thousand of 448 thousand green ones).
    fn blank_share(self) -> f64 {
        match self {
            Self::Yellow => 0.0102,
            Self::Green => 0.29,
        }
    }

    /// Returns the header line, without its line end.
    pub fn header(self) -> &'static str {
        match self {
            Self::Yellow => {
                "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,RatecodeID,\
                 store_and_fwd_flag,PULocationID,DOLocationID,payment_type,fare_amount,extra,mta_tax,tip_amount,\
                 tolls_amount,improvement_surcharge,total_amount,congestion_surcharge"
            }
            Self::Green => {
                "VendorID,lpep_pickup_datetime,lpep_dropoff_datetime,store_and_fwd_flag,RatecodeID,PULocationID,\
                 DOLocationID,passenger_count,trip_distance,fare_amount,extra,mta_tax,tip_amount,tolls_amount,\
                 ehail_fee,improvement_surcharge,total_amount,payment_type,trip_type,congestion_surcharge"
            }
        }
    }
}

/// The tutorial's aggregates over one colour, as Spark 3 computes them over columns of text: `trip_distance >
/// 0` casts the text to INT, so trips under one mile or one dollar are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    pub rows: u64,
    pub kept: u64,
    pub avg_distance: f64,
    pub avg_cost_per_mile: f64,
    pub avg_cost: f64,
}

/// Writes `rows` trips of January 2020 with a header line; `progress` hears of every thousand rows.
///
/// **Errors**: what `out` says.
pub fn write(
    colour: Colour,
    rows: u64,
    seed: u64,
    out: &mut impl Write,
    mut progress: impl FnMut(u64),
) -> io::Result<Summary> {
    let mut rng = StdRng::seed_from_u64(
        seed ^ if colour == Colour::Yellow {
            0x59
        } else {
            0x47 << 8
        },
    );
    writeln!(out, "{}", colour.header())?;
    let first_blank = rows - (rows as f64 * colour.blank_share()) as u64;
    let (mut line, mut sums, mut summary) = (
        Vec::with_capacity(256),
        [0.0_f64; 3],
        Summary {
            rows,
            ..Summary::default()
        },
    );
    for row in 0..rows {
        let trip = trip::draw(colour, row, rows, row >= first_blank, &mut rng);
        line.clear();
        format::line(colour, &trip, &mut line);
        out.write_all(&line)?;
        if trip.distance / 100 > 0 && trip.total / 100 > 0 {
            let (distance, total) = (trip.distance as f64 / 100.0, trip.total as f64 / 100.0);
            summary.kept += 1;
            for (sum, value) in sums.iter_mut().zip([distance, total / distance, total]) {
                *sum += value;
            }
        }
        if row % 1_000 == 999 {
            progress(row + 1);
        }
    }
    progress(rows);
    if summary.kept > 0 {
        let mean = |sum: f64| (sum / summary.kept as f64 * 100.0).round() / 100.0;
        (
            summary.avg_distance,
            summary.avg_cost_per_mile,
            summary.avg_cost,
        ) = (mean(sums[0]), mean(sums[1]), mean(sums[2]));
    }
    out.flush()?;
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(colour: Colour, rows: u64, seed: u64) -> (String, Summary) {
        let mut out = Vec::new();
        let summary = write(colour, rows, seed, &mut out, |_| {}).unwrap();
        (String::from_utf8(out).unwrap(), summary)
    }

    #[test]
    fn same_seed_same_bytes() {
        assert_eq!(
            made(Colour::Yellow, 5_000, 7),
            made(Colour::Yellow, 5_000, 7)
        );
        assert_ne!(
            made(Colour::Yellow, 5_000, 7).0,
            made(Colour::Yellow, 5_000, 8).0
        );
    }

    #[test]
    fn every_row_has_every_column_and_the_dirt_is_there() {
        for colour in [Colour::Yellow, Colour::Green] {
            let (text, summary) = made(colour, 20_000, 7);
            let columns = colour.header().split(',').count();
            assert!(text.lines().all(|l| l.split(',').count() == columns));
            assert_eq!(text.lines().count(), 20_001);
            assert!(
                text.lines().skip(1).any(|l| l.starts_with(',')),
                "rows without a vendor"
            );
            assert!(text.contains(",.00,"), "zero distances");
            assert!(text.lines().skip(1).any(|l| l.contains(",-")), "refunds");
            assert!(summary.kept > 10_000 && summary.kept < 20_000);
            assert!(
                summary.avg_distance > 2.0 && summary.avg_distance < 8.0,
                "{summary:?}"
            );
        }
    }

    #[test]
    fn summary_is_that_of_the_text() {
        let (text, summary) = made(Colour::Green, 3_000, 3);
        let columns: Vec<&str> = Colour::Green.header().split(',').collect();
        let at = |name| columns.iter().position(|c| *c == name).unwrap();
        let (distance, total) = (at("trip_distance"), at("total_amount"));
        let kept: Vec<(f64, f64)> = text
            .lines()
            .skip(1)
            .map(|l| l.split(',').collect::<Vec<_>>())
            .map(|f| {
                (
                    f[distance].parse::<f64>().unwrap(),
                    f[total].parse::<f64>().unwrap(),
                )
            })
            .filter(|(d, t)| d.trunc() > 0.0 && t.trunc() > 0.0)
            .collect();
        let mean = kept.iter().map(|k| k.1).sum::<f64>() / kept.len() as f64;
        assert_eq!(summary.kept, kept.len() as u64);
        assert!((summary.avg_cost - mean).abs() < 0.01);
    }
}
