//! The recordings in `shared/fixtures`: what each protocol wrote, kept for ever. Its README says when one is
//! made anew, and how.

mod day;
mod feed;
mod floor;
mod schema;

use std::{collections::BTreeSet, path::PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::OpenApi;

use crate::{
    Act, Change, Exception,
    command::{Envelope, PROTOCOL, version_of},
};
use schema::Schemas;

/// A command with what followed from it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) command: String,
    pub(crate) hash: String,
    pub(crate) rows: Vec<Change>,
    pub(crate) exceptions: Vec<Exception>,
}

/// The recordings of protocols that programs out there have spoken.
const SPOKEN: [(&str, &str); 5] = [
    (
        "protocol-1-transfer.json",
        "1d2ba3aabc972c54f040acfde6553f7934a51f1eb3373ca143132225f6f55237",
    ),
    (
        "protocol-2-grant.json",
        "6f6dd6f274f5c5523529aae9199b1185f1c673826e4242c88518822684ea67f7",
    ),
    (
        "protocol-2.jsonl",
        "86742415138c0d3169a045accd709aacc412b2110d171e6623a96cb50afe0a7d",
    ),
    (
        "protocol-3.jsonl",
        "561285f36d8ed8a7381f6a0f384d280ef501808b213160723dc1c417c5d03040",
    ),
    (
        "protocol-3.shape.json",
        "decd8a0beaba3c0536090d95eb5c7de90674c2206a3b9c55cb6827df4a2ae7c9",
    ),
];

/// What a push carries.
#[derive(OpenApi)]
#[openapi(components(schemas(Envelope, Act, Change)))]
struct Wire;

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", name].iter().collect()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a file of the present protocol must hold. Written there when `GERAI_RECORD` says its number.
fn recorded_as(name: &str, now: &str) {
    if std::env::var("GERAI_RECORD") == Ok(PROTOCOL.to_string()) {
        std::fs::write(path(name), now).unwrap();
    }
    let (now, then) = (now.lines(), read(name));
    for (number, (now, then)) in now.clone().zip(then.lines()).enumerate() {
        assert_eq!(
            now,
            then,
            "{name}, line {}: the shape changed. shared/fixtures/README.md says what to do",
            number + 1
        );
    }
    assert_eq!(now.count(), then.lines().count(), "{name} is of another length");
}

/// The shape of all that a push carries: commands by kind, rows by table.
fn shape() -> String {
    let schemas = Schemas::of(Wire::openapi());
    let bodies = schemas.variants("Act", "kind", "body").into_iter();
    let kinds: serde_json::Map<String, Value> = bodies
        .map(|(kind, body)| {
            let known = json!({ "version": version_of(&kind), "body": schemas.shape(body) });
            (kind, known)
        })
        .collect();
    let rows = schemas.variants("Change", "table", "row").into_iter();
    let rows: serde_json::Map<String, Value> = rows.map(|(table, row)| (table, schemas.shape(row).into())).collect();
    let envelope = schemas.shape(&json!({ "$ref": "Envelope" }));
    let shape = json!({ "envelope": envelope, "kinds": kinds, "rows": rows });
    format!("{}\n", serde_json::to_string_pretty(&shape).unwrap())
}

/// What this program writes today is what the recording of its own protocol says, to the byte: a changed
/// shape needs a raised version, a converter, and a recording of its own.
#[test]
fn invariant_11_the_present_shape_is_the_recorded_one() {
    recorded_as(&format!("protocol-{PROTOCOL}.shape.json"), &shape());
    let lines = day::day()
        .into_iter()
        .map(|it| serde_json::to_string(&it).unwrap() + "\n");
    recorded_as(&format!("protocol-{PROTOCOL}.jsonl"), &lines.collect::<String>());
}

/// What the day of the present protocol says.
fn day_says() -> BTreeSet<String> {
    let schemas = Schemas::of(Wire::openapi());
    let mut said = BTreeSet::new();
    for line in read(&format!("protocol-{PROTOCOL}.jsonl")).lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let command: Value = serde_json::from_str(line["command"].as_str().unwrap()).unwrap();
        schemas.said("Envelope", &command, &mut said);
        schemas.said("Act", &command, &mut said);
        for row in line["rows"].as_array().unwrap() {
            schemas.said("Change", row, &mut said);
        }
    }
    said
}

/// A field or a word that joins is in no recording: neither a field that is left out where there is
/// nothing to say, nor one nobody thought of.
#[test]
fn invariant_11_every_field_and_word_is_in_the_present_recording() {
    let (schemas, said) = (Schemas::of(Wire::openapi()), day_says());
    let missing: Vec<String> = schemas.all().difference(&said).cloned().collect();
    let odd: Vec<&String> = said.iter().filter(|part| !schemas.all().contains(*part)).collect();
    assert!(odd.is_empty(), "no schema knows {odd:#?}");
    // An answer that waits is no row, and no command names a table nobody knows.
    assert_eq!(
        missing,
        ["RequestState=waiting", "Table=unknown"],
        "not in the recording"
    );
}

/// From one protocol to the next: a kind's version is the new number where its shape is another one,
/// and there alone.
#[test]
fn invariant_11_a_kinds_version_is_raised_with_its_shape_and_with_nothing_else() {
    let shape_of =
        |protocol: u16| -> Value { serde_json::from_str(&read(&format!("protocol-{protocol}.shape.json"))).unwrap() };
    for protocol in 4..=PROTOCOL {
        let (before, now) = (shape_of(protocol - 1), shape_of(protocol));
        for (kind, known) in now["kinds"].as_object().unwrap() {
            let was = &before["kinds"][kind];
            if was["body"] == known["body"] {
                assert_eq!(was["version"], known["version"], "{kind} is as it was");
            } else {
                assert_eq!(known["version"], protocol, "{kind} has another shape");
            }
        }
        assert_ne!(before, now, "nothing is new in protocol {protocol}");
    }
}

/// Programs out there wrote these, and will be upgraded with them in their journals.
#[test]
fn invariant_11_what_was_spoken_is_not_recorded_anew() {
    for (name, hash) in SPOKEN {
        assert_eq!(hex::encode(Sha256::digest(read(name))), hash, "{name} was touched");
    }
    let spoken = format!("protocol-{}.jsonl", PROTOCOL - 1);
    assert!(
        SPOKEN.iter().any(|(name, _)| **name == spoken),
        "{spoken} is not listed"
    );
}
