//! One trip, drawn: what a taxi ride of January 2020 could have been.

use rand::{Rng, rngs::StdRng};

use super::Colour;

/// 2020-01-01 00:00:00 UTC.
const MONTH_START_S: i64 = 1_577_836_800;
const MONTH_S: i64 = 31 * 86_400;
/// Rides by hour of the day: the daily double hump.
const HOURS: [f64; 24] = [
    3.0, 2.0, 1.4, 1.0, 0.8, 1.0, 2.2, 4.0, 5.0, 5.0, 5.0, 5.2, 5.6, 5.6, 6.0, 6.2, 5.8, 6.6, 7.4,
    6.8, 6.0, 5.8, 5.2, 4.0,
];

/// One row. Money in cents, distance in hundredths of a mile, times in seconds since the epoch.
pub(super) struct Trip {
    pub blank: bool,
    pub vendor: u8,
    pub pickup: i64,
    pub dropoff: i64,
    pub passengers: u8,
    pub distance: i64,
    pub rate: u8,
    pub flag: u8,
    pub pickup_zone: u16,
    pub dropoff_zone: u16,
    pub payment: u8,
    pub fare: i64,
    pub extra: i64,
    pub mta_tax: i64,
    pub tip: i64,
    pub tolls: i64,
    pub surcharge: i64,
    pub total: i64,
    pub congestion: i64,
    pub negotiated: bool,
}

/// Draws row number `row` of `rows`; the later the row, the later in the month the ride.
pub(super) fn draw(colour: Colour, row: u64, rows: u64, blank: bool, rng: &mut StdRng) -> Trip {
    let green = colour == Colour::Green;
    let airport = rng.random_bool(if green { 0.015 } else { 0.045 });
    let distance = draw_distance(green, airport, blank, rng);
    let zero = distance == 0;
    let pickup = draw_pickup(row, rows, rng);
    let mph = normal(rng, 11.5, 3.2).clamp(4.0, 45.0) + if airport { 14.0 } else { 0.0 };
    let miles = (distance.clamp(-6_000, 6_000).abs()) as f64 / 100.0;
    let seconds =
        (miles / mph * 3_600.0 + f64::from(rng.random_range(20..240_i32))).clamp(1.0, 14_400.0);

    let flat = airport && rng.random_bool(0.55);
    let negotiated = zero && rng.random_bool(0.35);
    let mut fare = match () {
        () if rng.random_bool(1e-6) => rng.random_range(100_000..450_000),
        () if blank => rng.random_range(800..6_500),
        () if negotiated => rng.random_range(0..9_000),
        () if flat => 5_200,
        () => 250 + ((miles.min(120.0) * 250.0 + seconds / 60.0 * 12.0) / 50.0).round() as i64 * 50,
    };
    let vendor = if rng.random_bool(if green { 0.15 } else { 0.33 }) {
        1
    } else {
        2
    };
    let mut congestion = if rng.random_bool(if green { 0.28 } else { 0.94 }) {
        if green { 275 } else { 250 }
    } else {
        0
    };
    let mut extra = match pickup / 3_600 % 24 {
        16..=19 => 100,
        20..=23 | 0..=5 => 50,
        _ => 0,
    };
    let folded = vendor == 1 && !green; // this vendor folds the congestion surcharge into `extra`
    if folded {
        extra += congestion;
    }
    if blank {
        extra = 0;
    }
    let mut mta_tax = if negotiated { 0 } else { 50 };
    let mut surcharge = if rng.random_bool(0.0006) { 0 } else { 30 };
    let mut tolls = if airport && rng.random_bool(0.42) {
        612
    } else {
        0
    };
    let payment = weighted(
        rng,
        if green {
            &[55.0, 44.0, 0.6, 0.3]
        } else {
            &[74.0, 25.0, 0.5, 0.25]
        },
    ) + 1;
    let base = fare + extra + mta_tax + surcharge + tolls + if folded { 0 } else { congestion };
    let tips = payment == 1 && !blank && rng.random_bool(if green { 0.80 } else { 0.95 });
    let share = [0.10, 0.15, 0.18, 0.20, 0.25, 0.30]
        [usize::from(weighted(rng, &[1.0, 1.0, 1.0, 6.0, 1.5, 0.6]))];
    let mut tip = if tips {
        (base as f64 * share * rng.random_range(0.96..1.04)).round() as i64
    } else {
        0
    };
    let mut total = base + tip;
    if payment >= 3 && !blank && rng.random_bool(0.36) {
        // a refund: every amount with its sign turned
        tip = 0;
        for amount in [
            &mut fare,
            &mut extra,
            &mut mta_tax,
            &mut surcharge,
            &mut tolls,
            &mut congestion,
            &mut total,
        ] {
            *amount = -*amount;
        }
    }
    Trip {
        blank,
        vendor,
        pickup,
        dropoff: pickup + seconds as i64,
        passengers: weighted(rng, &[1.8, 71.0, 15.0, 4.0, 2.0, 3.6, 2.4]),
        distance,
        rate: if flat {
            2
        } else if negotiated {
            5
        } else {
            1
        },
        flag: if rng.random_bool(if green { 0.002 } else { 0.0105 }) {
            b'Y'
        } else {
            b'N'
        },
        pickup_zone: zone(rng),
        dropoff_zone: zone(rng),
        payment,
        fare,
        extra,
        mta_tax,
        tip,
        tolls,
        surcharge,
        total,
        congestion,
        negotiated,
    }
}

/// Draws a distance: log-normal with a median of 1.6 miles (green 1.9), airports on top, and the dirt.
fn draw_distance(green: bool, airport: bool, blank: bool, rng: &mut StdRng) -> i64 {
    if rng.random_bool(3e-6) {
        return rng.random_range(2_000_000..22_000_000);
    }
    if rng.random_bool(if green { 0.028 } else { 0.0105 }) {
        return 0;
    }
    let (median, sigma) = if green {
        (190.0_f64, 0.82)
    } else {
        (160.0, 0.78)
    };
    let mut hundredths = if airport {
        normal(rng, 1_650.0, 280.0)
    } else {
        (median.ln() + sigma * normal(rng, 0.0, 1.0)).exp()
    };
    if blank && green {
        hundredths *= 1.9; // dispatched trips run longer
    }
    let distance = hundredths.round().clamp(1.0, 12_000.0) as i64;
    if rng.random_bool(if green { 1e-4 } else { 2e-5 }) {
        -distance
    } else {
        distance
    }
}

/// Draws a pickup time: rides run in file order, a handful outside the month.
fn draw_pickup(row: u64, rows: u64, rng: &mut StdRng) -> i64 {
    if rng.random_bool(4e-5) {
        return MONTH_START_S - rng.random_range(1..40 * 86_400);
    }
    let day = MONTH_S / 86_400 * row as i64 / rows.max(1) as i64;
    MONTH_START_S
        + day * 86_400
        + i64::from(weighted(rng, &HOURS)) * 3_600
        + rng.random_range(0..3_600)
}

/// Draws one of the 265 zones, with a fixed skew.
fn zone(rng: &mut StdRng) -> u16 {
    let u: f64 = rng.random();
    1 + ((u * u * 265.0) as u16 * 53) % 265
}

/// Returns an index, drawn by weight.
fn weighted(rng: &mut StdRng, weights: &[f64]) -> u8 {
    let mut left = rng.random::<f64>() * weights.iter().sum::<f64>();
    for (i, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return i as u8;
        }
    }
    (weights.len() - 1) as u8
}

/// Draws from a normal distribution (Box and Muller).
fn normal(rng: &mut StdRng, mean: f64, deviation: f64) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    mean + deviation * (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}
