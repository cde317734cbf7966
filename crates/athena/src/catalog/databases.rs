//! Databases.

use store::{Batch, Expect, Key, Scan};

use super::{Catalog, CatalogError, Database, DatabaseInput, Scope, tables};

const DATABASES: &str = "glue/databases";

fn key(scope: &Scope, name: &str) -> Key {
    Key::of(&scope.parts(&[name]))
}

impl Catalog {
    /// Returns the database; `default` in any case.
    pub async fn database(&self, scope: &Scope, name: &str) -> Result<Database, CatalogError> {
        let name = name.to_lowercase();
        match self.store.get_json(DATABASES, &key(scope, &name)).await? {
            Some(database) => Ok(database),
            None if name == "default" => Ok(default_database(scope)),
            None => Err(CatalogError::DatabaseNotFound { name }),
        }
    }

    /// Returns all databases by name.
    pub async fn databases(&self, scope: &Scope) -> Result<Vec<Database>, CatalogError> {
        let found = self
            .store
            .scan_json(DATABASES, &Scan::prefix(&scope.parts(&[])))
            .await?;
        let mut databases: Vec<Database> = found.into_iter().map(|(_, d)| d).collect();
        if !databases.iter().any(|d| d.input.name == "default") {
            databases.push(default_database(scope));
            databases.sort_by(|a, b| a.input.name.cmp(&b.input.name));
        }
        Ok(databases)
    }

    pub async fn create_database(
        &self,
        scope: &Scope,
        mut input: DatabaseInput,
    ) -> Result<(), CatalogError> {
        input.name = input.name.to_lowercase();
        if input.name == "default" {
            return Err(CatalogError::DatabaseExists { name: input.name });
        }
        let (name, at) = (input.name.clone(), key(scope, &input.name));
        let database = Database {
            version: 1,
            input,
            create_time: self.now(),
            catalog_id: scope.account.to_string(),
        };
        let mut batch = Batch::new();
        batch.put_json(DATABASES, at, &database, Expect::Absent)?;
        match self.store.commit(batch).await {
            Err(store::StoreError::Conflict { .. }) => Err(CatalogError::DatabaseExists { name }),
            other => Ok(other?),
        }
    }

    /// Replaces what the caller gave of a database; its name may change only in case.
    pub async fn update_database(
        &self,
        scope: &Scope,
        name: &str,
        mut input: DatabaseInput,
    ) -> Result<(), CatalogError> {
        let mut database = self.database(scope, name).await?;
        input.name = input.name.to_lowercase();
        if input.name != database.input.name {
            return Err(CatalogError::invalid("Database name cannot be changed."));
        }
        database.input = input;
        let mut batch = Batch::new();
        batch.put_json(
            DATABASES,
            key(scope, &database.input.name),
            &database,
            Expect::Any,
        )?;
        Ok(self.store.commit(batch).await?)
    }

    /// Deletes a database with its tables, in one commit. `default` loses its tables and stays.
    pub async fn delete_database(&self, scope: &Scope, name: &str) -> Result<(), CatalogError> {
        let database = self.database(scope, name).await?;
        let mut batch = Batch::new();
        batch.delete(DATABASES, key(scope, &database.input.name));
        for table in self.tables(scope, &database.input.name).await? {
            tables::delete_into(self, &mut batch, scope, &database.input.name, table.name())
                .await?;
        }
        Ok(self.store.commit(batch).await?)
    }
}

fn default_database(scope: &Scope) -> Database {
    Database {
        version: 1,
        input: DatabaseInput {
            name: "default".into(),
            ..DatabaseInput::default()
        },
        create_time: 0.0,
        catalog_id: scope.account.to_string(),
    }
}
