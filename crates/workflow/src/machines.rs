//! The state machines in the store, with what is in use kept parsed.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use asl::{Definition, MachineKind};
use parking_lot::Mutex;
use store::{Batch, Key, Scan, Store, StoreError};

use crate::{
    execution::Home,
    machine::{Alias, Kind, Machine, MachineStatus, Revision, Version},
    tables,
};

/// How many machines and how many parsed definitions are kept at hand. Both are read again when they are not.
const KEPT: usize = 1024;

/// A revision with its definition parsed.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub revision: Revision,
    pub definition: Definition,
}

/// A cache that forgets everything when it is full: rare, and cheap to fill again.
struct Cache<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K: Hash + Eq, V> Cache<K, V> {
    fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn get(&self, key: &K) -> Option<Arc<V>> {
        self.0.lock().get(key).cloned()
    }

    fn put(&self, key: K, value: Arc<V>) {
        let mut kept = self.0.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, value);
    }

    fn remove(&self, key: &K) {
        self.0.lock().remove(key);
    }
}

/// Reads state machines. Whoever changes one calls [`Machines::forget`] when the change is committed.
pub(crate) struct Machines {
    store: Store,
    machines: Cache<Key, Machine>,
    loaded: Cache<Key, Loaded>,
}

impl Machines {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            machines: Cache::new(),
            loaded: Cache::new(),
        }
    }

    /// Returns a machine by its name.
    pub(crate) async fn find(
        &self,
        account: &str,
        region: &str,
        name: &str,
    ) -> Result<Option<Arc<Machine>>, StoreError> {
        let key = tables::key(&[account, region, name]);
        if let Some(found) = self.machines.get(&key) {
            return Ok(Some(found));
        }
        let Some(found) = self
            .store
            .get_json::<Machine>(tables::MACHINES, &key)
            .await?
        else {
            return Ok(None);
        };
        let found = Arc::new(found);
        self.machines.put(key, Arc::clone(&found));
        Ok(Some(found))
    }

    /// Makes the next reader read the machine again.
    pub(crate) fn forget(&self, machine: &Machine) {
        self.machines.remove(&machine.key());
    }

    /// Returns a machine's revision, parsed.
    pub(crate) async fn revision(
        &self,
        machine: &Machine,
        ordinal: u32,
    ) -> Result<Arc<Loaded>, StoreError> {
        self.load(machine.revision_key(ordinal), machine.kind).await
    }

    /// Returns the revision that an execution runs.
    pub(crate) async fn of_execution(&self, home: &Home) -> Result<Arc<Loaded>, StoreError> {
        let ordinal = tables::ordered(home.revision.into());
        let key = tables::key(&[
            &home.account,
            &home.region,
            home.machine_name(),
            &home.machine_id,
            &ordinal,
        ]);
        self.load(key, Kind::Standard).await
    }

    async fn load(&self, key: Key, kind: Kind) -> Result<Arc<Loaded>, StoreError> {
        if let Some(found) = self.loaded.get(&key) {
            return Ok(found);
        }
        let revision = self
            .store
            .get_json::<Revision>(tables::REVISIONS, &key)
            .await?;
        let revision = revision.ok_or_else(|| StoreError::Corrupt {
            what: format!("no revision at {key:?}"),
        })?;
        let definition = Definition::parse(&revision.definition, kind.into()).map_err(|found| {
            StoreError::Corrupt {
                what: format!("definition at {key:?}: {}", asl::invalid_definition(&found)),
            }
        })?;
        let loaded = Arc::new(Loaded {
            revision,
            definition,
        });
        self.loaded.put(key, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// Tells without a look at the store that an execution's machine is not being deleted.
    pub(crate) fn surely_stays(&self, home: &Home) -> bool {
        let key = tables::key(&[&home.account, &home.region, home.machine_name()]);
        self.machines
            .get(&key)
            .is_some_and(|m| m.status == MachineStatus::Active && m.id == *home.machine_id)
    }

    /// Tells whether an execution's machine is being deleted.
    pub(crate) async fn is_deleting(&self, home: &Home) -> Result<bool, StoreError> {
        let found = self
            .find(&home.account, &home.region, home.machine_name())
            .await?;
        Ok(found.is_some_and(|m| m.status == MachineStatus::Deleting && *m.id == *home.machine_id))
    }

    /// Removes the machine of an execution when it was deleted and no execution of it is in flight.
    pub(crate) async fn drop_if_over(&self, home: &Home) -> Result<(), StoreError> {
        let Some(machine) = self
            .find(&home.account, &home.region, home.machine_name())
            .await?
        else {
            return Ok(());
        };
        if machine.status == MachineStatus::Deleting {
            self.drop_unless_open(&machine).await?;
        }
        Ok(())
    }

    /// Removes a machine unless executions of it are in flight. Its revisions stay: ended executions name them.
    pub(crate) async fn drop_unless_open(&self, machine: &Machine) -> Result<bool, StoreError> {
        let scan = Scan {
            prefix: machine.prefix(),
            after: None,
            limit: 1,
            reverse: false,
        };
        if !self.store.scan(tables::OPEN, &scan).await?.is_empty() {
            return Ok(false);
        }
        let mut batch = Batch::new();
        batch.delete(tables::MACHINES, machine.key());
        for table in [tables::VERSIONS, tables::ALIASES] {
            let all = Scan {
                limit: usize::MAX,
                ..scan.clone()
            };
            for (key, _) in self.store.scan(table, &all).await? {
                batch.delete(table, key);
            }
        }
        self.store.commit(batch).await?;
        self.forget(machine);
        Ok(true)
    }

    pub(crate) async fn version(
        &self,
        machine: &Machine,
        number: u32,
    ) -> Result<Option<Version>, StoreError> {
        self.store
            .get_json(tables::VERSIONS, &machine.version_key(number))
            .await
    }

    pub(crate) async fn alias(
        &self,
        machine: &Machine,
        name: &str,
    ) -> Result<Option<Alias>, StoreError> {
        self.store
            .get_json(tables::ALIASES, &machine.below(name))
            .await
    }
}

impl From<Kind> for MachineKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Standard => Self::Standard,
            Kind::Express => Self::Express,
        }
    }
}
