//! A moment as answers have it.

use serde::{Serialize, Serializer};

/// Epoch milliseconds that are written as epoch seconds with a fraction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seconds(pub i64);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(aws::time::from_millis(self.0))
    }
}
