//! Takes each guard of an invariant out in turn, and expects the test that watches over it to fail.
//!
//! A guard is a file in `tests/guards`: where it stands, what replaces it, which test must go red. A
//! test that stays green is a survivor: it proves less than its name says. A text that is not found
//! any more is an error, so that the list cannot rot.

mod file;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use self::file::Guard;
use crate::{
    shell::{self, headline},
    tools,
};

/// What is to be tried.
#[derive(Args, Default)]
pub struct Wishes {
    /// Only sees that each guard's text is found once and its test is there.
    #[arg(long)]
    check: bool,
    /// Only guards of this invariant.
    #[arg(long)]
    invariant: Option<u8>,
    /// Only guards of these names.
    names: Vec<String>,
}

impl Wishes {
    /// Without taking anything out.
    pub fn check() -> Self {
        Self {
            check: true,
            ..Self::default()
        }
    }
}

/// As many as ARCHITECTURE.md has.
const INVARIANTS: u8 = 18;

/// What became of a guard that was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Red,
    Survived,
    NoSuchTest,
    DoesNotBuild,
}

pub fn run(wishes: &Wishes) -> Result<()> {
    let mut guards = file::read_all(&shell::workspace().join("tests/guards"))?;
    check(&guards)?;
    guards.retain(|guard| wishes.invariant.is_none_or(|wanted| guard.invariant == wanted));
    guards.retain(|guard| wishes.names.is_empty() || wishes.names.contains(&guard.name));
    if wishes.check {
        println!("{} guards are where they are said to be", guards.len());
        return Ok(());
    }
    let tree = tree()?;
    let mut table = Vec::new();
    for guard in &guards {
        headline(&format!("{}: {}", guard.name, guard.why));
        let verdict = take_out(&tree, guard)?;
        println!("    {verdict:?}");
        table.push((guard, verdict));
    }
    headline("the guards");
    for (guard, verdict) in &table {
        println!(
            "{:>3} {verdict:<13?} {:<24} {}",
            guard.invariant, guard.name, guard.test
        );
    }
    let red = table.iter().filter(|(_, verdict)| *verdict == Verdict::Red).count();
    println!("\n{red} of {} guards are watched over", table.len());
    if red < table.len() {
        bail!("some are not");
    }
    Ok(())
}

/// Each text is found once, each test is there, each invariant has a guard and a test of its name.
fn check(guards: &[Guard]) -> Result<()> {
    let mut source = String::new();
    for folder in ["shared", "central", "kiosk-edge", "tests"] {
        read_source(&shell::workspace().join(folder), &mut source)?;
    }
    let mut wrong = Vec::new();
    for guard in guards {
        let text = fs::read_to_string(shell::workspace().join(&guard.file)).unwrap_or_default();
        let times = text.matches(&guard.find).count();
        if times != 1 {
            wrong.push(format!("{}: found {times} times in {}", guard.name, guard.file));
        }
        if !source.contains(&format!("fn {}(", guard.test)) {
            wrong.push(format!("{}: there is no test {}", guard.name, guard.test));
        }
    }
    for invariant in without_guard(guards) {
        wrong.push(format!("invariant {invariant} has no guard"));
    }
    for invariant in 1..=INVARIANTS {
        if !source.contains(&format!("fn invariant_{invariant:02}_")) {
            wrong.push(format!("no test is named after invariant {invariant}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("the guards are not as tests/guards says:\n{}", wrong.join("\n"))
}

/// The invariants none of these guards keeps.
fn without_guard(guards: &[Guard]) -> impl Iterator<Item = u8> {
    (1..=INVARIANTS).filter(|invariant| guards.iter().all(|guard| guard.invariant != *invariant))
}

fn read_source(folder: &Path, into: &mut String) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") {
            read_source(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// A copy of what is committed, to be cut up.
fn tree() -> Result<PathBuf> {
    let tree = shell::target().join("guards");
    let there = tree.to_string_lossy().into_owned();
    // Left over from a run that was ended.
    let _ = shell::said(shell::program("git", &["worktree", "remove", "--force", &there]));
    shell::said(shell::program("git", &["worktree", "prune"]))?;
    shell::said(shell::program("git", &["worktree", "add", "--detach", &there, "HEAD"]))?;
    Ok(tree)
}

fn take_out(tree: &Path, guard: &Guard) -> Result<Verdict> {
    let file = tree.join(&guard.file);
    let text = fs::read_to_string(&file).with_context(|| guard.file.clone())?;
    fs::write(&file, text.replacen(&guard.find, &guard.replace, 1))?;
    let args = ["test", "--workspace", "--lib", &guard.test];
    let mut test = if guard.on_mariadb {
        tools::mariadb()?;
        let mut on_it = shell::program(tools::built(false).join("with-mariadb"), &["cargo"]);
        on_it.args(args);
        on_it
    } else {
        shell::cargo(&args)
    };
    test.current_dir(tree)
        // Of its own: cargo names both trees' programs alike, and takes cut ones for ours.
        .env("CARGO_TARGET_DIR", shell::target().join("guards-built"))
        .env("RUST_TEST_THREADS", "1");
    let output = test.output()?;
    fs::write(&file, text)?;
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(verdict(output.status.success(), &said))
}

fn verdict(green: bool, said: &str) -> Verdict {
    let ran = said
        .lines()
        .any(|line| line.starts_with("running ") && !line.starts_with("running 0 "));
    match (green, ran) {
        (true, true) => Verdict::Survived,
        (true, false) => Verdict::NoSuchTest,
        (false, true) => Verdict::Red,
        (false, false) => Verdict::DoesNotBuild,
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, INVARIANTS, Verdict, verdict, without_guard};

    #[test]
    fn an_invariant_without_a_guard_is_named() {
        let guard = |invariant| Guard {
            name: String::new(),
            invariant,
            file: String::new(),
            test: String::new(),
            on_mariadb: false,
            why: String::new(),
            find: String::new(),
            replace: String::new(),
        };
        let all_but_two: Vec<_> = (1..=INVARIANTS)
            .filter(|nth| ![3, 18].contains(nth))
            .map(guard)
            .collect();
        assert!(without_guard(&all_but_two).eq([3, 18]));
    }

    #[test]
    fn red_is_told_from_what_did_not_build_or_run() {
        let ran = "running 0 tests\n\nrunning 1 test\n";
        assert_eq!(verdict(false, ran), Verdict::Red);
        assert_eq!(verdict(true, ran), Verdict::Survived);
        assert_eq!(verdict(true, "running 0 tests\n"), Verdict::NoSuchTest);
        assert_eq!(verdict(false, ""), Verdict::DoesNotBuild);
    }

    #[test]
    fn the_list_is_as_the_source_is() -> anyhow::Result<()> {
        super::run(&super::Wishes::check())
    }
}
