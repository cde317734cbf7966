//! Wildcards: `*` is any run of characters; `\*` and `\\` are themselves.

use super::PatternError;

/// The literal pieces between the stars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard {
    pieces: Vec<String>,
}

impl Wildcard {
    pub(super) fn parse(text: &str) -> Result<Self, PatternError> {
        let mut pieces = vec![String::new()];
        let mut chars = text.bytes().enumerate().peekable();
        let mut bytes = Vec::new();
        let close = |bytes: &mut Vec<u8>, pieces: &mut Vec<String>| {
            if let Some(piece) = pieces.last_mut() {
                *piece = String::from_utf8_lossy(bytes).into_owned();
            }
            bytes.clear();
        };
        while let Some((at, byte)) = chars.next() {
            // AWS counts from the quotation mark before the text.
            let position = at + 1;
            match (byte, chars.peek().map(|(_, next)| *next)) {
                (b'*', Some(b'*')) => {
                    let reason = format!("Consecutive wildcard characters at pos {position}");
                    return Err(PatternError::because(reason));
                }
                (b'*', _) => {
                    close(&mut bytes, &mut pieces);
                    pieces.push(String::new());
                }
                (b'\\', Some(escaped @ (b'*' | b'\\'))) => {
                    bytes.push(escaped);
                    chars.next();
                }
                (b'\\', _) => {
                    let reason = format!("Invalid escape character at pos {position}");
                    return Err(PatternError::because(reason));
                }
                (byte, _) => bytes.push(byte),
            }
        }
        close(&mut bytes, &mut pieces);
        Ok(Self { pieces })
    }

    pub(super) fn accepts(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.pieces.as_slice() else {
            return self.pieces.first().is_some_and(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        for piece in middle {
            let Some(at) = rest.find(piece.as_str()) else {
                return false;
            };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}
