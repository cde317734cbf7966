//! Process trees: finding and ending everything that a job has started.

use std::{collections::HashSet, fs, process::Command};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

/// One running process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Process {
    pid: i32,
    parent: i32,
    session: i32,
    /// When it began; 0 where that is not known.
    ticks: u64,
    /// It has ended and only waits to be collected.
    zombie: bool,
}

/// Returns the living descendants of a process. On Linux the runner adopts orphans, so that none escapes.
pub(super) fn descendants(root: i32) -> Vec<i32> {
    let all = processes();
    let mut family = HashSet::from([root]);
    loop {
        let before = family.len();
        family.extend(
            all.iter()
                .filter(|p| family.contains(&p.parent))
                .map(|p| p.pid)
                .collect::<Vec<_>>(),
        );
        if family.len() == before {
            break;
        }
    }
    all.iter()
        .filter(|p| !p.zombie && p.pid != root && family.contains(&p.pid))
        .map(|p| p.pid)
        .collect()
}

pub(super) fn signal_all(pids: &[i32], signal: Signal) {
    for pid in pids {
        if let Some(pid) = Pid::from_raw(*pid) {
            // It may have ended meanwhile.
            let _ = kill_process(pid, signal);
        }
    }
}

/// Kills the processes of a session whose leader is gone. Session numbers are used again, so a process is
/// touched only in the same boot, and when it began after the leader did.
pub(super) fn kill_session(session: i32, birth: &Birth) {
    if birth.boot.is_empty() || birth.boot != boot() {
        return;
    }
    let members: Vec<i32> = processes()
        .into_iter()
        .filter(|p| p.session == session && !p.zombie && p.ticks >= birth.ticks)
        .map(|p| p.pid)
        .collect();
    signal_all(&members, Signal::KILL);
}

/// When a process began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Birth {
    /// Names the machine's boot; empty where there is no `/proc`.
    pub boot: String,
    /// Clock ticks since that boot.
    pub ticks: u64,
}

impl Birth {
    pub(super) fn of_this_process() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        Self {
            boot: boot(),
            ticks: parse_stat(&stat).map_or(0, |p| p.ticks),
        }
    }
}

fn boot() -> String {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    text.trim().to_owned()
}

fn processes() -> Vec<Process> {
    match fs::read_dir("/proc") {
        Ok(entries) if fs::metadata("/proc/self/stat").is_ok() => entries
            .filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid: i32| {
                parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
            })
            .collect(),
        _ => processes_by_ps(),
    }
}

/// Reads a line of `/proc/PID/stat`; the name in brackets may hold anything, so fields count from the last
/// bracket.
fn parse_stat(line: &str) -> Option<Process> {
    let pid = line.split_whitespace().next()?.parse().ok()?;
    let rest: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Process {
        pid,
        parent: rest.get(1)?.parse().ok()?,
        session: rest.get(3)?.parse().ok()?,
        ticks: rest.get(19).and_then(|t| t.parse().ok()).unwrap_or(0),
        zombie: matches!(*rest.first()?, "Z" | "X"),
    })
}

fn processes_by_ps() -> Vec<Process> {
    let Ok(out) = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,sess=,stat="])
        .output()
    else {
        return Vec::new();
    };
    String::from_utf8_lossy(&out.stdout)
        .lines()
        .filter_map(|line| {
            let field: Vec<&str> = line.split_whitespace().collect();
            Some(Process {
                pid: field.first()?.parse().ok()?,
                parent: field.get(1)?.parse().ok()?,
                session: field.get(2)?.parse().unwrap_or(0),
                ticks: 0,
                zombie: field.get(3).is_some_and(|s| s.starts_with('Z')),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_is_no_hindrance() {
        let line = "42 (a) b (c) S 7 42 41 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 9003 77";
        let want = Process {
            pid: 42,
            parent: 7,
            session: 41,
            ticks: 9003,
            zombie: false,
        };
        assert_eq!(parse_stat(line), Some(want));
    }

    #[test]
    fn a_child_and_its_child_are_descendants() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 30 & wait"])
            .spawn()
            .unwrap();
        let root = i32::try_from(std::process::id()).unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        while descendants(pid).is_empty() {
            std::thread::yield_now();
        }
        let grandchild = descendants(pid);
        assert!(descendants(root).contains(&pid));
        signal_all(&grandchild, Signal::KILL);
        signal_all(&[pid], Signal::KILL);
        child.wait().unwrap();
    }
}
