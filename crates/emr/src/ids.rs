//! The service's source of ids: digits and small letters, growing with time, as EMR on EKS has them.

use std::sync::atomic::{AtomicI64, Ordering};

/// Virtual clusters and job templates have 25 characters, job runs 19.
const CLUSTER: usize = 25;
const JOB: usize = 19;

/// Characters of time: milliseconds in base 36, enough until the year 5188.
const TIME: usize = 9;

pub(crate) fn cluster(now_ms: i64) -> String {
    id(now_ms, CLUSTER)
}

pub(crate) fn template(now_ms: i64) -> String {
    id(now_ms, CLUSTER)
}

pub(crate) fn job(now_ms: i64) -> String {
    // AWS's begin with zeros too.
    format!("000{}", id(now_ms, JOB - 3))
}

/// Returns a UUID as a bus event carries it.
pub(crate) fn event() -> String {
    random().hyphenated().to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this crate that makes ids"
)]
fn random() -> uuid::Uuid {
    uuid::Uuid::new_v4()
}

fn id(now_ms: i64, length: usize) -> String {
    let time = base36(u128::try_from(later(now_ms)).unwrap_or(0), TIME);
    let rest = base36(random().as_u128(), length - TIME);
    time + &rest
}

/// Returns this millisecond, or the one after the last id's: ids of one millisecond keep their order too.
fn later(now_ms: i64) -> i64 {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let next = |last: i64| Some(now_ms.max(last + 1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    last.map_or(now_ms, |last| now_ms.max(last + 1))
}

/// Returns the last `length` digits of a number in base 36.
fn base36(mut number: u128, length: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut digits = vec!['0'; length];
    for digit in digits.iter_mut().rev() {
        *digit = char::from(DIGITS[usize::try_from(number % 36).unwrap_or(0)]);
        number /= 36;
    }
    digits.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_awss_form_and_grow() {
        let (first, second) = (job(1_800_000_000_000), job(1_800_000_000_001));
        assert!(first < second && first.len() == 19 && first != job(1_800_000_000_000));
        let cluster = cluster(1_800_000_000_000);
        assert_eq!(cluster.len(), 25);
        assert!(
            cluster
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        );
    }
}
