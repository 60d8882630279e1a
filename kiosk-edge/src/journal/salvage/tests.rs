//! Journals damaged where it hurts.

use std::path::PathBuf;

use gerai_shared::{
    journal::{GENESIS, link},
    queue::Ticket,
    wish::TicketWish,
};

use crate::journal::{
    Journal, Room,
    scene::{Scene, on},
};

const TICKETS: usize = 60;
const PAGE: usize = 4_096;

/// An outlet that did something, with its journal closed; and the tickets it told.
async fn closed() -> (Scene, Vec<Ticket>, PathBuf) {
    let mut scene = Scene::new().await;
    let mut tickets = Vec::new();
    for n in 0..TICKETS {
        tickets.push(scene.issued(&format!("key {n}")).await);
    }
    scene.close().await;
    let file = checkpointed(&scene);
    (scene, tickets, file)
}

/// The file of a journal that was closed, with all that was committed in it.
fn checkpointed(scene: &Scene) -> PathBuf {
    let file = scene.dir.path().join("journal.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    // Closes only once nobody else has it open: the writer's thread ends by itself.
    while connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        .unwrap()
        != 0
    {}
    file
}

/// The pages that hold commands with these texts.
fn pages_with(file: &std::path::Path, text: &str) -> Vec<usize> {
    let bytes = std::fs::read(file).unwrap();
    let holds = |page: &[u8]| page[0] == 0x0d && page.windows(text.len()).any(|window| window == text.as_bytes());
    let pages = bytes.chunks(PAGE).enumerate().skip(1);
    pages.filter(|(_, page)| holds(page)).map(|(at, _)| at).collect()
}

fn overwrite(file: &std::path::Path, page: usize, with: u8) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[page * PAGE..(page + 1) * PAGE].fill(with);
    std::fs::write(file, bytes).unwrap();
}

fn report(scene: &Scene) -> serde_json::Value {
    let aside = std::fs::read_dir(scene.dir.path())
        .unwrap()
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().starts_with("journal-damaged-"));
    let aside = aside.expect("the old file is kept").path();
    assert!(aside.join("journal.db").exists());
    serde_json::from_slice(&std::fs::read(aside.join("report.json")).unwrap()).unwrap()
}

#[tokio::test]
async fn a_torn_page_costs_its_own_commands_and_no_other() {
    let (mut scene, tickets, file) = closed().await;
    let torn = pages_with(&file, "ticket.issue");
    overwrite(&file, torn[torn.len() / 2], 0xff);
    super::mark(scene.dir.path());
    scene.reopen_or_salvage();
    let report = report(&scene);
    let missing = report["missing"].as_array().unwrap();
    assert!(!missing.is_empty() && missing.len() <= 2, "{report}");
    let entries = scene.journal.unsent(0, 1_000).await.unwrap();
    assert!(
        entries.iter().map(|entry| entry.seq).eq(1..=TICKETS as u64 + 1),
        "numbers go on without gaps"
    );
    assert!(entries[TICKETS].json.contains("journal.salvaged"));
    // Central links what it is sent, one after the other, and comes to the same end.
    let central = entries.iter().fold(GENESIS.to_owned(), |before, entry| {
        link(&before, entry.json.as_bytes(), &entry.changes_hash)
    });
    assert_eq!(central, scene.journal.known().last_hash);
    let stand_ins = entries
        .iter()
        .filter(|entry| entry.json.contains("journal.lost"))
        .count();
    assert_eq!(report["lost"].as_array().unwrap().len(), stand_ins);
    assert_eq!(report["kept"], TICKETS - stand_ins);
    let verdict = scene.journal.verify().await.unwrap();
    assert_eq!((verdict.commands, verdict.broken_at), (TICKETS as u64 + 1, None));
    // The rows themselves were on other pages; the outlet goes on, with numbers nobody was told.
    let next = scene.issued("after").await;
    assert_eq!(next.number, 100);
    let called = scene
        .tap(on(&tickets[0], TicketWish::Call { studio: None }), "call")
        .await;
    assert_eq!(called.unwrap().status, 201);
}

