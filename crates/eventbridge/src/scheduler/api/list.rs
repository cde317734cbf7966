//! The pages that lists come in.

use aws::ApiError;

use super::errors;

/// AWS's page where no size is asked for, and its largest.
const LARGEST_PAGE: usize = 100;

/// Cuts a page out of what is sorted by key; the token is the last key of the page before.
pub(super) fn page<T>(
    all: impl IntoIterator<Item = (String, T)>,
    token: Option<&str>,
    limit: Option<usize>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let limit = limit.unwrap_or(LARGEST_PAGE);
    let cut = aws::page::cut(all, |(key, _)| key.clone(), token, limit);
    let (page, next) = cut.map_err(|_| errors::invalid("Invalid NextToken."))?;
    Ok((page.into_iter().map(|(_, item)| item).collect(), next))
}
