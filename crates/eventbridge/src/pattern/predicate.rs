//! What a pattern demands of one scalar.

use std::net::IpAddr;

use super::{facts::Scalar, wildcard::Wildcard};

/// A demand on one scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Predicate {
    Null,
    Bool(bool),
    Number(f64),
    /// Equal, beginning, ending, equal but for case, or a wildcard.
    Text(TextTest),
    /// Bounds with whether each is met by itself.
    Range {
        low: Option<(f64, bool)>,
        high: Option<(f64, bool)>,
    },
    Cidr {
        network: IpAddr,
        bits: u8,
    },
    Present,
    /// Met by no scalar, only by there being none; see the branch.
    Absent,
    AnythingButNumbers(Vec<f64>),
    AnythingBut(Vec<TextTest>),
}

/// A demand on text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TextTest {
    Equal(String),
    Prefix(String),
    Suffix(String),
    /// These three hold what to compare with in lower case.
    EqualIgnoreCase(String),
    PrefixIgnoreCase(String),
    SuffixIgnoreCase(String),
    Wildcard(Wildcard),
}

impl TextTest {
    fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Equal(wanted) => text == wanted,
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Self::EqualIgnoreCase(wanted) => text.to_lowercase() == *wanted,
            Self::PrefixIgnoreCase(prefix) => text.to_lowercase().starts_with(prefix.as_str()),
            Self::SuffixIgnoreCase(suffix) => text.to_lowercase().ends_with(suffix.as_str()),
            Self::Wildcard(wildcard) => wildcard.accepts(text),
        }
    }
}

impl Predicate {
    pub(super) fn accepts(&self, value: Scalar<'_>) -> bool {
        match (self, value) {
            (Self::Present | Self::Null, Scalar::Null) => true,
            (Self::Present, _) => true,
            (Self::Bool(wanted), Scalar::Bool(b)) => *wanted == b,
            (Self::Number(wanted), Scalar::Number(n)) => *wanted == n,
            (Self::Text(test), Scalar::Text(text)) => test.accepts(text),
            (Self::Range { low, high }, Scalar::Number(n)) => {
                low.is_none_or(|(bound, closed)| n > bound || (closed && n == bound))
                    && high.is_none_or(|(bound, closed)| n < bound || (closed && n == bound))
            }
            (Self::Cidr { network, bits }, Scalar::Text(text)) => text
                .parse()
                .is_ok_and(|address| inside(*network, *bits, address)),
            (Self::AnythingButNumbers(listed), Scalar::Number(n)) => !listed.contains(&n),
            (Self::AnythingBut(listed), Scalar::Text(text)) => {
                !listed.iter().any(|test| test.accepts(text))
            }
            (Self::AnythingButNumbers(_) | Self::AnythingBut(_), _) => true,
            _ => false,
        }
    }
}

fn inside(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}