#[tokio::test]
async fn without_its_first_page_all_commands_are_found_on_theirs() {
    let (mut scene, _, file) = closed().await;
    overwrite(&file, 0, 0);
    scene.reopen_or_salvage();
    let report = report(&scene);
    assert_eq!(
        (&report["kept"], &report["missing"]),
        (&TICKETS.into(), &serde_json::json!([])),
        "{report}"
    );
    let known = scene.journal.known();
    assert_eq!((known.last_seq, known.device.incarnation), (TICKETS as u64, 1));
    assert_eq!(scene.journal.verify().await.unwrap().broken_at, None);
    // What is followed comes again with the line; the rows follow from the commands.
    scene
        .tell(vec![(
            "outlet",
            scene.outlet.id.0,
            serde_json::to_value(&scene.outlet).unwrap(),
        )])
        .await
        .unwrap();
    let outlet = scene.journal.known().outlet.clone();
    assert!(outlet.is_some());
    let day = outlet.unwrap().business_day(scene.clock.now());
    let count = scene
        .journal
        .read(move |connection| crate::journal::count_rows(connection, gerai_shared::change::Table::Ticket, day))
        .await
        .unwrap();
    assert_eq!(count, TICKETS as u64);
}

#[tokio::test]
async fn an_altered_command_is_not_believed() {
    let (mut scene, _, file) = closed().await;
    let mut bytes = std::fs::read(&file).unwrap();
    let (from, to) = (b"\"number\":30,", b"\"number\":31,");
    let mut changed = 0;
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from {
            bytes[at..at + from.len()].copy_from_slice(to);
            changed += 1;
        }
    }
    assert!(changed > 0);
    std::fs::write(&file, bytes).unwrap();
    super::mark(scene.dir.path());
    scene.reopen_or_salvage();
    assert_eq!(report(&scene)["missing"], serde_json::json!([[30, 30]]));
}

#[tokio::test]
async fn what_central_has_is_missed_but_not_lost() {
    let (mut scene, _, file) = closed().await;
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection
        .execute("UPDATE facts SET value = '60' WHERE name = 'acked_seq'", [])
        .unwrap();
    connection.execute("DELETE FROM journal WHERE seq = 30", []).unwrap();
    connection
        .execute_batch("PRAGMA secure_delete = ON; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(connection);
    super::mark(scene.dir.path());
    scene.reopen_or_salvage();
    let report = report(&scene);
    assert_eq!(
        (&report["missing"], &report["lost"]),
        (&serde_json::json!([[30, 30]]), &serde_json::json!([]))
    );
    let verdict = scene.journal.verify().await.unwrap();
    assert_eq!(verdict.broken_at, None, "a gap that is known is no new damage");
}

#[tokio::test]
async fn a_sound_journal_is_left_alone_and_an_empty_one_is_no_loss() {
    let (mut scene, _, file) = closed().await;
    let before = std::fs::read(&file).unwrap();
    scene.reopen_or_salvage();
    assert_eq!(scene.journal.known().last_seq, TICKETS as u64);
    assert!(!scene.dir.path().join("journal.damaged").exists());
    assert_eq!(std::fs::read(&file).unwrap().len(), before.len());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("journal.db"), [7; 9_000]).unwrap();
    let open = || Journal::open_with_reserve(folder.path(), scene.clock.clone(), 0);
    assert!(open().unwrap_err().is_damage(), "others leave it to `serve`");
    let room = Room { reserve: 0, most: None };
    let opened = Journal::open_or_salvage(folder.path(), None, scene.clock.clone(), room);
    assert_eq!(opened.unwrap().known().last_seq, 0);
}

