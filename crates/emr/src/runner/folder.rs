//! An attempt's folder, as both sides see it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use super::{Exit, Spec, Started, tree};

/// The folder of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(pub PathBuf);

/// What a look at the folder says of its runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// No runner has begun this attempt.
    NotStarted,
    /// A runner holds the lock; `started` once the job's process is about to exist.
    Alive {
        started: bool,
    },
    Finished(Exit),
    /// It was begun, its runner is gone, and nobody knows how it ended.
    Lost,
}

impl Folder {
    pub fn stdout(&self) -> PathBuf {
        self.0.join("stdout")
    }

    pub fn stderr(&self) -> PathBuf {
        self.0.join("stderr")
    }

    fn spec(&self) -> PathBuf {
        self.0.join("spec.json")
    }

    fn started(&self) -> PathBuf {
        self.0.join("started.json")
    }

    fn exit(&self) -> PathBuf {
        self.0.join("exit.json")
    }

    fn cancel(&self) -> PathBuf {
        self.0.join("cancel")
    }

    pub(super) fn lock_file(&self) -> io::Result<File> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(self.0.join("runner.lock"))
    }

    /// Looks whether the attempt's runner is there. The shared lock that it takes for a moment never keeps
    /// a runner from starting: runners try for longer than that.
    pub fn observe(&self) -> io::Result<Observed> {
        if !self.0.is_dir() {
            return Ok(Observed::NotStarted);
        }
        match self.lock_file()?.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                return Ok(Observed::Alive {
                    started: self.started().exists(),
                });
            }
            Err(TryLockError::Error(e)) => return Err(e),
            Ok(()) => {}
        }
        if let Some(exit) = read(&self.exit())? {
            return Ok(Observed::Finished(exit));
        }
        Ok(match read::<Started>(&self.started())? {
            Some(_) => Observed::Lost,
            None => Observed::NotStarted,
        })
    }

    /// Keeps what to run, whole or not at all. A crash before the answer: there is no spec, and it is
    /// made anew; after: it is the one that runs.
    pub fn write_spec(&self, spec: &Spec) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        write(&self.spec(), spec)
    }

    pub fn read_spec(&self) -> io::Result<Option<Spec>> {
        read(&self.spec())
    }

    /// Marks the attempt as begun; fails when it already was.
    pub(super) fn begin(&self, started: &Started) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(self.started())?;
        file.write_all(&serde_json::to_vec(started)?)?;
        file.sync_all()
    }

    pub fn read_started(&self) -> io::Result<Option<Started>> {
        read(&self.started())
    }

    pub fn write_exit(&self, exit: &Exit) -> io::Result<()> {
        write(&self.exit(), exit)
    }

    /// Tells the runner to end the job.
    pub fn request_cancel(&self) -> io::Result<()> {
        File::create(self.cancel()).map(drop)
    }

    pub(super) fn cancel_requested(&self) -> bool {
        self.cancel().exists()
    }

    /// Makes an attempt that was begun elsewhere, and whose end is not known here, one whose runner is lost: nothing on
    /// this machine is taken for its processes.
    pub fn disown(&self) -> io::Result<()> {
        let Some(mut started) = self.read_started()? else {
            return Ok(());
        };
        if read::<Exit>(&self.exit())?.is_none() {
            started.birth = tree::Birth::default();
            write(&self.started(), &started)?;
        }
        Ok(())
    }

    /// Ends what a lost runner left behind: the processes of its session.
    pub fn kill_leftovers(&self) -> io::Result<()> {
        if let Some(started) = self.read_started()? {
            tree::kill_session(started.runner, &started.birth);
        }
        Ok(())
    }
}

fn write<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let temp = path.with_extension("tmp");
    let mut file = private(&temp)?;
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    file.sync_all()?;
    fs::rename(&temp, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Creates a file that only its owner may read: a spec holds the job's credentials.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        // An empty or torn `started.json` still says that the attempt was begun, so it is an error.
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}
