//! Everything CI checks, each step with its headline and its time.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    chaos, guards, openapi,
    shell::{self, headline},
    tidy, tools, ui,
};

/// What was checked, and what of it failed.
#[derive(Debug, Default)]
struct Score {
    passed: usize,
    failed: usize,
    failures: Vec<String>,
    times: Vec<(String, Duration)>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a step takes is told by the machine's clock"
)]
fn now() -> Instant {
    Instant::now()
}

impl Score {
    /// Does one step and goes on, whatever came of it: one run tells all that is wrong.
    fn step(&mut self, title: &str, work: impl FnOnce(&mut Self) -> Result<()>) {
        headline(title);
        let start = now();
        match work(self) {
            Ok(()) => self.passed += 1,
            Err(error) => {
                eprintln!("FAILED: {error:#}");
                self.failed += 1;
                self.failures.push(format!("{title}: {error:#}"));
            }
        }
        let took = start.elapsed();
        println!("    {:.0} s", took.as_secs_f32());
        self.times.push((title.to_owned(), took));
    }

    fn finish(self) -> Result<()> {
        headline("all of it");
        for (title, took) in &self.times {
            println!("{:>6.0} s  {title}", took.as_secs_f32());
        }
        for failure in &self.failures {
            println!("FAILED   {failure}");
        }
        println!("\n{} passed, {} failed", self.passed, self.failed);
        if self.failed > 0 {
            bail!("not all passed");
        }
        Ok(())
    }
}

/// Builds what is needed and drives the screens in a browser.
pub fn browse(script: &str) -> Result<()> {
    tools::chromium()?;
    ui::build()?;
    headline("the programs (cargo build)");
    tools::build()?;
    headline("the screens in a browser");
    ui::browse(script)
}

pub fn run(quick: bool) -> Result<()> {
    tools::node()?;
    if !quick {
        tools::mariadb()?;
        tools::redis()?;
        tools::chromium()?;
    }
    let mut score = Score::default();
    score.step("formatting (cargo fmt)", |_| {
        shell::run(shell::cargo(&["fmt", "--all", "--check"]))
    });
    score.step("tidy", |_| tidy::run());
    score.step("guards: each where it is said to be", |_| {
        guards::run(&guards::Wishes::check())
    });
    score.step("screens: build", |_| ui::build());
    score.step("screens: formatting", |_| ui::script("lint"));
    score.step("screens: types", |_| ui::script("check"));
    score.step("screens: tests", |_| ui::script("test"));
    score.step("lints (cargo clippy)", |_| {
        shell::run(shell::cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    });
    score.step("programs and their tests (cargo build)", |_| tools::build());
    score.step("the edge's OpenAPI document", |_| openapi::check());
    let tests: &[&str] = if quick {
        &[
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--exclude",
            "gerai-tests",
            "--no-fail-fast",
        ]
    } else {
        &["test", "--workspace", "--no-fail-fast"]
    };
    score.step("tests and stories (cargo test)", |score| {
        tested(shell::cargo(tests), score)
    });
    if !quick {
        score.step("screens: stories in a browser", |_| ui::browse("e2e"));
        score.step("chaos, a short one", |_| chaos::run(&chaos::Wishes::short()));
        score.step("central's suite once more, on MariaDB", |score| {
            // The whole workspace, because one package alone would have its libraries built anew.
            let tests = ["cargo", "test", "--workspace", "--lib"];
            tested(shell::program(tools::built(false).join("with-mariadb"), &tests), score)
        });
    }
    score.finish()
}

/// Runs tests, shows what they say and counts what they tell.
fn tested(mut command: Command, score: &mut Score) -> Result<()> {
    command
        .env("GERAI_BIN_DIR", tools::built(false))
        // One at a time: a story runs half a dozen processes, and tells how soon a heal is noticed.
        .env("RUST_TEST_THREADS", "1")
        .stdout(Stdio::piped());
    let mut running = command.spawn().context("cargo cannot be run")?;
    let output = running.stdout.take().context("cargo's output cannot be read")?;
    let mut failed = 0;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        std::io::stdout().flush()?;
        let Some(result) = test_result(&line) else {
            continue;
        };
        if result.ignored > 0 {
            bail!("{} tests are ignored; none may be", result.ignored);
        }
        score.passed += result.passed;
        failed += result.failed;
    }
    score.failed += failed;
    let status = running.wait()?;
    if !status.success() {
        bail!("{failed} tests failed ({status})");
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct TestResult {
    passed: usize,
    failed: usize,
    ignored: usize,
}

/// Reads `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn test_result(line: &str) -> Option<TestResult> {
    let counts = line.trim().strip_prefix("test result: ")?;
    let count = |what: &str| -> Option<usize> {
        counts
            .split([';', '.'])
            .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
    };
    Some(TestResult {
        passed: count("passed")?,
        failed: count("failed")?,
        ignored: count("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{TestResult, test_result};

    #[test]
    fn the_counts_of_a_test_run_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.2s";
        let expected = TestResult {
            passed: 12,
            failed: 3,
            ignored: 1,
        };
        assert_eq!(test_result(line), Some(expected));
        assert_eq!(test_result("test a_test ... ok"), None);
    }
}
