//! Migrations: the same names for both engines, and only types both understand alike.

use std::collections::BTreeSet;

use super::{Complaint, Source};

const MYSQL: &str = "migrations/central/mysql/";
const SQLITE: &str = "migrations/central/sqlite/";

/// Column types and habits that differ between the engines or were measured to hurt.
const BANNED: [(&str, &str); 4] = [
    ("TIMESTAMP", "times are Micros in BIGINT"),
    ("DECIMAL", "amounts are whole rupiah in BIGINT"),
    ("AUTO_INCREMENT", "ids are UUID v7"),
    ("AUTOINCREMENT", "ids are UUID v7"),
];

pub(super) fn check(tree: &[Source]) -> Vec<Complaint> {
    let of = |folder: &'static str| tree.iter().filter(move |file| file.path.starts_with(folder));
    let names = |folder: &'static str| -> BTreeSet<&str> {
        of(folder).filter_map(|file| file.path.strip_prefix(folder)).collect()
    };
    let (mysql, sqlite) = (names(MYSQL), names(SQLITE));
    let lonely = mysql.symmetric_difference(&sqlite).map(|name| {
        let there = if mysql.contains(name) { MYSQL } else { SQLITE };
        Complaint {
            at: format!("{there}{name}"),
            what: "has no twin of the same name for the other engine".to_owned(),
        }
    });
    lonely
        .chain(of(MYSQL).filter_map(one_statement))
        .chain(of(SQLITE).filter_map(strict))
        .chain(of(MYSQL).chain(of(SQLITE)).flat_map(banned))
        .collect()
}

/// The SQL without comments.
fn statements(file: &Source) -> Vec<String> {
    let bare: Vec<&str> = file
        .text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect();
    bare.join("\n")
        .split(';')
        .map(|statement| statement.trim().to_owned())
        .filter(|statement| !statement.is_empty())
        .collect()
}

/// DDL commits by itself on MySQL: a file with two statements can be half done.
fn one_statement(file: &Source) -> Option<Complaint> {
    let ddl = |statement: &String| {
        let first = statement.split_whitespace().next().unwrap_or_default().to_uppercase();
        matches!(first.as_str(), "CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE")
    };
    let all = statements(file);
    let count = all.iter().filter(|statement| ddl(statement)).count();
    (all.len() > 1 && count > 0).then(|| file.complain(1, format!("{} statements beside DDL: one per file", all.len())))
}

fn strict(file: &Source) -> Option<Complaint> {
    statements(file)
        .iter()
        .find(|statement| statement.to_uppercase().starts_with("CREATE TABLE"))
        .filter(|statement| {
            let tail = statement.rsplit(')').next().unwrap_or_default().to_uppercase();
            !tail.contains("STRICT")
        })
        .map(|_| file.complain(1, "a SQLite table that is not STRICT"))
}

fn banned(file: &Source) -> Vec<Complaint> {
    let words: BTreeSet<String> = statements(file)
        .join(" ")
        .to_uppercase()
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .map(str::to_owned)
        .collect();
    BANNED
        .iter()
        .filter(|(word, _)| words.contains(*word))
        .map(|(word, instead)| file.complain(1, format!("{word}: {instead}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::source, check};

    #[test]
    fn twins_single_statements_strict_tables_and_plain_types_pass() {
        let tree = [
            source(
                "migrations/central/mysql/0001_a.sql",
                "-- One; of them.\nCREATE TABLE a (id BINARY(16));",
            ),
            source(
                "migrations/central/sqlite/0001_a.sql",
                "CREATE TABLE a (id BLOB) STRICT, WITHOUT ROWID;",
            ),
        ];
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn each_rule_is_seen_to_bite() {
        let tree = [
            source(
                "migrations/central/mysql/0001_a.sql",
                "CREATE TABLE a (t TIMESTAMP); CREATE INDEX i ON a (t);",
            ),
            source("migrations/central/sqlite/0001_a.sql", "CREATE TABLE a (t INTEGER);"),
            source(
                "migrations/central/sqlite/0002_b.sql",
                "CREATE TABLE b (t INTEGER) STRICT;",
            ),
        ];
        let found = check(&tree);
        for expected in ["2 statements", "TIMESTAMP", "not STRICT", "no twin"] {
            assert!(
                found.iter().any(|complaint| complaint.what.contains(expected)),
                "{expected}: {found:?}"
            );
        }
        assert_eq!(found.len(), 4);
    }
}
