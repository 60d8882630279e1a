//! No two types of one OpenAPI document share a schema's name. The document itself cannot tell: of
//! two types with one name it keeps one.

use std::collections::BTreeMap;

use super::{Complaint, Source};

/// The programs that have a document; both tell types of `shared` in it.
const PROGRAMS: [&str; 2] = ["central/src/", "kiosk-edge/src/"];
const COMMON: &str = "shared/src/";

pub(super) fn check(tree: &[Source]) -> Vec<Complaint> {
    PROGRAMS.into_iter().flat_map(|program| twins(tree, program)).collect()
}

fn twins(tree: &[Source], program: &str) -> Vec<Complaint> {
    let mut first = BTreeMap::new();
    let mut complaints = Vec::new();
    let told = |path: &str| path.starts_with(program) || path.starts_with(COMMON);
    for file in tree.iter().filter(|file| file.is_rust() && told(&file.path)) {
        for (line, name) in schemas(file) {
            if let Some(place) = first.insert(name.clone(), format!("{}:{line}", file.path)) {
                complaints.push(file.complain(line, format!("the schema {name} is also made in {place}")));
            }
        }
    }
    complaints
}

/// The schemas a file makes: the line of the type, and what the document calls it.
fn schemas(file: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = file.lines();
    while lines.any(|(_, line)| line.starts_with("#[derive(") && line.contains("ToSchema")) {
        let mut told = None;
        for (at, line) in lines.by_ref().filter(|(_, line)| !line.starts_with("//")) {
            told = told.or(line.split_once("schema(as = ").map(|(_, name)| name));
            let declared = line.split_once("struct ").or_else(|| line.split_once("enum "));
            if let Some((_, name)) = declared {
                let name = told.unwrap_or(name);
                let end = name.find(|letter: char| !letter.is_alphanumeric());
                found.push((at, name[..end.unwrap_or(name.len())].to_owned()));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::source, check};

    #[test]
    fn two_types_of_one_name_are_told_unless_one_has_another_in_the_document() {
        let ticket = "#[derive(Debug, ToSchema)]\n/// One.\npub struct Ticket {\n";
        let other = "#[derive(ToSchema)]\n#[schema(as = RemoteTicket)]\nstruct Ticket {\n";
        let tree = [
            source("shared/src/a.rs", ticket),
            source("central/src/b.rs", other),
            source("kiosk-edge/src/c.rs", ticket),
        ];
        let at: Vec<String> = check(&tree).into_iter().map(|complaint| complaint.at).collect();
        assert_eq!(at, ["kiosk-edge/src/c.rs:3"]);
    }
}
