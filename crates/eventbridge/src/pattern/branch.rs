//! One branch of a pattern: fields that must all be met, by consistent array elements.

use super::{Facts, facts::Fact, predicate::Predicate};

/// A field's path and what may stand there: any of the predicates.
pub(super) type Field = (String, Vec<Predicate>);

/// Fields that must all be met.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Branch {
    pub(super) fields: Vec<Field>,
}

impl Branch {
    /// Sets a field; the later of two for one path counts, as in AWS's matcher.
    pub(super) fn put(&mut self, path: &str, predicates: Vec<Predicate>) {
        match self.fields.iter_mut().find(|(name, _)| name == path) {
            Some(field) => field.1 = predicates,
            None => self.fields.push((path.to_owned(), predicates)),
        }
    }

    pub(super) fn matches(&self, event: &Facts<'_>) -> bool {
        // What may stand for each field; an absent field that may be absent binds no element.
        let mut candidates: Vec<Vec<&[(u32, u32)]>> = Vec::with_capacity(self.fields.len());
        for (path, predicates) in &self.fields {
            let facts = event.at(path);
            if facts.is_empty() {
                if predicates.contains(&Predicate::Absent) {
                    continue;
                }
                return false;
            }
            let met: Vec<&[(u32, u32)]> = facts
                .iter()
                .filter(|fact| accepts(predicates, fact))
                .map(|fact| fact.elements.as_slice())
                .collect();
            if met.is_empty() {
                return false;
            }
            // One that lies in no array is consistent with everything.
            if !met.iter().any(|elements| elements.is_empty()) {
                candidates.push(met);
            }
        }
        consistent(&candidates, &mut Vec::new())
    }
}

fn accepts(predicates: &[Predicate], fact: &Fact<'_>) -> bool {
    predicates
        .iter()
        .any(|predicate| predicate.accepts(fact.value))
}

/// Tells whether one candidate of each field can be taken so that no array is met at two of its elements.
fn consistent(candidates: &[Vec<&[(u32, u32)]>], bound: &mut Vec<(u32, u32)>) -> bool {
    let Some((first, rest)) = candidates.split_first() else {
        return true;
    };
    first.iter().any(|elements| {
        let fits = elements.iter().all(|(array, index)| {
            bound
                .iter()
                .all(|(other, at)| array != other || index == at)
        });
        if !fits {
            return false;
        }
        let length = bound.len();
        bound.extend_from_slice(elements);
        let found = consistent(rest, bound);
        bound.truncate(length);
        found
    })
}
