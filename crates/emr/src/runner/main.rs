//! The runner's own process.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use store::{Clock, SystemClock};

use super::{Exit, Folder, Spec, Started, tree};

/// How often the runner looks for the server's wish to cancel.
const LOOK: Duration = Duration::from_millis(100);
/// How long a runner tries for the lock: longer than any look of the server holds it.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// Runs one attempt to its end; the argument is its folder. Returns the process's exit status: 0 when the
/// attempt's end is on record, 3 when another runner has it, 1 when nothing could be done, 2 for other
/// arguments.
pub fn main(args: Vec<OsString>) -> ExitCode {
    let [folder] = args.as_slice() else {
        eprintln!("usage: taxiway runner FOLDER");
        return ExitCode::from(2);
    };
    match run(&Folder(PathBuf::from(folder))) {
        Ok(code) => ExitCode::from(code),
        Err(e) => {
            eprintln!("taxiway runner: {}: {e}", folder.display());
            ExitCode::from(1)
        }
    }
}

fn run(folder: &Folder) -> io::Result<u8> {
    // Fails only when this process already leads a session.
    let _ = rustix::process::setsid();
    let lock = folder.lock_file()?;
    if !acquire(&lock)? {
        return Ok(3);
    }
    let Some(spec) = folder.read_spec()? else {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "there is no spec.json",
        ));
    };
    let started_ms = SystemClock.now_ms();
    let started = Started {
        v: 1,
        runner: rustix::process::getpid().as_raw_nonzero().get(),
        birth: tree::Birth::of_this_process(),
        time_ms: started_ms,
    };
    if let Err(e) = folder.begin(&started) {
        // An earlier runner has begun it: never twice.
        return match e.kind() {
            io::ErrorKind::AlreadyExists => Ok(3),
            _ => Err(e),
        };
    }
    adopt_orphans();
    let mut exit = match attend(folder, &spec) {
        Ok(exit) => exit,
        Err(e) => Exit {
            error: Some(format!("{} could not be run: {e}", spec.program.display())),
            ..Exit::default()
        },
    };
    for scratch in &spec.scratch {
        // What cannot be removed only takes space.
        let _ = fs::remove_dir_all(scratch);
    }
    (exit.v, exit.started_ms, exit.ended_ms) = (1, started_ms, SystemClock.now_ms());
    folder.write_exit(&exit)?;
    Ok(0)
}

fn acquire(lock: &File) -> io::Result<bool> {
    let until = Instant::now() + LOCK_PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(e)) => return Err(e),
        }
    }
}

/// Starts the job, waits for its end or the wish to cancel, and leaves no process of it behind.
fn attend(folder: &Folder, spec: &Spec) -> io::Result<Exit> {
    let mut stderr = append(folder.stderr())?;
    for note in &spec.notes {
        writeln!(stderr, "{note}")?;
    }
    let child = Command::new(&spec.program)
        .args(&spec.args)
        .env_clear()
        .envs(&spec.env)
        .current_dir(&spec.dir)
        .stdin(Stdio::null())
        .stdout(append(folder.stdout())?)
        .stderr(stderr)
        .spawn()?;
    let (ended, wait) = mpsc::channel();
    thread::spawn(move || ended.send(wait_for(child)));
    let mut cancelled = false;
    let mut deadline = None;
    let status = loop {
        match wait.recv_timeout(LOOK) {
            Ok(status) => break status?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("the waiting thread ended"));
            }
        }
        let now = Instant::now();
        if !cancelled && folder.cancel_requested() {
            cancelled = true;
            deadline = Some(now + Duration::from_millis(spec.grace_ms));
            tree::signal_all(&family(), Signal::TERM);
        }
        if deadline.is_some_and(|d| now >= d) {
            tree::signal_all(&family(), Signal::KILL);
        }
    };
    sweep();
    Ok(Exit {
        code: status.code(),
        signal: status.signal(),
        cancelled,
        ..Exit::default()
    })
}

fn wait_for(mut child: Child) -> io::Result<ExitStatus> {
    child.wait()
}

fn family() -> Vec<i32> {
    tree::descendants(rustix::process::getpid().as_raw_nonzero().get())
}

/// Ends what the job left running, Python workers for example. Processes may be starting others, so it
/// looks again until none is there.
fn sweep() {
    for _ in 0..50 {
        let left = family();
        if left.is_empty() {
            return;
        }
        tree::signal_all(&left, Signal::KILL);
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(target_os = "linux")]
fn adopt_orphans() {
    // Without it, a grandchild whose parent ended would escape; the sweep is then less thorough, no more.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

#[cfg(not(target_os = "linux"))]
fn adopt_orphans() {}

fn append(path: PathBuf) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
