//! The coverage page.

use std::fmt::Write;

use super::{members::top, unread};
use crate::{
    Operations,
    table::{self, Metadata, Protocol},
};

/// What a door has of one service.
pub(crate) struct Served<'a> {
    pub(crate) operations: Option<&'a Operations>,
    /// For a service that speaks HTTP itself.
    pub(crate) names: Vec<&'static str>,
}

/// Returns the page, as Markdown.
pub(crate) fn page<'a>(served: impl Fn(&str) -> Served<'a>) -> String {
    let mut summary = String::new();
    let mut details = String::new();
    for service in table::tables_available() {
        let Some(table) = table::table(&service.signing_name) else {
            continue;
        };
        let has = served(&service.signing_name);
        let is_there = |name: &str| {
            has.names.contains(&name)
                || has
                    .operations
                    .is_some_and(|operations| operations.get(name).is_some())
        };
        let (there, missing): (Vec<&str>, Vec<&str>) = table
            .operations()
            .iter()
            .map(|o| &*o.name)
            .partition(|name| is_there(name));
        let _ = writeln!(
            summary,
            "| {} | {} | {} | {} of {} |",
            service.botocore_name,
            service.signing_name,
            protocol(service),
            there.len(),
            there.len() + missing.len()
        );
        if there.is_empty() {
            continue;
        }
        let _ = writeln!(
            details,
            "\n## {}\n\n**Implemented**: {}.\n",
            service.botocore_name,
            list(&there)
        );
        let rest = if missing.is_empty() {
            "nothing".to_owned()
        } else {
            list(&missing)
        };
        let _ = writeln!(details, "**Missing** (answered with 501): {rest}.");
        if let Some(operations) = has.operations {
            members(service, operations, &mut details);
        }
    }
    format!(
        "# Coverage\n\nOperations of the public API models (botocore {}) that this server implements.\n\n\
         | service | signing name | protocol | operations |\n|---|---|---|---|\n{summary}{details}",
        table::BOTOCORE
    )
}

fn members(service: &Metadata, operations: &Operations, out: &mut String) {
    let unread = unread(&service.signing_name, operations);
    let mut names: Vec<&str> = operations.names().collect();
    names.sort_unstable();
    let of = |listed: &[(&str, &str)], name: &str| -> Vec<String> {
        listed
            .iter()
            .filter(|l| l.0 == name || l.0 == "*" && takes(service, name, l.1))
            .map(|l| l.1.to_owned())
            .collect()
    };
    let mut rows = String::new();
    for name in names {
        let accepted = of(operations.accepted(), name);
        let refused = of(operations.refused(), name);
        let ignored: Vec<&str> = unread
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, path)| path.as_str())
            .collect();
        if accepted.is_empty() && refused.is_empty() && ignored.is_empty() {
            continue;
        }
        let _ = writeln!(
            rows,
            "| {name} | {} | {} | {} |",
            list(&accepted),
            list(&refused),
            list(&ignored)
        );
    }
    if !rows.is_empty() {
        let _ = writeln!(
            out,
            "\n| operation | accepted, no effect | refused when given | not read |\n|---|---|---|---|\n{rows}"
        );
    }
}

/// Says whether the operation's input has the member, for what is listed for all operations.
fn takes(service: &Metadata, operation: &str, member: &str) -> bool {
    let Some(table) = table::table(&service.signing_name) else {
        return false;
    };
    let operation = table.operation(operation);
    operation.is_some_and(|o| top(table, o).contains(&member))
}

fn list<T: AsRef<str>>(names: &[T]) -> String {
    names
        .iter()
        .map(|n| format!("`{}`", n.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn protocol(service: &Metadata) -> String {
    match service.protocol {
        Protocol::Json => format!(
            "AWS JSON {}",
            service.json_version.as_deref().unwrap_or("1.1")
        ),
        Protocol::RestJson => "REST-JSON".into(),
        Protocol::Query => "query".into(),
        Protocol::RestXml => "REST-XML".into(),
    }
}
