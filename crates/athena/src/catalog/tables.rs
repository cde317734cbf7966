//! Tables and their versions.

use store::{Batch, Expect, Key, Scan};

use super::{Catalog, CatalogError, Scope, Table, TableInput, partitions::PARTITIONS};

const TABLES: &str = "glue/tables";
/// Former versions; the newest is the table itself.
const VERSIONS: &str = "glue/versions";

fn key(scope: &Scope, database: &str, name: &str) -> Key {
    Key::of(&scope.parts(&[database, name]))
}

fn version_key(scope: &Scope, database: &str, name: &str, version: &str) -> Key {
    Key::of(&scope.parts(&[database, name, &format!("{version:0>12}")]))
}

impl Catalog {
    pub async fn table(
        &self,
        scope: &Scope,
        database: &str,
        name: &str,
    ) -> Result<Table, CatalogError> {
        let (database, name) = (database.to_lowercase(), name.to_lowercase());
        match self
            .store
            .get_json(TABLES, &key(scope, &database, &name))
            .await?
        {
            Some(table) => Ok(table),
            None => {
                self.database(scope, &database).await?;
                Err(CatalogError::TableNotFound { name })
            }
        }
    }

    /// Returns a database's tables by name.
    pub async fn tables(&self, scope: &Scope, database: &str) -> Result<Vec<Table>, CatalogError> {
        let database = database.to_lowercase();
        self.database(scope, &database).await?;
        let found = self
            .store
            .scan_json(TABLES, &Scan::prefix(&scope.parts(&[&database])))
            .await?;
        Ok(found.into_iter().map(|(_, t)| t).collect())
    }

    pub async fn create_table(
        &self,
        scope: &Scope,
        database: &str,
        input: TableInput,
        created_by: &str,
    ) -> Result<(), CatalogError> {
        let database = self.database(scope, database).await?.input.name;
        let input = normalized(input)?;
        let (name, now) = (input.name.clone(), self.now());
        let table = Table {
            version: 1,
            input,
            database_name: database.clone(),
            create_time: now,
            update_time: now,
            created_by: created_by.to_owned(),
            is_registered_with_lake_formation: false,
            catalog_id: scope.account.to_string(),
            version_id: "0".into(),
        };
        let mut batch = Batch::new();
        batch.put_json(TABLES, key(scope, &database, &name), &table, Expect::Absent)?;
        match self.store.commit(batch).await {
            Err(store::StoreError::Conflict { .. }) => Err(CatalogError::TableExists { name }),
            other => Ok(other?),
        }
    }

    /// Replaces what the caller gave of a table; the former version is kept unless `skip_archive`. Another
    /// name in the input renames the table, its partitions and versions with it.
    pub async fn update_table(
        &self,
        scope: &Scope,
        database: &str,
        name: &str,
        input: TableInput,
        skip_archive: bool,
    ) -> Result<(), CatalogError> {
        let former = self.table(scope, database, name).await?;
        let at = key(scope, &former.database_name, former.name());
        let record = self
            .store
            .get(TABLES, &at)
            .await?
            .ok_or(CatalogError::Concurrent)?;
        let input = normalized(input)?;
        let version = former.version_id.parse::<u64>().unwrap_or(0) + 1;
        let table = Table {
            update_time: self.now(),
            version_id: version.to_string(),
            input,
            ..former.clone()
        };
        let mut batch = Batch::new();
        if table.name() == former.name() {
            batch.put_json(TABLES, at, &table, Expect::Version(record.version))?;
            if !skip_archive {
                let archived = version_key(
                    scope,
                    &former.database_name,
                    former.name(),
                    &former.version_id,
                );
                batch.put_json(VERSIONS, archived, &former, Expect::Any)?;
            }
        } else {
            self.rename_into(&mut batch, scope, &former, &table).await?;
        }
        match self.store.commit(batch).await {
            Err(store::StoreError::Conflict { .. }) if table.name() != former.name() => {
                Err(CatalogError::TableExists {
                    name: table.name().to_owned(),
                })
            }
            other => Ok(other?),
        }
    }

