//! AWS's list prices. **Source**: the pricing page of AWS Step Functions, US East (N. Virginia), without the free tier.

/// Whose prices they are.
pub(super) const REGION: &str = "us-east-1";
/// US dollars for a state transition of a Standard machine: each run of a state, and each retry.
pub(super) const PER_TRANSITION: f64 = 0.000_025;
/// US dollars for an execution of an Express machine.
pub(super) const PER_REQUEST: f64 = 0.000_001;
/// US dollars for a gigabyte over a second of an Express execution, for the first thousand hours of a month.
pub(super) const PER_GB_SECOND: f64 = 0.000_016_67;
/// Memory is billed in such chunks; how many an execution would need is not known here, so that it is one.
pub(super) const CHUNK_MB: f64 = 64.0;
/// Durations are rounded up to this.
const ROUND_MS: i64 = 100;

/// Returns what so many transitions would cost, in US dollars.
pub(super) fn standard(transitions: u64) -> f64 {
    transitions as f64 * PER_TRANSITION
}

/// Returns what so many Express executions would cost that are billed for so long in all, in US dollars.
pub(super) fn express(requests: u64, billed_ms: i64) -> f64 {
    let gb_seconds = billed_ms as f64 / 1000.0 * CHUNK_MB / 1024.0;
    requests as f64 * PER_REQUEST + gb_seconds * PER_GB_SECOND
}

/// Returns for how long an execution is billed.
pub(super) fn billed_ms(took_ms: i64) -> i64 {
    (took_ms.max(1) + ROUND_MS - 1) / ROUND_MS * ROUND_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_transitions() {
        assert!((standard(1000) - 0.025).abs() < 1e-12);
    }

    #[test]
    fn express_is_billed_by_the_tenth_of_a_second() {
        assert_eq!([0, 1, 100, 101].map(billed_ms), [100, 100, 100, 200]);
        // A million requests of a second with 64 MB: 1 dollar, and 62,500 GB-seconds.
        assert!((express(1_000_000, 1_000_000_000) - (1.0 + 62_500.0 * 0.000_016_67)).abs() < 1e-6);
    }
}
