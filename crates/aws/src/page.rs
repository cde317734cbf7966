//! Pages of lists. A token is the key of the last item of the page before, so that a list that changes in between
//! neither repeats nor skips what stays.
//!
//! What is said of a token that is none, and how large a page is, differs from service to service and is theirs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A token that no list here gave out.
#[derive(Debug, PartialEq, Eq)]
pub struct BadToken;

/// Returns the token of what comes after a key; it passes through every client and every URL.
pub fn token(key: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// Returns the key that a token continues after.
pub fn key(token: &str) -> Result<Vec<u8>, BadToken> {
    URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)
}

/// The same for keys that are text.
pub fn key_text(token: &str) -> Result<String, BadToken> {
    String::from_utf8(key(token)?).map_err(|_| BadToken)
}

/// Cuts the page after `token` out of what is in the order of its keys: at most `limit` of it, and the next page's
/// token where there is more.
pub fn cut<T>(
    all: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> String,
    token: Option<&str>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), BadToken> {
    let after = token.map(key_text).transpose()?;
    let mut rest = all
        .into_iter()
        .skip_while(|item| after.as_ref().is_some_and(|after| key(item) <= *after));
    let page: Vec<T> = rest.by_ref().take(limit.max(1)).collect();
    let next = rest.next().and_then(|_| page.last());
    let next = next.map(|last| self::token(key(last).as_bytes()));
    Ok((page, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn pages_join_to_the_whole_and_survive_a_deletion() {
        let all = names(&["a", "b", "c", "ö"]);
        let (first, token) = cut(all, Clone::clone, None, 2).unwrap();
        assert_eq!(first, names(&["a", "b"]));
        let rest = names(&["a", "c", "ö"]);
        let (second, end) = cut(rest, Clone::clone, token.as_deref(), 2).unwrap();
        assert_eq!((second, end), (names(&["c", "ö"]), None));
        let (all, end) = cut(names(&["a"]), Clone::clone, None, 0).unwrap();
        assert_eq!((all, end), (names(&["a"]), None), "no page is empty");
    }

    #[test]
    fn a_token_leads_back_to_its_key() {
        for bytes in [&b""[..], b"a/b?c=d", &[0, 255, 254]] {
            let text = token(bytes);
            assert!(
                text.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
            );
            assert_eq!(key(&text).unwrap(), bytes);
        }
        for bad in ["no token", "a", "="] {
            assert_eq!(key(bad), Err(BadToken), "{bad}");
            assert!(cut(names(&["a"]), Clone::clone, Some(bad), 2).is_err());
        }
        assert_eq!(key_text(&token(&[255])), Err(BadToken));
    }
}
