//! Where who follows goes on after a lost connection, as text that only this server reads.

use std::{fmt, str::FromStr};

use aws::ApiError;

use crate::error;

/// **Shape**: `@MS`, or `#STREAM/COUNT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// Behind what had come at this time, in epoch milliseconds.
    Looked(i64),
    /// Behind so many events of the stream of this number, in the order in which they came.
    Seen { stream: i64, count: u64 },
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Looked(at_ms) => write!(f, "@{at_ms}"),
            Self::Seen { stream, count } => write!(f, "#{stream}/{count}"),
        }
    }
}

impl FromStr for Cursor {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let looked = || Some(Self::Looked(text.strip_prefix('@')?.parse().ok()?));
        let seen = || {
            let (stream, count) = text.strip_prefix('#')?.split_once('/')?;
            Some(Self::Seen {
                stream: stream.parse().ok()?,
                count: count.parse().ok()?,
            })
        };
        let read = looked().or_else(seen);
        read.ok_or_else(|| error::invalid("The cursor is not one of this server's."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_written() {
        for cursor in [
            Cursor::Looked(1_795_477_530_000),
            Cursor::Seen {
                stream: 7,
                count: 0,
            },
        ] {
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
        for bad in ["", "5", "@", "@x", "#1", "#1/", "#1/-2", "f/000"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
