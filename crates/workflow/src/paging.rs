//! Pages of a list: their size, and the token that leads to the next one.

use aws::ApiError;
use serde::de::DeserializeOwned;
use store::{Key, Scan, Store};

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

/// Returns the token that continues after this key.
pub(crate) fn token(key: &Key) -> String {
    aws::page::token(&key.0)
}

/// Returns the key that a token continues after; it must lie under `prefix`.
pub(crate) fn after(token: Option<&str>, prefix: &Key) -> Result<Option<Key>, ApiError> {
    let Some(token) = token else { return Ok(None) };
    let bytes = aws::page::key(token).map_err(|_| refusal::invalid_token())?;
    if !bytes.starts_with(&prefix.0) {
        return Err(refusal::invalid_token());
    }
    Ok(Some(Key(bytes.into())))
}

/// Which page of a list is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) max_results: Option<i64>,
    pub(crate) token: Option<&'a str>,
}

/// Returns a page of what lies under `prefix`, with its keys, and the next page's token.
pub(crate) async fn page<T: DeserializeOwned>(
    store: &Store,
    table: &'static str,
    prefix: Key,
    asked: &Asked<'_>,
    reverse: bool,
) -> Result<(Vec<(Key, T)>, Option<String>), ApiError> {
    let size = size(asked.max_results);
    let after = after(asked.token, &prefix)?;
    let scan = Scan {
        prefix,
        after,
        limit: size + 1,
        reverse,
    };
    let found = store.scan_json(table, &scan).await;
    Ok(cut(found.map_err(refusal::store)?, size))
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
