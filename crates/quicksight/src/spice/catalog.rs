//! Relations at hand, by name, as queries see them.

use std::collections::HashMap;

use async_trait::async_trait;
use query::{QueryError, Relation};

use super::SCHEMA;

/// A query's relations, all in one schema.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relations(HashMap<String, Relation>);

impl Relations {
    /// Adds a relation. Names have no case.
    pub(crate) fn add(&mut self, name: &str, relation: Relation) {
        self.0.insert(name.to_lowercase(), relation);
    }
}

#[async_trait]
impl query::Catalog for Relations {
    async fn relation(&self, schema: &str, name: &str) -> Result<Option<Relation>, QueryError> {
        Ok((schema == SCHEMA)
            .then(|| self.0.get(name).cloned())
            .flatten())
    }

    async fn has_schema(&self, schema: &str) -> Result<bool, QueryError> {
        Ok(schema == SCHEMA)
    }
}
