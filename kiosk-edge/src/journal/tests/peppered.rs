//! A stolen database is nothing to guess at.

use std::path::Path;

use gerai_shared::{StaffId, outlet::Permission};
use rusqlite::{Connection, params};

use crate::journal::{Journal, grants, pepper, scene::Scene};

fn on_disk(scene: &Scene) -> Connection {
    Connection::open(scene.dir.path().join("journal.db")).unwrap()
}

/// Whether any file of the database has this text in it, free pages included.
fn holds(folder: &Path, text: &str) -> bool {
    let files = ["journal.db", "journal.db-wal"].map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
    let found = |bytes: &Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    files.iter().any(found)
}

async fn name_of(journal: &Journal, staff: StaffId) -> Option<String> {
    let trust = journal.trust();
    let grant = journal
        .read(move |connection| grants::of(connection, &trust, staff))
        .await;
    grant.unwrap().map(|grant| grant.name)
}

#[tokio::test]
async fn no_pin_hash_is_on_disk_and_the_pepper_is_its_owners_alone() {
    let scene = Scene::new().await;
    let rina = scene.grant("Rina", &[Permission::QueueManage]);
    scene.follow_grant(&rina).await;
    assert_eq!(name_of(&scene.journal, rina.staff).await.as_deref(), Some("Rina"));
    assert!(!holds(scene.dir.path(), "argon2id") && !holds(scene.dir.path(), "Rina"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(scene.dir.path().join(pepper::FILE)).unwrap();
        assert_eq!((file.permissions().mode() & 0o777, file.len()), (0o600, 32));
    }
}

#[tokio::test]
async fn what_an_older_program_left_open_is_sealed_and_scrubbed() {
    let mut scene = Scene::new().await;
    let rina = scene.grant("Rina", &[]);
    scene.follow_grant(&rina).await;
    let open = serde_json::to_string(&scene.sign(&rina)).unwrap();
    let older = on_disk(&scene);
    older
        .execute("UPDATE followed SET body = ?1 WHERE kind = 'grant'", params![open])
        .unwrap();
    older.execute("DELETE FROM facts WHERE name = 'pepper'", []).unwrap();
    // Grants of long ago, of which only freed pages tell.
    let gone = format!("{}{}", open, "-".repeat(8_000));
    older
        .execute("CREATE TABLE gone AS SELECT ?1 AS body", params![gone])
        .unwrap();
    older.execute("DROP TABLE gone", []).unwrap();
    drop(older);
    assert!(holds(scene.dir.path(), "argon2id"));
    scene.close().await;
    scene.reopen();
    assert_eq!(name_of(&scene.journal, rina.staff).await.as_deref(), Some("Rina"));
    assert!(!holds(scene.dir.path(), "argon2id"), "not in free pages either");
}

#[tokio::test]
async fn without_its_pepper_the_grants_are_asked_for_again() {
    let mut scene = Scene::new().await;
    let rina = scene.grant("Rina", &[]);
    scene.follow_grant(&rina).await;
    std::fs::remove_file(scene.dir.path().join(pepper::FILE)).unwrap();
    scene.reopen();
    assert_eq!(name_of(&scene.journal, rina.staff).await, None);
    let known = scene.journal.known();
    assert_eq!(known.outlet_position(), 0, "the whole topic is asked for");
    assert!(known.outlet.is_some() && known.catalog().0 > 0, "the rest goes on");
    scene.follow_grant(&rina).await;
    scene.reopen();
    assert_eq!(name_of(&scene.journal, rina.staff).await.as_deref(), Some("Rina"));
}

#[tokio::test]
async fn a_grant_moved_to_anothers_row_does_not_hold() {
    let scene = Scene::new().await;
    let (rina, budi) = (scene.grant("Rina", &[]), scene.grant("Budi", &[]));
    for grant in [&rina, &budi] {
        scene.follow_grant(grant).await;
    }
    let swap = "UPDATE followed SET body = (SELECT body FROM followed WHERE id = ?2) WHERE id = ?1";
    on_disk(&scene)
        .execute(swap, params![budi.staff.0.as_bytes(), rina.staff.0.as_bytes()])
        .unwrap();
    assert_eq!(name_of(&scene.journal, budi.staff).await, None);
    assert_eq!(name_of(&scene.journal, rina.staff).await.as_deref(), Some("Rina"));
}
