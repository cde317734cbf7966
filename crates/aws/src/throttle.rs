//! Throttling: a bucket of tokens for each operation, account and region. Pure: time is passed in.

use std::{collections::HashMap, str::FromStr, sync::Arc};

use crate::{ApiError, Principal};

/// How often an operation may be called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Calls that may come at once.
    pub burst: f64,
    /// Calls that become possible again in each second.
    pub per_second: f64,
}

/// An operation and its rate, as it is written: `StartExecution=1300/300`.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationRate {
    pub operation: String,
    pub rate: Rate,
}

/// A rate that cannot be read, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not OPERATION=BURST/PER_SECOND, for example StartExecution=1300/300, with numbers of at least 1 and 0"
)]
pub struct RateError(String);

impl FromStr for OperationRate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (operation, rate) = text.split_once('=')?;
            let (burst, per_second) = rate.split_once('/')?;
            let rate = Rate {
                burst: burst.parse().ok()?,
                per_second: per_second.parse().ok()?,
            };
            let fits = !operation.is_empty()
                && rate.burst.is_finite()
                && rate.burst >= 1.0
                && rate.per_second.is_finite()
                && rate.per_second >= 0.0;
            fits.then(|| Self {
                operation: operation.to_owned(),
                rate,
            })
        };
        read().ok_or_else(|| RateError(text.to_owned()))
    }
}

/// Tokens that are left, and since when.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at_ms: i64,
}

/// The buckets of one service's operations.
#[derive(Debug, Default)]
pub struct Throttle {
    rates: HashMap<String, Rate>,
    buckets: HashMap<(Arc<str>, Arc<str>, String), Bucket>,
}

impl Throttle {
    /// Returns full buckets; of two rates for an operation the later one counts. An operation without one is not
    /// throttled.
    pub fn new(rates: impl IntoIterator<Item = OperationRate>) -> Self {
        Self {
            rates: rates.into_iter().map(|r| (r.operation, r.rate)).collect(),
            buckets: HashMap::new(),
        }
    }

    /// Takes a token.
    ///
    /// **Errors**: `ThrottlingException` when there is none.
    pub fn take(
        &mut self,
        principal: &Principal,
        operation: &str,
        now_ms: i64,
    ) -> Result<(), ApiError> {
        let Some(rate) = self.rates.get(operation) else {
            return Ok(());
        };
        let key = (
            Arc::clone(&principal.account),
            Arc::clone(&principal.region),
            operation.to_owned(),
        );
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            tokens: rate.burst,
            at_ms: now_ms,
        });
        let passed_ms = (now_ms - bucket.at_ms).max(0) as f64;
        bucket.tokens = (bucket.tokens + passed_ms / 1000.0 * rate.per_second).min(rate.burst);
        bucket.at_ms = now_ms;
        if bucket.tokens < 1.0 {
            return Err(ApiError::new("ThrottlingException", "Rate exceeded"));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again_for_each_account_and_region() {
        let mut throttle = Throttle::new(["A=2/4".parse().unwrap()]);
        let one = Principal::root("000000000001", "us-east-1");
        let other = Principal::root("000000000001", "eu-west-1");
        assert!(throttle.take(&one, "A", 0).is_ok());
        assert!(throttle.take(&one, "A", 0).is_ok());
        let refused = throttle.take(&one, "A", 249).unwrap_err();
        assert_eq!(
            (
                refused.code.as_str(),
                refused.message.as_str(),
                refused.status
            ),
            ("ThrottlingException", "Rate exceeded", 400)
        );
        assert!(throttle.take(&other, "A", 249).is_ok());
        assert!(throttle.take(&one, "B", 249).is_ok());
        assert!(throttle.take(&one, "A", 500).is_ok());
        assert!(
            throttle.take(&one, "A", 500).is_ok(),
            "never more than the burst"
        );
        assert!(throttle.take(&one, "A", 500).is_err());
        assert!(
            throttle.take(&one, "A", 400).is_err(),
            "a clock that goes back"
        );
    }

    #[test]
    fn rates_are_read_or_refused() {
        let rate: OperationRate = "StartExecution=1300/0.5".parse().unwrap();
        assert_eq!((rate.rate.burst, rate.rate.per_second), (1300.0, 0.5));
        for wrong in [
            "", "A", "A=1", "A=0/1", "A=1/-1", "=1/1", "A=x/1", "A=inf/1",
        ] {
            let refused = wrong.parse::<OperationRate>().unwrap_err().to_string();
            assert!(refused.contains("StartExecution="), "{refused}");
        }
    }
}
