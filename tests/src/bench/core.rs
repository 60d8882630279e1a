//! The machine: what it is, which core does what, and what a program took of it.

use std::{
    collections::BTreeSet,
    fmt, fs,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

/// Who runs on which core, where there are two at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What is measured: the first core.
    Measured,
    /// Whoever asks, and origins behind what is measured: the second.
    Beside,
}

impl Role {
    fn core(self) -> &'static str {
        match self {
            Self::Measured => "0",
            Self::Beside => "1",
        }
    }
}

/// Moves the calling thread; what it starts from now on (threads, programs) is there too.
///
/// # Errors
/// When `taskset` is not there, or refuses.
pub fn pin_this_thread(role: Role) -> Result<()> {
    let thread = fs::read_link("/proc/thread-self").context("/proc")?;
    let id = thread.file_name().context("a thread's number")?.to_string_lossy();
    taskset(&["-cp", role.core(), &id])
}

/// Moves a program that runs, with all its threads and children.
///
/// # Errors
/// When `taskset` is not there, or refuses.
pub(super) fn pin_program(role: Role, pid: u32) -> Result<()> {
    for pid in family(pid) {
        taskset(&["-acp", role.core(), &pid.to_string()])?;
    }
    Ok(())
}

fn taskset(args: &[&str]) -> Result<()> {
    // The machine is asked, because a thread that was moved sees one core only.
    if cores() < 2 {
        return Ok(());
    }
    let mut command = Command::new("taskset");
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().context("taskset (util-linux) cannot be run")?;
    // A thread may be gone before it is moved; that the program is pinned shows in its numbers.
    anyhow::ensure!(status.success() || args[0] == "-acp", "taskset refuses {args:?}");
    Ok(())
}

fn cores() -> usize {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines().filter(|line| line.starts_with("processor")).count()
}

/// The program and everything it started.
fn family(pid: u32) -> BTreeSet<u32> {
    let all: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            Some((pid, parent(pid)?))
        })
        .collect();
    let mut family = BTreeSet::from([pid]);
    loop {
        let before = family.len();
        family.extend(
            all.iter()
                .filter(|(_, parent)| family.contains(parent))
                .map(|(pid, _)| *pid)
                .collect::<Vec<_>>(),
        );
        if family.len() == before {
            return family;
        }
    }
}

/// The fields of `/proc/PID/stat` behind the name, which may hold spaces.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.get(1)?.parse().ok()
}

/// Ticks of `/proc/PID/stat` in a second; Linux has told programs this number since 2.4.
const TICKS: f64 = 100.0;

/// The processor time a program and its children have taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuTime(pub Duration);

impl CpuTime {
    /// As of now.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let ticks: f64 = family(pid)
            .into_iter()
            .filter_map(|pid| {
                let fields = stat(pid)?;
                let user: f64 = fields.get(11)?.parse().ok()?;
                let system: f64 = fields.get(12)?.parse().ok()?;
                Some(user + system)
            })
            .sum();
        Self(Duration::from_secs_f64(ticks / TICKS))
    }
}

/// What a number was measured on, and when.
#[derive(Clone, Debug)]
pub struct Machine(String);

impl Machine {
    /// This machine, now.
    ///
    /// # Errors
    /// When `date` is not there.
    pub fn now() -> Result<Self> {
        let output = Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]).output()?;
        let date = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cores = cores();
        let model = text
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or("unknown processor", |(_, model)| model.trim());
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or_default().to_owned();
        Ok(Self(format!("{date}, {cores} cores of {model}, load before {load}")))
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{CpuTime, Machine, parent};

    #[test]
    fn this_program_has_a_parent_and_takes_time() {
        let me = std::process::id();
        assert!(parent(me).is_some_and(|pid| pid > 0));
        let before = CpuTime::of(me).0;
        let mut number = 1_u64;
        while CpuTime::of(me).0 == before {
            number = number.wrapping_mul(3);
        }
        assert!(CpuTime::of(me).0 > before && number > 0);
        assert!(Machine::now().unwrap().to_string().contains("UTC"));
    }
}
