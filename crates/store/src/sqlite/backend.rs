//! The SQLite backend: hands writes to the writer thread and reads where it is asked.

use std::{ops::Range, path::Path, path::PathBuf, sync::Arc, thread::JoinHandle, time::Duration};

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use tokio::sync::{Mutex, mpsc, oneshot, watch};

use super::{
    FolderLock, OpenError, Options,
    apply::Writing,
    checkpoint::Checkpoints,
    mark::{self, Mark},
    meter::Meter,
    moment::Moment,
    read::Readers,
    schema,
    sum::Unsummed,
    verify,
    writer::{QUEUE, Request, Writer},
};
use crate::{Backend, Batch, BusEvent, Key, Record, Scan, Store, StoreError, StreamRow, Timer};

/// How long a connection waits for another's lock: the writer only ever waits for a checkpoint.
pub(super) const BUSY: Duration = Duration::from_secs(30);

/// The writer's cache, so that pages of a large group stay in memory until the commit.
const CACHE_KIB: i32 = 8 * 1024;

/// One open file.
pub(super) struct Sqlite {
    requests: Option<mpsc::Sender<Request>>,
    readers: Readers,
    newest: Arc<watch::Sender<u64>>,
    streams: Mutex<Range<i64>>,
    threads: Vec<JoinHandle<()>>,
    temporary: Option<PathBuf>,
    _lock: FolderLock,
}

impl Sqlite {
    pub(super) fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| OpenError::io(folder, source))?;
        }
        let lock = FolderLock::take_file(&with_suffix(path, "-lock"))?;
        if options.temporary {
            remove(path);
        }
        let mut file = connect(path, options.sync)?;
        let unsummed = schema::prepare(&mut file)?;
        check_spaces(&file, unsummed)?;
        let commits = commits(&file)?;
        let (mark, marked) = Mark::open(path).map_err(|source| OpenError::io(path, source))?;
        if let Some(marked) = marked.filter(|marked| *marked > commits) {
            return Err(OpenError::Lost {
                path: path.to_owned(),
                found: commits,
                marked,
            });
        }
        if let Some(folder) = path.parent().filter(|_| options.sync) {
            // The names of new files are the folder's data.
            let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
            synced.map_err(|source| OpenError::io(folder, source))?;
        }
        if let Some(pages) = options.max_pages {
            file.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        }
        let bus = file.query_row("SELECT ifnull(max(position), 0) FROM bus", [], |row| {
            row.get::<_, i64>(0)
        })?;
        let newest = Arc::new(watch::Sender::new(bus.unsigned_abs()));
        let (checkpoints, checkpointer) =
            Checkpoints::start(path, options.sync, Arc::clone(&options.on_fatal))?;
        let (requests, queue) = mpsc::channel(QUEUE);
        let meter = Meter::new(path);
        meter.watch_log(&mut file)?;
        let writer = Writer {
            file,
            path: path.to_owned(),
            writing: Writing::new(bus.unsigned_abs(), unsummed, meter),
            mark,
            commits,
            newest: Arc::clone(&newest),
            checkpoints,
            on_fatal: options.on_fatal,
            trimmed_at: 0,
        };
        let writer = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run(queue))
            .map_err(|source| OpenError::io(path, source))?;
        Ok(Self {
            requests: Some(requests),
            readers: Readers::new(path.to_owned(), unsummed),
            newest,
            streams: Mutex::new(0..0),
            threads: vec![writer, checkpointer],
            temporary: options.temporary.then(|| path.to_owned()),
            _lock: lock,
        })
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Request,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::Failed {
            what: "the writer has ended".into(),
        };
        let (answer, answered) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or_else(gone)?;
        requests.send(request(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl Drop for Sqlite {
    /// Waits until what was handed in is committed and the file is closed, so that it can be opened again at once.
    fn drop(&mut self) {
        self.readers.close();
        self.requests = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        if let Some(path) = &self.temporary {
            remove(path);
            let _ = std::fs::remove_file(with_suffix(path, "-lock"));
        }
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.ask(|answer| Request::Commit(batch, answer)).await
    }

    async fn get(&self, table: &'static str, key: &Key) -> Result<Option<Record>, StoreError> {
        self.readers.get(table, key)
    }

    async fn scan(
        &self,
        table: &'static str,
        scan: &Scan,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        self.readers.scan(table, scan)
    }

    async fn read(&self, stream: i64, from: u64) -> Result<Vec<StreamRow>, StoreError> {
        self.readers.read(stream, from)
    }

    async fn new_stream(&self) -> Result<i64, StoreError> {
        let mut streams = self.streams.lock().await;
        loop {
            match streams.next() {
                Some(stream) => return Ok(stream),
                None => *streams = self.ask(Request::Streams).await?,
            }
        }
    }

    async fn timers(
        &self,
        queue: &'static str,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.readers.timers(queue, i64::MIN, until_ms, limit)
    }

    async fn timers_after(
        &self,
        queue: &'static str,
        after_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Timer>, StoreError> {
        self.readers.timers(queue, after_ms, until_ms, limit)
    }

    async fn timers_of(&self, queue: &'static str, prefix: &Key) -> Result<Vec<Timer>, StoreError> {
        self.readers.timers_of(queue, prefix)
    }

    async fn bus_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<(u64, BusEvent)>, StoreError> {
        self.readers.bus_after(cursor, limit)
    }

    async fn verify(&self) -> Result<Vec<String>, StoreError> {
        self.readers.alone(verify::verify)
    }

    fn moment(&self) -> Result<Store, StoreError> {
        Ok(Store(Arc::new(Moment(self.readers.moment()?))))
    }

    fn bus_watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }
}

/// Opens the file for writing.
pub(super) fn connect(path: &Path, sync: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(path, flags)?;
    file.busy_timeout(BUSY)?;
    file.set_prepared_statement_cache_capacity(64);
    keep_plans(&file)?;
    if file.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))? == 0 {
        // Later it would be too late: free pages can be given back a few at a time.
        file.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    file.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    file.pragma_update(None, "synchronous", if sync { "FULL" } else { "OFF" })?;
    file.pragma_update(None, "temp_store", "MEMORY")?;
    file.pragma_update(None, "cache_size", -CACHE_KIB)?;
    file.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    Ok(file)
}

/// Lets statements keep the plan that they were prepared with. Otherwise one with `LIMIT ?` is parsed and planned anew
/// whenever a limit is bound, which costs more than most reads.
pub(super) fn keep_plans(file: &Connection) -> rusqlite::Result<()> {
    file.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Returns how many groups were committed so far.
fn commits(file: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT value FROM meta WHERE name = 'commits'";
    file.query_row(sql, [], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

/// The names of tables and queues are what all else hangs on.
fn check_spaces(file: &Connection, unsummed: Unsummed) -> Result<(), OpenError> {
    let mut statement = file.prepare("SELECT id, name, sum FROM spaces")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        unsummed
            .check(row.get(2)?, "spaces", &[id], name.as_bytes(), b"")
            .map_err(|damage| OpenError::Damaged {
                what: damage.to_string(),
            })?;
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(with_suffix(path, suffix));
    }
    let _ = std::fs::remove_file(mark::path_of(path));
}
