//! What no compiler checks, as rules over the text of the tree: each a pure function from files to
//! complaints.

mod layers;
mod length;
mod migrations;
mod schemas;
mod tests_rule;
mod words;

use std::{fs, path::PathBuf};

use anyhow::{Result, bail};

use crate::shell;

/// A file of the tree.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Something that is not as it should be: where, and what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The file, and the line where there is one.
    pub at: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Source {
    /// Complains about a line of this file, counted from 1.
    fn complain(&self, line: usize, what: impl Into<String>) -> Complaint {
        Complaint {
            at: format!("{}:{line}", self.path),
            what: what.into(),
        }
    }

    /// Its lines, counted from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line))
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

type Rule = fn(&[Source]) -> Vec<Complaint>;

const RULES: [Rule; 6] = [
    layers::check,
    length::check,
    words::check,
    migrations::check,
    schemas::check,
    tests_rule::check,
];

/// Checks the tree.
pub fn run() -> Result<()> {
    let tree = tree()?;
    let complaints = complaints(&tree);
    for Complaint { at, what } in &complaints {
        eprintln!("{at}: {what}");
    }
    if !complaints.is_empty() {
        bail!("{} complaints about {} files", complaints.len(), tree.len());
    }
    println!("{} files are tidy", tree.len());
    Ok(())
}

fn complaints(tree: &[Source]) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = RULES.iter().flat_map(|rule| rule(tree)).collect();
    complaints.sort();
    complaints
}

/// Every text file git knows or would know.
fn tree() -> Result<Vec<Source>> {
    let listed = shell::said(shell::program(
        "git",
        &["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    ))?;
    let root: PathBuf = shell::workspace();
    Ok(listed
        .split('\0')
        .filter(|path| !path.is_empty())
        .filter_map(|path| {
            Some(Source {
                path: path.to_owned(),
                // Pictures and fonts are no text, and files just deleted are not there.
                text: fs::read_to_string(root.join(path)).ok()?,
            })
        })
        .collect())
}

#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{complaints, tree};

    #[test]
    fn the_tree_is_tidy() -> anyhow::Result<()> {
        let found = complaints(&tree()?);
        assert!(found.is_empty(), "{found:#?}");
        Ok(())
    }
}
