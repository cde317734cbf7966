//! Pages of lists, and what Athena and Glue say of a token that is none.

/// Cuts a page out of what is in the order of its keys, and returns it and the next page's token.
///
/// **Errors**: a token that this function did not make.
pub(crate) fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    token: Option<&str>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), String> {
    let token = token.filter(|t| !t.is_empty());
    let bad = |_| format!("Invalid NextToken: {}", token.unwrap_or_default());
    aws::page::cut(items, key, token, limit).map_err(bad)
}
