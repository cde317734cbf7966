//! What is kept by scope: nearly always of one scope, seldom of many.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ScopeId;

/// A map in the order of its keys, as a list: the one entry that there mostly is is found at once.
///
/// **Shape** under serde: a map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table<V>(Vec<(ScopeId, V)>);

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Table<V> {
    fn place(&self, key: ScopeId) -> Result<usize, usize> {
        match self.0.as_slice() {
            [(only, _)] if *only == key => Ok(0),
            entries => entries.binary_search_by_key(&key, |(k, _)| *k),
        }
    }

    pub(crate) fn get(&self, key: &ScopeId) -> Option<&V> {
        self.place(*key).ok().map(|at| &self.0[at].1)
    }

    pub(crate) fn get_mut(&mut self, key: &ScopeId) -> Option<&mut V> {
        self.place(*key).ok().map(|at| &mut self.0[at].1)
    }

    pub(crate) fn insert(&mut self, key: ScopeId, value: V) {
        match self.place(key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    pub(crate) fn remove(&mut self, key: &ScopeId) -> Option<V> {
        self.place(*key).ok().map(|at| self.0.remove(at).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ScopeId, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }
}

impl<V: Default> Table<V> {
    /// Returns the entry of a key, made when it is not there.
    pub(crate) fn entry(&mut self, key: ScopeId) -> &mut V {
        let at = match self.place(key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key, V::default()));
                at
            }
        };
        &mut self.0[at].1
    }
}

impl<V: Serialize> Serialize for Table<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Table<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::deserialize(deserializer)?;
        Ok(Self(entries.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_map_in_order() {
        let mut table = Table::default();
        for key in [3, 1, 2, 1] {
            table.insert(ScopeId(key), key * 10);
        }
        *table.entry(ScopeId(0)) += 7;
        assert_eq!(
            table.iter().map(|(k, v)| (k.0, *v)).collect::<Vec<_>>(),
            [(0, 7), (1, 10), (2, 20), (3, 30)]
        );
        assert_eq!(
            (table.get(&ScopeId(2)), table.get(&ScopeId(4))),
            (Some(&20), None)
        );
        assert_eq!(
            (table.remove(&ScopeId(1)), table.remove(&ScopeId(1))),
            (Some(10), None)
        );
        assert_eq!(table.get_mut(&ScopeId(3)), Some(&mut 30));
        assert_eq!(table.get(&ScopeId(1)), None);
    }
}
