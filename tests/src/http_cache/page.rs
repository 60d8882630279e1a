//! How the caches fared, as the table of `docs/HTTP-CACHE.md`.

use std::{fmt::Write as _, path::Path};

use anyhow::{Context, Result};

use super::{
    Fared,
    verdict::{Kind, Outcome, Score},
};

const OPENING: &str = "<!-- written by `cargo xtask http-cache` -->";
const CLOSING: &str = "<!-- end -->";

/// Puts the section in place of the one before.
pub(super) fn write(file: &Path, section: &str) -> Result<()> {
    let page = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let page = put(&page, section).with_context(|| format!("{}: no place for the table", file.display()))?;
    Ok(std::fs::write(file, page)?)
}

fn put(page: &str, section: &str) -> Option<String> {
    let (before, rest) = page.split_once(OPENING)?;
    let (_, after) = rest.split_once(CLOSING)?;
    Some(format!("{before}{OPENING}\n{}\n{CLOSING}{after}", section.trim()))
}

/// A cache's score for whoever waits for it.
pub(super) fn told(score: &Score) -> String {
    let mut text = String::new();
    for (kind, id, outcome, why) in &score.rest {
        if *kind != Kind::Check {
            let _ = writeln!(text, "    {kind:?} {outcome:?} {id}: {why}");
        }
    }
    for kind in [Kind::Required, Kind::Optimal, Kind::Check] {
        let passed = score.count(kind, Outcome::Passed);
        let _ = writeln!(text, "    {kind:?}: {passed} of {}", score.all(kind));
    }
    text
}

/// The section: when, which, how many, and what ours did not pass.
pub(super) fn section(mut fared: Vec<Fared>, missing: &[&str], rounds: usize, day: &str) -> String {
    fared.sort_by_key(|fared| std::cmp::Reverse(fared.score.count(Kind::Required, Outcome::Passed)));
    let times = if rounds == 1 {
        "once".to_owned()
    } else {
        format!("{rounds} times")
    };
    let mut text = format!(
        "{day}, each {times}, a test with its best result. \"Not set up\": the cache did not do what the\ntest \
         starts from. \"Not reached\": a test it rests on did not pass.\n\n"
    );
    if let Some(one) = fared.first() {
        let _ = writeln!(
            text,
            "| | required ({}): passed | failed | not set up | not reached | optional ({}): passed | failed | not set \
             up or reached | behaviours ({}): yes | no | not set up or reached |",
            one.score.all(Kind::Required),
            one.score.all(Kind::Optimal),
            one.score.all(Kind::Check),
        );
        let _ = writeln!(text, "|{}", "---|".repeat(11));
    }
    for Fared { cache, version, score } in &fared {
        let of = |kind, outcomes: &[Outcome]| -> usize { outcomes.iter().map(|one| score.count(kind, *one)).sum() };
        let apart = [Outcome::NotSetUp, Outcome::NotReached];
        let mut cells = vec![format!("{} {version}", cache.title)];
        cells.push(format!("**{}**", of(Kind::Required, &[Outcome::Passed])));
        for outcome in [Outcome::Failed, Outcome::NotSetUp, Outcome::NotReached] {
            cells.push(of(Kind::Required, &[outcome]).to_string());
        }
        cells.push(format!("**{}**", of(Kind::Optimal, &[Outcome::Passed])));
        cells.push(of(Kind::Optimal, &[Outcome::Failed]).to_string());
        cells.push(of(Kind::Optimal, &apart).to_string());
        for outcome in [&[Outcome::Passed][..], &[Outcome::Failed], &apart] {
            cells.push(of(Kind::Check, outcome).to_string());
        }
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    if !missing.is_empty() {
        let _ = writeln!(text, "\nNot installed, and so left out: {}.", missing.join(", "));
    }
    if let Some(ours) = fared.iter().find(|fared| fared.cache.name == "edge") {
        let mut rest = Vec::new();
        for (kind, word) in [(Kind::Required, "required"), (Kind::Optimal, "optional")] {
            let of_it = ours.score.rest.iter().filter(|(of, ..)| *of == kind);
            rest.extend(of_it.map(|(_, id, ..)| format!("`{id}` ({word})")));
        }
        if rest.is_empty() {
            rest.push("none".to_owned());
        }
        let _ = writeln!(text, "\nNot passed by the edge: {}.", rest.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn the_section_is_replaced_in_its_place() {
        let page = "# Head\n<!-- written by `cargo xtask http-cache` -->\nold\n<!-- end -->\ntail\n";
        let new = put(page, "new\n").unwrap();
        assert_eq!(new, page.replace("old", "new"));
        assert_eq!(put("# Head\n", "new"), None);
    }
}
