//! Pages of a list: their size, and the token that leads to the next one.

use aws::ApiError;
use store::Key;

use crate::refusal;

/// The size of a page when none, or zero, is asked for.
const DEFAULT_PAGE: usize = 100;

/// Returns the size of a page.
pub(crate) fn size(asked: Option<i64>) -> usize {
    match asked.and_then(|n| usize::try_from(n).ok()) {
        None | Some(0) => DEFAULT_PAGE,
        Some(n) => n.min(1000),
    }
}

/// Returns the token that continues after this key. Hexadecimal, so that it passes through every client.
pub(crate) fn token(key: &Key) -> String {
    let mut text = String::with_capacity(key.0.len() * 2 + 2);
    for byte in key.0.iter() {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    text
}

/// Returns the key that a token continues after; it must lie under `prefix`.
pub(crate) fn after(token: Option<&str>, prefix: &Key) -> Result<Option<Key>, ApiError> {
    let Some(token) = token else { return Ok(None) };
    let digits: Option<Vec<u8>> = token
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits
        .filter(|d| d.len() % 2 == 0)
        .ok_or_else(refusal::invalid_token)?;
    let bytes: Vec<u8> = digits.chunks(2).map(|d| d[0] << 4 | d[1]).collect();
    if !bytes.starts_with(&prefix.0) {
        return Err(refusal::invalid_token());
    }
    Ok(Some(Key(bytes.into())))
}

/// Cuts a scan of `size + 1` keys to a page; returns it and the next page's token.
pub(crate) fn cut<T>(mut found: Vec<(Key, T)>, size: usize) -> (Vec<(Key, T)>, Option<String>) {
    let more = found.len() > size;
    found.truncate(size);
    let token = if more {
        found.last().map(|(key, _)| token(key))
    } else {
        None
    };
    (found, token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_key_and_to_no_other_list() {
        let key = Key::of(&["000000000000", "us-east-1", "x"]);
        let text = token(&key);
        assert_eq!(
            after(Some(&text), &Key::prefix(&["000000000000"])).unwrap(),
            Some(key)
        );
        for bad in [text.as_str(), "zz", "abc", ""] {
            let refused = after(Some(bad), &Key::prefix(&["111111111111"])).unwrap_err();
            assert_eq!(
                (refused.code.as_str(), refused.message.as_str()),
                ("InvalidToken", "Invalid Token: 'Invalid token'")
            );
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(
            [size(None), size(Some(0)), size(Some(7)), size(Some(9999))],
            [100, 100, 7, 1000]
        );
    }
}
