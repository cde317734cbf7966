//! A place on all buses: for each the position of the last event seen.

use std::fmt::Write;

/// Positions by the stores' names, in one text that clients hand back: `main.12~objects.7`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place(Vec<(String, u64)>);

impl Place {
    /// Reads a place; nothing where the text is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts = text.split('~').map(|part| {
            let (name, position) = part.rsplit_once('.')?;
            Some((name.to_owned(), position.parse().ok()?))
        });
        parts.collect::<Option<_>>().map(Self)
    }

    pub(crate) fn of(&self, name: &str) -> Option<u64> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, p)| *p)
    }

    pub(crate) fn text<'a>(positions: impl Iterator<Item = (&'a str, u64)>) -> String {
        positions.fold(String::new(), |mut text, (name, position)| {
            if !text.is_empty() {
                text.push('~');
            }
            // Writing to a String does not fail.
            let _ = write!(text, "{name}.{position}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_written() {
        let text = Place::text([("main", 12), ("objects", 0)].into_iter());
        assert_eq!(text, "main.12~objects.0");
        let place = Place::parse(&text).unwrap();
        assert_eq!(
            (place.of("main"), place.of("objects"), place.of("logs")),
            (Some(12), Some(0), None)
        );
        for text in [
            "",
            "main",
            "main.",
            "main.x",
            "main.-1",
            "main.1~",
            "main.99999999999999999999",
        ] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
