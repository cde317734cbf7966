//! Handlers' inputs held against the tables, so that no member is dropped in silence.

use std::collections::BTreeSet;

use crate::{
    Operations,
    service::{Handler, Read},
    table::{self, Kind, Operation, ShapeId, Table},
};

/// Holds every handler's input against the service's table, at the top of the input.
///
/// Returns what is wrong, one line each: an operation or member that the API does not have; a member that is
/// neither read by the handler, nor listed as accepted (without effect), nor as refused; a listing that is stale
/// because the handler reads the member or the API does not have it. The operation `*` in a listing is every one.
pub fn check_members(
    service: &str,
    operations: &Operations,
    accepted: &[(&str, &str)],
    refused: &[(&str, &str)],
) -> Vec<String> {
    let Some(table) = table::table(service) else {
        return vec![format!("{service}: there is no table")];
    };
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (name, operation, handler) in handled(table, operations) {
        let Some(operation) = operation else {
            wrong.push(format!("{service}:{name} is not an operation of the API"));
            continue;
        };
        // Any JSON: it reads all.
        if handler.members.is_empty() && (handler.read)().open.contains("") {
            continue;
        }
        let members = top(table, operation);
        for member in handler.members.iter().filter(|m| !members.contains(*m)) {
            wrong.push(format!(
                "{service}:{name} reads '{member}', which the API does not have"
            ));
        }
        for member in members {
            let listed: Vec<_> = [accepted, refused]
                .concat()
                .into_iter()
                .filter(|l| is_for(l, name, member))
                .collect();
            used.extend(listed.iter().copied());
            if listed.is_empty() && !handler.members.contains(&member) {
                wrong.push(format!(
                    "{service}:{name}: '{member}' is neither read, nor accepted, nor refused"
                ));
            }
            let in_accepted = accepted
                .iter()
                .any(|l| l.0 != "*" && is_for(l, name, member));
            if in_accepted && handler.members.contains(&member) {
                wrong.push(format!(
                    "{service}:{name}: '{member}' is listed as accepted, but the handler reads it"
                ));
            }
        }
    }
    for (operation, member) in [accepted, refused].concat() {
        // Those of deeper members are `unread`'s.
        if !member.contains('.') && !used.contains(&(operation, member)) {
            wrong.push(format!(
                "{service}:{operation}: '{member}' is listed, but no handler's API has it"
            ));
        }
    }
    wrong.sort();
    wrong
}

/// Does [`check_members`] with what the service itself has declared (`Operations::accept`, `refuse`), and adds
/// what is unread at any depth.
pub fn check_declared(service: &str, operations: &Operations) -> Vec<String> {
    let mut wrong = check_members(
        service,
        operations,
        operations.accepted(),
        operations.refused(),
    );
    for (operation, path) in unread(service, operations) {
        if path.contains('.') {
            wrong.push(format!(
                "{service}:{operation}: '{path}' is neither read, nor accepted, nor refused"
            ));
        }
    }
    wrong
}

/// Returns the members at any depth that handlers neither read nor declare, with their operations. A member of a
/// structure that is itself unread is not listed again.
pub fn unread(service: &str, operations: &Operations) -> Vec<(&'static str, String)> {
    let Some(table) = table::table(service) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, operation, handler) in handled(table, operations) {
        let Some(input) = operation.and_then(|o| o.input) else {
            continue;
        };
        let read = (handler.read)();
        let declared = |path: &str| {
            [operations.accepted(), operations.refused()]
                .concat()
                .iter()
                .any(|l| is_for(l, name, path))
        };
        let mut walk = Walk {
            table,
            read: &read,
            declared: &declared,
            found: Vec::new(),
            shapes: Vec::new(),
        };
        walk.shape(input, "");
        found.extend(walk.found.into_iter().map(|path| (name, path)));
    }
    found
}

struct Walk<'a> {
    table: &'a Table,
    read: &'a Read,
    declared: &'a dyn Fn(&str) -> bool,
    found: Vec<String>,
    /// The shapes above: a recursive one is followed once.
    shapes: Vec<ShapeId>,
}

impl Walk<'_> {
    fn shape(&mut self, id: ShapeId, path: &str) {
        if self.read.open.contains(path) || self.shapes.contains(&id) {
            return;
        }
        self.shapes.push(id);
        match &self.table.shape(id).kind {
            Kind::Structure(structure) => {
                for member in &structure.members {
                    let at = if path.is_empty() {
                        member.name.to_string()
                    } else {
                        format!("{path}.{}", member.name)
                    };
                    if (self.declared)(&at) {
                        continue;
                    }
                    if self.read.paths.contains(&at) {
                        self.shape(member.reference.shape, &at);
                    } else {
                        self.found.push(at);
                    }
                }
            }
            Kind::List { member, .. } => self.shape(member.shape, path),
            Kind::Map { value, .. } => self.shape(value.shape, path),
            _ => {}
        }
        self.shapes.pop();
    }
}

fn handled<'a>(
    table: &'static Table,
    operations: &'a Operations,
) -> Vec<(&'static str, Option<&'static Operation>, &'a Handler)> {
    let mut names: Vec<&'static str> = operations.names().collect();
    names.sort_unstable();
    names
        .into_iter()
        .filter_map(|name| Some((name, table.operation(name), operations.get(name)?)))
        .collect()
}

pub(super) fn top(table: &'static Table, operation: &Operation) -> Vec<&'static str> {
    let structure = operation.input.and_then(|id| table.structure(id));
    structure.map_or_else(Vec::new, |s| s.members.iter().map(|m| &*m.name).collect())
}

fn is_for(listed: &(&str, &str), operation: &str, member: &str) -> bool {
    (listed.0 == "*" || listed.0 == operation) && listed.1 == member
}
