//! Words that do not belong: work left undone, names that say nothing, places nobody else has.

use super::{Complaint, Source};

/// Each in two halves, so that this page does not complain about itself, with what to do instead.
const WORDS: [(&str, &str, &str); 8] = [
    ("TO", "DO", "finish it, or open an issue"),
    ("FIX", "ME", "finish it, or open an issue"),
    ("XX", "X ", "finish it, or open an issue"),
    ("lorem", " ipsum", "say something real"),
    ("/ro", "ot/", "this path is on one machine only"),
    ("/wo", "rk/", "this path is on one machine only"),
    ("/home", "/", "this path is on one machine only"),
    ("<<<<", "<<<", "an unfinished merge"),
];

/// Endings of type names that say nothing of what the type is.
const EMPTY_NAMES: [&str; 4] = ["Manager", "Helper", "Util", "Processor"];

/// Files other people or programs write.
const NOT_OURS: [&str; 4] = ["Cargo.lock", "package-lock.json", "LICENSE-MIT", "LICENSE-APACHE"];

pub(super) fn check(tree: &[Source]) -> Vec<Complaint> {
    let ours = tree
        .iter()
        .filter(|file| !NOT_OURS.iter().any(|name| file.path.ends_with(name)));
    ours.flat_map(|file| words(file).chain(empty_names(file)).collect::<Vec<_>>())
        .collect()
}

fn words(file: &Source) -> impl Iterator<Item = Complaint> {
    file.lines().flat_map(move |(at, line)| {
        WORDS.iter().filter_map(move |(first, second, instead)| {
            let word = format!("{first}{second}");
            line.contains(&word)
                .then(|| file.complain(at, format!("`{word}`: {instead}")))
        })
    })
}

fn empty_names(file: &Source) -> impl Iterator<Item = Complaint> {
    file.lines().filter(|_| file.is_rust()).filter_map(move |(at, line)| {
        let name = declared(line)?;
        let empty = EMPTY_NAMES.iter().find(|empty| name.ends_with(**empty))?;
        Some(file.complain(at, format!("`{name}`: {empty} says nothing; name it after what it is")))
    })
}

/// The name of the type a line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line
        .strip_prefix("pub ")
        .or_else(|| line.strip_prefix("pub(crate) "))
        .unwrap_or(line);
    let rest = ["struct ", "enum ", "trait ", "type "]
        .iter()
        .find_map(|keyword| line.strip_prefix(keyword))?;
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .next()
}

#[cfg(test)]
mod tests {
    use super::{super::source, check};

    #[test]
    fn undone_work_and_empty_names_are_named_with_their_line() {
        let text = format!(
            "fine\n// {}{}: later\npub struct QueueManager;\nstruct Manager2;\n",
            "TO", "DO"
        );
        let found = check(&[source("central/src/a.rs", &text)]);
        let at: Vec<&str> = found.iter().map(|complaint| complaint.at.as_str()).collect();
        assert_eq!(at, ["central/src/a.rs:2", "central/src/a.rs:3"]);
    }

    #[test]
    fn what_others_wrote_is_left_alone() {
        let text = format!("// {}{}", "FIX", "ME");
        assert!(check(&[source("Cargo.lock", &text)]).is_empty());
    }
}
