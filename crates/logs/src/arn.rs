//! ARNs of groups and streams.

use aws::Context;

/// Returns a group's ARN without the `:*` that the older operations put behind it.
pub(crate) fn group(context: &Context, name: &str) -> String {
    format!(
        "arn:aws:logs:{}:{}:log-group:{name}",
        context.region(),
        context.account()
    )
}

pub(crate) fn stream(context: &Context, group_name: &str, name: &str) -> String {
    format!("{}:log-stream:{name}", group(context, group_name))
}

/// Returns the group's name in an ARN of this account and region, with or without `:*`.
pub(crate) fn group_name<'a>(context: &Context, arn: &'a str) -> Option<&'a str> {
    let name = arn.strip_prefix(&group(context, ""))?;
    let name = name.strip_suffix(":*").unwrap_or(name);
    (!name.is_empty() && !name.contains(':')).then_some(name)
}

/// Returns the group's name in an identifier: a name or an ARN.
pub(crate) fn identified<'a>(context: &Context, identifier: &'a str) -> Option<&'a str> {
    if identifier.starts_with("arn:") {
        group_name(context, identifier)
    } else {
        Some(identifier)
    }
}
