//! `docs/BENCHMARKS.md`: a section between two marks for each bench, so that each is written alone.

use std::path::Path;

use anyhow::{Context, Result};

const HEAD: &str = "# Benchmarks

Written by `cargo xtask bench [NAME…]`, a section for each bench. Runs alternate (A B A B), numbers are
medians over the rounds, ratios are taken round by round. A ratio says more than its numbers: those are
of the machine named, and of what else it did. Where that was much (its load is said), requests in a
second of the answering program's own processor time say most.
";

/// Puts a bench's section into the file, in place of the one before.
pub(super) fn write(file: &Path, name: &str, section: &str) -> Result<()> {
    let before = std::fs::read_to_string(file).unwrap_or_else(|_| HEAD.to_owned());
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, put(&before, name, section)).with_context(|| file.display().to_string())
}

/// The page with this section.
fn put(page: &str, name: &str, section: &str) -> String {
    let (opening, closing) = (format!("<!-- bench {name} -->"), format!("<!-- end {name} -->"));
    let whole = format!("{opening}\n{}\n{closing}", section.trim());
    let found = page.find(&opening).and_then(|start| {
        let end = start + page[start..].find(&closing)? + closing.len();
        Some((start, end))
    });
    match found {
        Some((start, end)) => format!("{}{whole}{}", &page[..start], &page[end..]),
        None => format!("{}\n\n{whole}\n", page.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn a_section_is_added_once_and_then_replaced_in_its_place() {
        let page = put(&put("# Head\n", "a", "one"), "b", "two");
        assert_eq!(
            page,
            "# Head\n\n<!-- bench a -->\none\n<!-- end a -->\n\n<!-- bench b -->\ntwo\n<!-- end b -->\n"
        );
        assert_eq!(put(&page, "a", "three"), page.replace("one", "three"));
    }
}
