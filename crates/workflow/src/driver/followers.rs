//! Who follows executions: told after each commit, so that nobody has to ask again and again.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::sync::watch;

/// The followers of all executions, by stream. Without any, a commit costs one look at a number.
#[derive(Default)]
pub(crate) struct Followers {
    streams: Mutex<HashMap<i64, watch::Sender<()>>>,
    count: AtomicUsize,
}

/// One follower's place; gone with it.
pub(crate) struct Follower {
    followers: Arc<Followers>,
    stream: i64,
    changes: Option<watch::Receiver<()>>,
}

impl Followers {
    pub(crate) fn follow(self: &Arc<Self>, stream: i64) -> Follower {
        let mut streams = self.streams.lock();
        let sender = streams
            .entry(stream)
            .or_insert_with(|| watch::Sender::new(()));
        let changes = Some(sender.subscribe());
        self.count.store(streams.len(), Ordering::Release);
        Follower {
            followers: Arc::clone(self),
            stream,
            changes,
        }
    }

    /// Tells those who follow an execution that there is more.
    pub(crate) fn tell(&self, stream: i64) {
        if self.count.load(Ordering::Acquire) == 0 {
            return;
        }
        if let Some(sender) = self.streams.lock().get(&stream) {
            sender.send_replace(());
        }
    }
}

impl Follower {
    /// Waits for a commit since the last call, or since following began.
    pub(crate) async fn changed(&mut self) {
        if let Some(changes) = &mut self.changes {
            // The sender stays as long as there are receivers.
            let _ = changes.changed().await;
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut streams = self.followers.streams.lock();
        self.changes = None;
        if streams
            .get(&self.stream)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            streams.remove(&self.stream);
        }
        self.followers.count.store(streams.len(), Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn each_follower_is_told_and_leaves_nothing_behind() {
        let followers = Arc::new(Followers::default());
        followers.tell(7);
        let (mut one, mut two) = (followers.follow(7), followers.follow(7));
        let mut other = followers.follow(8);
        assert!(one.changed().now_or_never().is_none());
        followers.tell(7);
        followers.tell(7);
        assert!(one.changed().now_or_never().is_some());
        assert!(one.changed().now_or_never().is_none());
        assert!(two.changed().now_or_never().is_some());
        assert!(other.changed().now_or_never().is_none());
        drop((one, other));
        followers.tell(7);
        assert!(two.changed().now_or_never().is_some());
        drop(two);
        assert!(followers.streams.lock().is_empty());
        assert_eq!(followers.count.load(Ordering::Acquire), 0);
    }
}
