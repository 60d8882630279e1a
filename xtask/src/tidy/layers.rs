//! Imports point one way: entry → features → platform; a feature uses another only through its
//! `mod.rs`; `shared` does no I/O.

use std::collections::BTreeSet;

use super::{Complaint, Source};

/// A part of a program, and the parts it must not know.
const BELOW: [(&str, &[&str]); 11] = [
    ("central/src/platform/", &["features", "entry", "seed", "app"]),
    ("central/src/config/", &["features", "entry", "seed", "app", "platform"]),
    ("central/src/features/", &["entry", "seed", "app"]),
    (
        "kiosk-edge/src/config/",
        &["outlet", "journal", "devices", "sync", "proxy", "entry", "app"],
    ),
    (
        "kiosk-edge/src/journal/",
        &["outlet", "devices", "sync", "proxy", "cache", "entry", "app"],
    ),
    (
        "kiosk-edge/src/cache/",
        &["outlet", "sync", "proxy", "journal", "entry", "app"],
    ),
    ("kiosk-edge/src/device/", &["outlet", "proxy", "entry", "app"]),
    (
        "kiosk-edge/src/devices/",
        &["outlet", "sync", "proxy", "cache", "entry", "app"],
    ),
    ("kiosk-edge/src/sync/", &["outlet", "proxy", "entry", "app"]),
    ("kiosk-edge/src/outlet/", &["proxy", "entry", "app"]),
    ("kiosk-edge/src/proxy/", &["outlet", "journal", "entry", "app"]),
];

/// What a pure crate does not touch.
const IMPURE: [&str; 8] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "tokio::",
    "SystemTime",
    "Instant::now",
];

pub(super) fn check(tree: &[Source]) -> Vec<Complaint> {
    tree.iter()
        .filter(|file| file.is_rust())
        .flat_map(|file| {
            let mut complaints = upward(file);
            complaints.extend(past_the_face(file, tree));
            complaints.extend(impure(file));
            complaints
        })
        .collect()
}

fn upward(file: &Source) -> Vec<Complaint> {
    let Some((part, unknown)) = BELOW.iter().find(|(part, _)| file.path.starts_with(part)) else {
        return Vec::new();
    };
    // Tests stand above what they test: they may seed a whole chain.
    if file.path.ends_with("/tests.rs") || file.path.contains("/tests/") {
        return Vec::new();
    }
    crate_paths(file)
        .into_iter()
        .filter(|(_, path)| path.first().is_some_and(|first| unknown.contains(&first.as_str())))
        .map(|(line, path)| file.complain(line, format!("{part} must not know crate::{}", path.join("::"))))
        .collect()
}

const FEATURES: &str = "central/src/features/";

/// Uses of another feature's inner modules. What its `mod.rs` makes `pub mod` it offers, except
/// the store, which is never offered.
fn past_the_face(file: &Source, tree: &[Source]) -> Vec<Complaint> {
    let Some(own) = file.path.strip_prefix(FEATURES).and_then(|path| path.split('/').next()) else {
        return Vec::new();
    };
    crate_paths(file)
        .into_iter()
        .filter(|(_, path)| match path.as_slice() {
            [features, other, inner, ..] if features == "features" && other != own => {
                is_module(tree, other, inner) && (inner == "store" || !is_offered(tree, other, inner))
            }
            _ => false,
        })
        .map(|(line, path)| {
            file.complain(
                line,
                format!("crate::{} goes past the mod.rs of that feature", path.join("::")),
            )
        })
        .collect()
}

fn is_module(tree: &[Source], feature: &str, module: &str) -> bool {
    let file = format!("{FEATURES}{feature}/{module}.rs");
    let folder = format!("{FEATURES}{feature}/{module}/");
    tree.iter()
        .any(|source| source.path == file || source.path.starts_with(&folder))
}

fn is_offered(tree: &[Source], feature: &str, module: &str) -> bool {
    let face = format!("{FEATURES}{feature}/mod.rs");
    let offer = format!("pub mod {module};");
    tree.iter()
        .any(|source| source.path == face && source.lines().any(|(_, line)| line.trim() == offer))
}

fn impure(file: &Source) -> Vec<Complaint> {
    // The recordings are tests' alone: files that are compared, and made anew when asked.
    if !file.path.starts_with("shared/src/") || file.path.starts_with("shared/src/recordings/") {
        return Vec::new();
    }
    file.lines()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(at, line)| {
            let impure = IMPURE.iter().find(|impure| line.contains(*impure))?;
            Some(file.complain(at, format!("`{impure}`: shared is pure")))
        })
        .collect()
}

