//! Activities: what workers outside poll for tasks.

use std::{
    collections::{HashMap, HashSet, VecDeque},
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

/// Offers that are looked for at once: one look at the store serves so many workers.
const AHEAD: usize = 64;

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
    offers: Mutex<Offers>,
    /// Held by the worker that looks for offers in the store, so that the others wait for what it finds.
    looking: tokio::sync::Mutex<()>,
}

/// What is known of offers without a look at the store.
#[derive(Default)]
struct Offers {
    /// The keys of those that are on their way to a worker.
    taking: HashSet<Key>,
    /// By the activity's id: the keys of those that were found and that nobody takes, the oldest first. Some may be gone
    /// since.
    found: HashMap<String, VecDeque<Key>>,
}

impl Offers {
    fn take(&mut self, id: &str) -> Option<Key> {
        let found = self.found.get_mut(id)?;
        let key = found.pop_front();
        if found.is_empty() {
            self.found.remove(id);
        }
        let key = key?;
        self.taking.insert(key.clone());
        Some(key)
    }
}

/// An offer that one worker alone is to have. Given up: it is the next one's, and others are told that there is one.
pub(crate) struct Reserved<'a> {
    activities: &'a Activities,
    activity: &'a Activity,
    pub key: Key,
    /// It is not on offer any more.
    pub taken: bool,
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        let mut offers = self.activities.offers.lock();
        offers.taking.remove(&self.key);
        if self.taken {
            return;
        }
        let found = offers.found.entry(self.activity.id.clone()).or_default();
        found.push_front(self.key.clone());
        drop(offers);
        self.activities.offered(&self.activity.arn());
    }
}

impl Activities {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            waiting: Mutex::default(),
            offers: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        }
    }

    /// Reserves the oldest offer of an activity that no other worker has: workers do not wait for one another. What it was
    /// may be gone.
    pub(crate) async fn reserve<'a>(
        &'a self,
        activity: &'a Activity,
    ) -> Result<Option<Reserved<'a>>, StoreError> {
        if let Some(reserved) = self.reserve_found(activity) {
            return Ok(Some(reserved));
        }
        let _alone = self.looking.lock().await;
        if let Some(reserved) = self.reserve_found(activity) {
            return Ok(Some(reserved));
        }
        let mut scan = activity.offers();
        scan.limit = self.offers.lock().taking.len() + AHEAD;
        let rows = self.store.scan(tables::ACTIVITY_TASKS, &scan).await?;
        let mut offers = self.offers.lock();
        let keys = rows.into_iter().map(|(key, _)| key);
        let free: VecDeque<Key> = keys.filter(|key| !offers.taking.contains(key)).collect();
        if !free.is_empty() {
            offers.found.insert(activity.id.clone(), free);
        }
        drop(offers);
        Ok(self.reserve_found(activity))
    }

    fn reserve_found<'a>(&'a self, activity: &'a Activity) -> Option<Reserved<'a>> {
        let key = self.offers.lock().take(&activity.id)?;
        Some(Reserved {
            activities: self,
            activity,
            key,
            taken: false,
        })
    }

    /// Forgets the offers of an activity that is deleted.
    pub(crate) fn forget(&self, activity: &Activity) {
        self.offers.lock().found.remove(&activity.id);
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

    /// Tells one of those who wait that the activity of this ARN has a task. Who hangs up hands it on.
    pub(crate) fn offered(&self, arn: &str) {
        if let Some(notify) = self.waiting.lock().get(arn) {
            notify.notify_one();
        }
    }

    /// Returns what is told when the activity of this ARN gets a task.
    pub(crate) fn listen(&self, arn: &str) -> Arc<Notify> {
        Arc::clone(self.waiting.lock().entry(arn.to_owned()).or_default())
    }
}
