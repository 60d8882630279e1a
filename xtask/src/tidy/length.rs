//! Files that are read in one sitting.

use super::{Complaint, Source};

const LONGEST: usize = 400;
const KINDS: [&str; 5] = [".rs", ".ts", ".svelte", ".css", ".sql"];

/// Files that may be longer, and why.
const LONGER: [(&str, &str); 3] = [
    ("shared/src/decide/tests.rs", "every rule's table beside the others"),
    ("central/src/features/catalog/tests.rs", "one catalogue, told once"),
    ("kiosk-ui/src/lib/api/schema.d.ts", "generated"),
];

pub(super) fn check(tree: &[Source]) -> Vec<Complaint> {
    tree.iter()
        .filter(|file| KINDS.iter().any(|kind| file.path.ends_with(kind)))
        .filter(|file| !LONGER.iter().any(|(path, _)| file.path == *path))
        .filter_map(|file| {
            let lines = file.text.lines().count();
            (lines > LONGEST).then(|| {
                file.complain(
                    lines,
                    format!("{lines} lines, more than {LONGEST}: split it, or list it with a reason"),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::source, LONGEST, check};

    #[test]
    fn a_long_file_is_named_and_a_listed_one_is_not() {
        let long = "a line\n".repeat(LONGEST + 1);
        let tree = [
            source("central/src/long.rs", &long),
            source("central/src/just.rs", &"a line\n".repeat(LONGEST)),
            source("shared/src/decide/tests.rs", &long),
            source("package-lock.json", &long),
        ];
        let found = check(&tree);
        assert_eq!(found.len(), 1);
        assert!(found[0].at.starts_with("central/src/long.rs:401"), "{found:?}");
    }
}
