//! What the engine asks of a catalog.

use async_trait::async_trait;

use crate::{QueryError, Relation};

/// What tables there are.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// Returns the table or view; nothing where the schema has none of that name. Names are in lower case.
    ///
    /// **Errors**: a schema that is not there, or a catalog that cannot be read.
    async fn relation(&self, schema: &str, name: &str) -> Result<Option<Relation>, QueryError>;

    /// Tells whether there is such a schema.
    async fn has_schema(&self, schema: &str) -> Result<bool, QueryError>;
}
