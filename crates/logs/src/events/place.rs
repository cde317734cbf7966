//! Where an event stands in its stream.

/// An event's place: its time, and among those of one time the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) ms: i64,
    pub(crate) seq: u64,
}

impl Place {
    /// Returns the first place of a time.
    pub(crate) fn at(ms: i64) -> Self {
        Self { ms, seq: 0 }
    }

    /// Returns the place right after this one.
    pub(crate) fn next(self) -> Self {
        match self.seq.checked_add(1) {
            Some(seq) => Self { seq, ..self },
            None => Self::at(self.ms.saturating_add(1)),
        }
    }

    /// Returns the place as one number that sorts alike.
    pub(crate) fn number(self) -> u128 {
        u128::from(self.ms.unsigned_abs()) << 64 | u128::from(self.seq)
    }

    pub(crate) fn from_number(number: u128) -> Option<Self> {
        let ms = i64::try_from(number >> 64).ok()?;
        Some(Self {
            ms,
            seq: number as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_places() {
        let places = [
            Place::at(0),
            Place { ms: 0, seq: 7 },
            Place::at(5),
            Place {
                ms: 5,
                seq: u64::MAX,
            },
            Place::at(6),
        ];
        for pair in places.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].number() < pair[1].number());
        }
        assert_eq!(places[3].next(), places[4]);
        assert!(
            places
                .iter()
                .all(|p| Place::from_number(p.number()) == Some(*p))
        );
        assert_eq!(Place::from_number(u128::MAX), None);
    }
}
