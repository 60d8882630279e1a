//! Programs as processes: started with a clean environment, killed, restarted, stopped on drop.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::wait::{LATER, Tries};

/// How long a program may take to stop on SIGTERM.
const STOPPING: Duration = Duration::from_secs(20);

/// How to start a program.
#[derive(Clone, Debug)]
pub struct Launch {
    program: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
    folder: PathBuf,
    log: PathBuf,
    told_of_limits: bool,
}

impl Launch {
    /// Starts `program` in `folder`; what it prints goes to `<folder>/<name>.log`.
    #[must_use]
    pub fn new(program: &Path, folder: &Path) -> Self {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        Self {
            program: program.to_path_buf(),
            args: Vec::new(),
            env: Vec::new(),
            log: folder.join(format!("{name}.log")),
            folder: folder.to_path_buf(),
            told_of_limits: false,
        }
    }

    /// A file that reaches its limit is an error to the program, as a full disk is, and not its end:
    /// see [`Running::limit_files`].
    #[must_use]
    pub fn told_of_limits(mut self) -> Self {
        self.told_of_limits = true;
        self
    }

    /// Another program in the same place, with the same log: another release of it, say.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Self {
        self.program = program.to_path_buf();
        self
    }

    /// With these arguments.
    #[must_use]
    pub fn args(mut self, args: &[&str]) -> Self {
        self.args = args.iter().map(|arg| (*arg).to_owned()).collect();
        self
    }

    /// With these arguments behind those it has.
    #[must_use]
    pub fn more_args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// With a variable of the environment; a later value of the same name wins.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl ToString) -> Self {
        self.env.push((name.to_owned(), value.to_string()));
        self
    }

    /// Where its log goes.
    #[must_use]
    pub fn log_file(&self) -> &Path {
        &self.log
    }

    fn command(&self) -> Result<Command> {
        std::fs::create_dir_all(&self.folder)?;
        let mut command = if self.told_of_limits {
            // What a shell ignores, the program it becomes ignores too.
            let mut shell = Command::new("/bin/sh");
            shell
                .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
                .arg(&self.program);
            shell
        } else {
            Command::new(&self.program)
        };
        command
            .args(&self.args)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", &self.folder)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        Ok(command)
    }

    /// Starts it; it runs on.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self) -> Result<Running> {
        let mut command = self.command()?;
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        command.stdout(log.try_clone()?).stderr(log);
        let child = command
            .spawn()
            .with_context(|| format!("{} does not start", self.program.display()))?;
        Ok(Running {
            child,
            log: self.log.clone(),
        })
    }

    /// Runs it to its end and returns what it printed.
    ///
    /// # Errors
    /// When it cannot be started, or does not end in time.
    pub async fn output(&self) -> Result<Output> {
        let mut command = self.command()?;
        // Files, not pipes: nobody has to read along while it runs.
        let (out, err) = (tempfile::tempfile()?, tempfile::tempfile()?);
        command.stdout(out.try_clone()?).stderr(err.try_clone()?);
        let child = command
            .spawn()
            .with_context(|| format!("{} does not start", self.program.display()))?;
        let mut running = Running {
            child,
            log: self.log.clone(),
        };
        let status = running.ended(LATER).await?;
        Ok(Output {
            status,
            stdout: read_all(out)?,
            stderr: read_all(err)?,
        })
    }

    /// Runs it to its end and returns its standard output.
    ///
    /// # Errors
    /// When it fails, with what it said on standard error.
    pub async fn succeed(&self) -> Result<String> {
        let output = self.output().await?;
        if !output.status.success() {
            bail!(
                "{} {:?} ended with {}:\n{}",
                self.program.display(),
                self.args,
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn read_all(mut file: File) -> Result<Vec<u8>> {
    use std::io::{Read, Seek};
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A program that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `Some` once it has ended.
    ///
    /// # Errors
    /// When its state cannot be read.
    pub fn status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// `kill -9`: it gets no chance to tidy up. Returns once it is gone.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// From now on no file of it grows beyond so many bytes; `None`: as far as the disk goes.
    ///
    /// # Errors
    /// When the limit cannot be set.
    pub fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        let bytes = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let pid = self.child.id().to_string();
        let status = Command::new("prlimit")
            .args(["--pid", &pid, &format!("--fsize={bytes}:")])
            .status()
            .context("prlimit (util-linux) cannot be run")?;
        if !status.success() {
            bail!("prlimit ended with {status}");
        }
        Ok(())
    }

    /// SIGTERM, and waits until it has ended.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn terminate(&mut self) -> Result<ExitStatus> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        self.ended(STOPPING).await
    }

    /// SIGTERM, and its end: for programs that have children of their own to end.
    pub(crate) fn end(&mut self) {
        let pid = self.child.id().to_string();
        if matches!(self.child.try_wait(), Ok(None)) && Command::new("kill").args(["-TERM", &pid]).status().is_ok() {
            let _ = self.child.wait();
        }
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn ended(&mut self, deadline: Duration) -> Result<ExitStatus> {
        let mut tries = Tries::of(&format!("the end of a program ({})", self.log.display()), deadline);
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            tries.again().await?;
        }
    }

    /// Waits until `GET url` answers 200.
    ///
    /// # Errors
    /// When it ends instead, or the deadline passes; with the last lines of its log.
    pub async fn ready(&mut self, url: &str, deadline: Duration) -> Result<()> {
        let said = |log: &Path| format!("{}:\n{}", log.display(), tail(log));
        let client = crate::client::plain(Duration::from_secs(2))?;
        let mut tries = Tries::of(&format!("{url} to answer"), deadline);
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the program ended with {status}; {}", said(&self.log));
            }
            match client.get(url).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                _ => tries.again().await.with_context(|| said(&self.log))?,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended already is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The last lines of a log.
#[must_use]
pub fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