#[tokio::test]
async fn damage_seen_at_work_stops_the_writer_and_is_salvaged_at_the_next_start() {
    let (mut scene, _, file) = closed().await;
    let torn = pages_with(&file, "ticket.issue");
    overwrite(&file, torn[0], 0);
    scene.reopen_or_salvage();
    scene.journal.examine().await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(5), scene.journal.over())
        .await
        .expect("the damage is noticed");
    assert!(
        scene.tap(scene.issue(), "late").await.is_err(),
        "nothing is told that may be lost"
    );
    scene.close().await;
    scene.reopen_or_salvage();
    assert!(!report(&scene)["missing"].as_array().unwrap().is_empty());
    scene.issued("after").await;
}

/// Where the commands with these numbers lie, in the page that holds the last of them.
fn last_page(file: &std::path::Path) -> usize {
    let told = format!("\"number\":{TICKETS},");
    *pages_with(file, &told)
        .last()
        .expect("the last ticket's command is on some page")
}

#[tokio::test]
async fn with_a_second_copy_torn_pages_lose_nothing() {
    let mut scene = Scene::new().await;
    scene.reopen_or_salvage();
    for n in 0..TICKETS {
        scene.issued(&format!("key {n}")).await;
    }
    let (before, chain) = (scene.journal.unsent(0, 1_000).await.unwrap(), scene.journal.known());
    scene.close().await;
    let file = checkpointed(&scene);
    let torn = pages_with(&file, "ticket.issue");
    overwrite(&file, torn[torn.len() / 2], 0xff);
    overwrite(&file, last_page(&file), 0);
    super::mark(scene.dir.path());
    scene.reopen_or_salvage();
    let report = report(&scene);
    assert_eq!(
        (&report["kept"], &report["missing"]),
        (&TICKETS.into(), &serde_json::json!([])),
        "{report}"
    );
    assert_eq!(scene.journal.unsent(0, 1_000).await.unwrap(), before);
    let known = scene.journal.known();
    assert_eq!((&known.last_hash, &known.device), (&chain.last_hash, &chain.device));
    let next = scene.issued("after").await;
    assert_eq!(next.number, TICKETS as u32 + 1, "no number is left out");
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_stops_nobody_and_is_caught_up() {
    let mut scene = Scene::new().await;
    let folder = scene.second.path().join("journal.db");
    std::fs::create_dir(&folder).unwrap();
    scene.reopen_or_salvage();
    scene.issued("one").await;
    scene.close().await;
    std::fs::remove_dir(&folder).unwrap();
    scene.reopen_or_salvage();
    scene.issued("two").await;
    assert_eq!(copied(&scene), [1, 2]);
}

#[tokio::test]
async fn a_copy_of_a_later_journal_is_kept_aside() {
    let mut scene = Scene::new().await;
    scene.reopen_or_salvage();
    scene.issued("one").await;
    scene.close().await;
    let saved = std::fs::read(checkpointed(&scene)).unwrap();
    scene.reopen_or_salvage();
    scene.issued("two").await;
    scene.close().await;
    // The disk was put back to how it was.
    let file = checkpointed(&scene);
    std::fs::write(file, saved).unwrap();
    scene.reopen_or_salvage();
    scene.issued("three").await;
    assert_eq!(copied(&scene), [1, 2]);
    let aside = std::fs::read_dir(scene.second.path()).unwrap().flatten();
    let aside: Vec<_> = aside
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("journal-aside-"))
        .collect();
    assert!(aside.len() == 1 && aside[0].path().join("journal.db").exists());
}

/// The commands in the second copy.
fn copied(scene: &Scene) -> Vec<u64> {
    let copy = rusqlite::Connection::open(scene.second.path().join("journal.db")).unwrap();
    let mut seqs = copy.prepare("SELECT seq FROM journal ORDER BY seq").unwrap();
    let seqs = seqs.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    seqs.map(|seq| seq.unwrap().unsigned_abs()).collect()
}
