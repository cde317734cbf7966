//! Pages of lists: a token is the key of the last item of the page before, so that a list that changes in
//! between neither repeats nor skips what stays.

/// Returns the items after `token` in their given order, at most `limit`, and the next page's token.
///
/// The items are in the order of their keys.
///
/// **Errors**: a token that this function did not make.
pub(crate) fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    token: Option<&str>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), String> {
    let after = token.filter(|t| !t.is_empty()).map(decode).transpose()?;
    let mut rest: Vec<T> = match after {
        Some(last) => items
            .into_iter()
            .skip_while(|item| key(item) <= last)
            .collect(),
        None => items,
    };
    let more = rest.len() > limit.max(1);
    rest.truncate(limit.max(1));
    let next = if more {
        rest.last().map(|item| encode(&key(item)))
    } else {
        None
    };
    Ok((rest, next))
}

fn encode(key: &str) -> String {
    key.bytes().map(|b| format!("{b:02x}")).collect()
}

fn decode(token: &str) -> Result<String, String> {
    let invalid = || format!("Invalid NextToken: {token}");
    let nibbles: Vec<u8> = token
        .chars()
        .map(|c| {
            c.to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
                .ok_or_else(invalid)
        })
        .collect::<Result<_, _>>()?;
    let bytes = nibbles
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble))
        .collect();
    String::from_utf8(bytes).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_join_to_the_whole_and_survive_a_deletion() {
        let names = |v: &[&str]| v.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let (first, token) = page(names(&["a", "b", "c", "ö"]), Clone::clone, None, 2).unwrap();
        assert_eq!(first, names(&["a", "b"]));
        let (second, end) =
            page(names(&["a", "c", "ö"]), Clone::clone, token.as_deref(), 2).unwrap();
        assert_eq!((second, end), (names(&["c", "ö"]), None));
        assert!(page(names(&["a"]), Clone::clone, Some("no token"), 2).is_err());
    }
}
