//! Partitions of tables.

use store::{Batch, Expect, Key, Scan};

use super::{Catalog, CatalogError, Partition, PartitionInput, Scope, Table};

pub(super) const PARTITIONS: &str = "glue/partitions";

fn key(scope: &Scope, table: &Table, values: &[String]) -> Key {
    let mut parts = scope.parts(&[&table.database_name, table.name()]);
    parts.extend(values.iter().map(String::as_str));
    Key::of(&parts)
}

impl Catalog {
    pub async fn partition(
        &self,
        scope: &Scope,
        table: &Table,
        values: &[String],
    ) -> Result<Partition, CatalogError> {
        let found = self
            .store
            .get_json(PARTITIONS, &key(scope, table, values))
            .await?;
        found.ok_or_else(|| CatalogError::PartitionNotFound {
            values: values.to_vec(),
        })
    }

    /// Returns a table's partitions in the order of their values.
    pub async fn partitions(
        &self,
        scope: &Scope,
        table: &Table,
    ) -> Result<Vec<Partition>, CatalogError> {
        let scan = Scan::prefix(&scope.parts(&[&table.database_name, table.name()]));
        Ok(self
            .store
            .scan_json(PARTITIONS, &scan)
            .await?
            .into_iter()
            .map(|(_, p)| p)
            .collect())
    }

    /// Adds a partition. What its storage descriptor leaves out is the table's.
    pub async fn create_partition(
        &self,
        scope: &Scope,
        table: &Table,
        input: PartitionInput,
    ) -> Result<(), CatalogError> {
        let partition = self.made(scope, table, input)?;
        let values = partition.input.values.clone();
        let mut batch = Batch::new();
        batch.put_json(
            PARTITIONS,
            key(scope, table, &values),
            &partition,
            Expect::Absent,
        )?;
        match self.store.commit(batch).await {
            Err(store::StoreError::Conflict { .. }) => {
                Err(CatalogError::PartitionExists { values })
            }
            other => Ok(other?),
        }
    }

    /// Adds or replaces partitions in one commit.
    pub async fn put_partitions(
        &self,
        scope: &Scope,
        table: &Table,
        inputs: Vec<PartitionInput>,
    ) -> Result<(), CatalogError> {
        let mut batch = Batch::new();
        for input in inputs {
            let partition = self.made(scope, table, input)?;
            batch.put_json(
                PARTITIONS,
                key(scope, table, &partition.input.values),
                &partition,
                Expect::Any,
            )?;
        }
        Ok(self.store.commit(batch).await?)
    }

    fn made(
        &self,
        scope: &Scope,
        table: &Table,
        input: PartitionInput,
    ) -> Result<Partition, CatalogError> {
        if input.values.len() != table.partition_keys().len() {
            return Err(CatalogError::invalid(
                "The number of partition keys do not match the number of partition values",
            ));
        }
        Ok(Partition {
            version: 1,
            input,
            database_name: table.database_name.clone(),
            table_name: table.name().to_owned(),
            creation_time: self.now(),
            catalog_id: scope.account.to_string(),
        })
    }

    /// Replaces a partition; other values in the input move it.
    pub async fn update_partition(
        &self,
        scope: &Scope,
        table: &Table,
        values: &[String],
        input: PartitionInput,
    ) -> Result<(), CatalogError> {
        let former = self.partition(scope, table, values).await?;
        let partition = Partition {
            creation_time: former.creation_time,
            ..self.made(scope, table, input)?
        };
        let moved = partition.input.values != values;
        let expect = if moved {
            Expect::Absent
        } else {
            Expect::Present
        };
        let mut batch = Batch::new();
        batch.put_json(
            PARTITIONS,
            key(scope, table, &partition.input.values),
            &partition,
            expect,
        )?;
        if moved {
            batch.delete(PARTITIONS, key(scope, table, values));
        }
        match self.store.commit(batch).await {
            Err(store::StoreError::Conflict { .. }) => Err(CatalogError::PartitionExists {
                values: partition.input.values,
            }),
            other => Ok(other?),
        }
    }

    pub async fn delete_partition(
        &self,
        scope: &Scope,
        table: &Table,
        values: &[String],
    ) -> Result<(), CatalogError> {
        self.partition(scope, table, values).await?;
        let mut batch = Batch::new();
        batch.delete(PARTITIONS, key(scope, table, values));
        Ok(self.store.commit(batch).await?)
    }
}