    async fn rename_into(
        &self,
        batch: &mut Batch,
        scope: &Scope,
        former: &Table,
        table: &Table,
    ) -> Result<(), CatalogError> {
        let database = &former.database_name;
        batch.put_json(
            TABLES,
            key(scope, database, table.name()),
            table,
            Expect::Absent,
        )?;
        batch.delete(TABLES, key(scope, database, former.name()));
        for (kind, expect) in [(PARTITIONS, Expect::Any), (VERSIONS, Expect::Any)] {
            let scan = Scan::prefix(&scope.parts(&[database, former.name()]));
            for (at, record) in self.store.scan(kind, &scan).await? {
                let mut parts = at.parts();
                if let Some(part) = parts.get_mut(3) {
                    table.name().clone_into(part);
                }
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                batch.delete(kind, at.clone());
                batch.put_if(kind, Key::of(&parts), record.value, expect);
            }
        }
        Ok(())
    }

    pub async fn delete_table(
        &self,
        scope: &Scope,
        database: &str,
        name: &str,
    ) -> Result<(), CatalogError> {
        let table = self.table(scope, database, name).await?;
        let mut batch = Batch::new();
        delete_into(self, &mut batch, scope, &table.database_name, table.name()).await?;
        Ok(self.store.commit(batch).await?)
    }

    /// Returns a table's versions, the newest first.
    pub async fn table_versions(
        &self,
        scope: &Scope,
        database: &str,
        name: &str,
    ) -> Result<Vec<Table>, CatalogError> {
        let table = self.table(scope, database, name).await?;
        let scan = Scan::prefix(&scope.parts(&[&table.database_name, table.name()]));
        let mut found: Vec<Table> = self
            .store
            .scan_json(VERSIONS, &scan)
            .await?
            .into_iter()
            .map(|(_, t)| t)
            .collect();
        found.push(table);
        found.reverse();
        Ok(found)
    }

    /// Forgets a former version.
    pub async fn delete_table_version(
        &self,
        scope: &Scope,
        database: &str,
        name: &str,
        version: &str,
    ) -> Result<(), CatalogError> {
        let table = self.table(scope, database, name).await?;
        if table.version_id == version {
            return Err(CatalogError::invalid(
                "The latest table version cannot be deleted.",
            ));
        }
        let at = version_key(scope, &table.database_name, table.name(), version);
        if self.store.get(VERSIONS, &at).await?.is_none() {
            return Err(CatalogError::VersionNotFound {
                version: version.to_owned(),
            });
        }
        let mut batch = Batch::new();
        batch.delete(VERSIONS, at);
        Ok(self.store.commit(batch).await?)
    }
}

/// Names are kept in lower case, the columns' too.
fn normalized(mut input: TableInput) -> Result<TableInput, CatalogError> {
    input.name = input.name.to_lowercase();
    let columns = input
        .storage_descriptor
        .iter_mut()
        .flat_map(|d| d.columns.iter_mut());
    for column in columns.chain(input.partition_keys.iter_mut().flatten()) {
        column.name = column.name.to_lowercase();
    }
    if input.name.contains('\u{1f}') {
        return Err(CatalogError::invalid("The name of the table is not valid."));
    }
    Ok(input)
}

/// Adds to a batch all deletes that end a table.
pub(super) async fn delete_into(
    catalog: &Catalog,
    batch: &mut Batch,
    scope: &Scope,
    database: &str,
    name: &str,
) -> Result<(), CatalogError> {
    batch.delete(TABLES, key(scope, database, name));
    for kind in [PARTITIONS, VERSIONS] {
        let scan = Scan::prefix(&scope.parts(&[database, name]));
        for (at, _) in catalog.store.scan(kind, &scan).await? {
            batch.delete(kind, at);
        }
    }
    Ok(())
}
