//! Activities: what workers outside poll for tasks.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use store::{Key, Store, StoreError};
use tokio::sync::Notify;

use crate::{
    arn,
    machine::{Encryption, Tag},
    tables,
};

/// An activity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Activity {
    pub v: u32,
    pub account: String,
    pub region: String,
    pub name: String,
    /// Tells this activity from an earlier one of the same name.
    pub id: String,
    pub created_ms: i64,
    pub encryption: Option<Encryption>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

impl Activity {
    pub(crate) fn arn(&self) -> String {
        arn::activity(&self.region, &self.account, &self.name)
    }

    pub(crate) fn key(&self) -> Key {
        tables::key(&[&self.account, &self.region, &self.name])
    }

    /// Returns the key of a task on offer; the oldest comes first.
    pub(crate) fn offer_key(&self, at_ms: i64, stream: i64, task: u64) -> Key {
        let time = tables::ordered(u64::try_from(at_ms).unwrap_or(0));
        let parts = [&self.account, &self.region, &self.name, &self.id, &time];
        let last = format!("{}-{task:x}", tables::stream(stream));
        tables::key(&[parts[0], parts[1], parts[2], parts[3], parts[4], &last])
    }

    /// Returns the prefix of the keys of its tasks on offer.
    pub(crate) fn offers(&self) -> store::Scan {
        store::Scan::prefix(&[&self.account, &self.region, &self.name, &self.id])
    }
}

/// The activities, and who waits for their tasks.
pub(crate) struct Activities {
    store: Store,
    waiting: Mutex<HashMap<String, Arc<Notify>>>,
    /// The keys of the offers that are on their way to a worker.
    taking: Mutex<HashSet<Key>>,
}

/// An offer that one worker alone is to have. Given up: others are told that there is one.
pub(crate) struct Reserved<'a> {
    activities: &'a Activities,
    arn: &'a str,
    key: Key,
    pub taken: bool,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.activities.taking.lock().remove(&self.key);
        if !self.taken {
            self.activities.offered(self.arn);
        }
    }
}

impl Activities {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            waiting: Mutex::default(),
            taking: Mutex::default(),
        }
    }

    /// Returns how many offers are on their way to workers.
    pub(crate) fn under_way(&self) -> usize {
        self.taking.lock().len()
    }

    /// Reserves an offer of the activity of this ARN, unless another worker has it.
    pub(crate) fn reserve<'a>(&'a self, arn: &'a str, key: &Key) -> Option<Reserved<'a>> {
        let is_new = self.taking.lock().insert(key.clone());
        is_new.then(|| Reserved {
            activities: self,
            arn,
            key: key.clone(),
            taken: false,
        })
    }

    pub(crate) async fn find(
        &self,
        account: &str,
        region: &str,
        name: &str,
    ) -> Result<Option<Activity>, StoreError> {
        self.store
            .get_json(tables::ACTIVITIES, &tables::key(&[account, region, name]))
            .await
    }

    /// Tells those who wait that the activity of this ARN has a task.
    pub(crate) fn offered(&self, arn: &str) {
        if let Some(notify) = self.waiting.lock().get(arn) {
            notify.notify_waiters();
        }
    }

    /// Returns what is told when the activity of this ARN gets a task.
    pub(crate) fn listen(&self, arn: &str) -> Arc<Notify> {
        Arc::clone(self.waiting.lock().entry(arn.to_owned()).or_default())
    }
}
