//! A guard as it is written down.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// A guard: what keeps an invariant, and the test that would miss it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) name: String,
    pub(super) invariant: u8,
    pub(super) file: String,
    pub(super) test: String,
    /// Whether only a database server shows it (`engine: mariadb`): SQLite has one writer anyway.
    pub(super) on_mariadb: bool,
    /// What goes wrong without it.
    pub(super) why: String,
    pub(super) find: String,
    pub(super) replace: String,
}

/// All guards of a folder, in the order of their names.
pub(super) fn read_all(folder: &Path) -> Result<Vec<Guard>> {
    let mut guards = fs::read_dir(folder)?
        .map(|entry| {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            read(&name, &fs::read_to_string(&path)?).with_context(|| path.display().to_string())
        })
        .collect::<Result<Vec<_>>>()?;
    guards.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(guards)
}

fn read(name: &str, text: &str) -> Result<Guard> {
    let (head, rest) = text.split_once("--- take out\n").context("nothing to take out")?;
    let (find, rest) = rest.split_once("--- put in\n").context("nothing to put in")?;
    let Some((replace, "")) = rest.split_once("--- end\n") else {
        bail!("no end");
    };
    let field = |wanted: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(wanted)?.strip_prefix(": "))
            .map(str::to_owned)
            .with_context(|| format!("no {wanted}"))
    };
    // A text within a line has no end of line of its own.
    let whole = |text: &str| text.trim_end_matches('\n').to_owned();
    Ok(Guard {
        name: name.to_owned(),
        invariant: field("invariant")?.parse()?,
        file: field("file")?,
        test: field("test")?,
        on_mariadb: match field("engine") {
            Ok(engine) if engine == "mariadb" => true,
            Ok(engine) => bail!("no engine {engine}"),
            Err(_) => false,
        },
        why: field("why")?,
        find: whole(find),
        replace: whole(replace),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_guard_is_read() {
        let text = "invariant: 3\nfile: a.rs\ntest: t\nwhy: w\n--- take out\none\ntwo\n--- put in\n--- end\n";
        let guard = read("03-x", text).unwrap();
        assert_eq!(
            (guard.invariant, guard.find.as_str(), guard.replace.as_str()),
            (3, "one\ntwo", "")
        );
        assert!(!guard.on_mariadb);
        assert!(
            read("03-x", &text.replace("why", "engine: mariadb\nwhy"))
                .unwrap()
                .on_mariadb
        );
        assert!(read("03-x", &text.replace("why", "engine: another\nwhy")).is_err());
        assert!(read("03-x", "invariant: 3\n").is_err());
    }
}