/// Every path from the crate's root that the file names, in `use` trees and elsewhere, with its line.
fn crate_paths(file: &Source) -> Vec<(usize, Vec<String>)> {
    const ROOT: &str = "crate::";
    let mut paths = Vec::new();
    let bare: Vec<&str> = file
        .text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let bare = bare.join("\n");
    for (at, _) in bare.match_indices(ROOT) {
        // `$crate::` and `some_crate::` are other roots.
        let before = bare[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$') {
            continue;
        }
        let line = bare[..at].matches('\n').count() + 1;
        let mut flat = BTreeSet::new();
        flatten(&bare[at + ROOT.len()..], &[], &mut flat);
        paths.extend(flat.into_iter().map(|path| (line, path)));
    }
    paths
}

/// Reads one `use` tree (or plain path) from the start of `text` into its paths; returns the rest.
fn flatten<'t>(text: &'t str, prefix: &[String], into: &mut BTreeSet<Vec<String>>) -> &'t str {
    let mut path = prefix.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                let before = rest.len();
                rest = flatten(rest, &path, into).trim_start();
                // `as name` and whatever else stands before the comma.
                rest = rest.trim_start_matches(|letter: char| letter != ',' && letter != '}');
                rest = rest.trim_start_matches(',').trim_start();
                if rest.len() == before {
                    break;
                }
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '*')
            .unwrap_or(rest.len());
        if end == 0 {
            return rest;
        }
        path.push(rest[..end].to_owned());
        rest = &rest[end..];
        match rest.trim_start().strip_prefix("::") {
            Some(more) => rest = more.trim_start(),
            None => {
                into.insert(path);
                return rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::source, check, crate_paths};

    #[test]
    fn tests_stand_above_what_they_test() {
        let tree = [source("central/src/features/sales/tests.rs", "use crate::seed;")];
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn use_trees_are_read_to_their_leaves() {
        let file = source(
            "central/src/features/a/mod.rs",
            "use crate::{\n    features::{b, c::{self, d as e}},\n    platform::db,\n};\nfn f() { crate::g::h(); $crate::i!(); }\n",
        );
        let paths: Vec<String> = crate_paths(&file)
            .into_iter()
            .map(|(_, path)| path.join("::"))
            .collect();
        assert_eq!(
            paths,
            [
                "features::b",
                "features::c::d",
                "features::c::self",
                "platform::db",
                "g::h"
            ]
        );
    }

    #[test]
    fn an_import_that_points_up_is_named() {
        let tree = [
            source("central/src/platform/db/mod.rs", "use crate::features::sales;"),
            source("central/src/features/sales/mod.rs", "use crate::entry::router;"),
            source(
                "central/src/entry/router.rs",
                "use crate::{features::sales, platform::db};",
            ),
            source("kiosk-edge/src/journal/mod.rs", "use crate::{clock, sync::push};"),
        ];
        let at: Vec<String> = check(&tree).into_iter().map(|complaint| complaint.at).collect();
        assert_eq!(
            at,
            [
                "central/src/platform/db/mod.rs:1",
                "central/src/features/sales/mod.rs:1",
                "kiosk-edge/src/journal/mod.rs:1",
            ]
        );
    }

    #[test]
    fn a_feature_is_used_through_its_face_and_never_through_its_store() {
        let face = "mod model;\npub mod media;\npub mod store;\npub use model::Sale;\n";
        let others = [
            source("central/src/features/sales/mod.rs", face),
            source("central/src/features/sales/model.rs", ""),
            source("central/src/features/sales/media.rs", ""),
            source(
                "central/src/features/sales/store.rs",
                "use crate::features::sales::model::Sale;",
            ),
        ];
        let found = |text: &str| {
            let mut tree = others.to_vec();
            tree.push(source("central/src/features/queue/mod.rs", text));
            check(&tree).len()
        };
        assert_eq!(found("use crate::features::sales::{Sale, media::picture};"), 0);
        assert_eq!(found("use crate::features::sales::model::Sale;"), 1);
        assert_eq!(found("use crate::features::sales::store;"), 1);
    }

    #[test]
    fn shared_does_no_io() {
        let tree = [source("shared/src/a.rs", "//! std::fs is not for us\nuse std::fs;\n")];
        assert_eq!(check(&tree).len(), 1);
    }
}
