//! The table, the file and what survives it.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use gerai_shared::Micros;
use http::{HeaderMap, StatusCode};

use crate::clock::Clock;

use super::{Cache, CacheConfig, Entry, Exchange, Found};

const LIST: &str = "/api/catalog-products";

fn open(dir: &Path, config: CacheConfig) -> Cache {
    Cache::open(dir, config, Clock::still(Micros(1_000_000_000_000))).unwrap()
}

fn keep(cache: &Cache, key: &str, body: Vec<u8>) {
    let (path, none) = (key.split('?').next().unwrap(), HeaderMap::new());
    let rule = cache.rule(path).unwrap();
    let exchange = Exchange {
        rule,
        request: &none,
        personal: false,
        status: StatusCode::OK,
        headers: &none,
        received: cache.now(),
        delay: 0,
        feeds: rule.needed(),
    };
    let entry = Entry::keep(exchange, Bytes::from(body)).unwrap();
    cache.store(&Arc::from(key), Arc::new(entry), cache.forgotten());
}

async fn held(cache: &Cache, key: &str) -> Option<Bytes> {
    match cache.look_up(&Arc::from(key), &HeaderMap::new()).await {
        Found::Entry(entry) => Some(entry.body.clone()),
        Found::VaryMiss | Found::Nothing => None,
    }
}

fn pictures(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("cache-pictures")).map_or(0, Iterator::count)
}

#[test]
fn the_longest_prefix_decides_by_whole_segments() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    let prefix = |path: &str| cache.rule(path).map(|rule| rule.policy.prefix.clone());
    assert_eq!(prefix("/api/outlets/7").as_deref(), Some("/api/outlets"));
    assert_eq!(prefix("/api/outlets/7/queue"), None);
    assert_eq!(prefix("/api/outlets/7/queue/stream"), None);
    assert_eq!(prefix("/api/outlets-of-others"), None);
    assert_eq!(prefix("/api/user"), None);
    assert_eq!(prefix("/media/a/b.jpg").as_deref(), Some("/media"));
}

#[test]
fn an_unknown_key_of_the_configuration_is_refused_by_name() {
    let error = toml::from_str::<CacheConfig>("max_byte = 1").unwrap_err();
    assert!(error.to_string().contains("max_byte"));
    let policy = "[[policies]]\nprefix = \"/api/x\"\nmode = \"obey_origin\"";
    assert_eq!(toml::from_str::<CacheConfig>(policy).unwrap().policies.len(), 1);
}

#[tokio::test]
async fn copies_survive_a_restart_and_pictures_are_files() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    let picture = vec![9; 300 << 10];
    keep(&cache, LIST, b"list".to_vec());
    keep(&cache, "/media/a.jpg", picture.clone());
    keep(&cache, "/media/same.jpg", picture.clone());
    drop(cache);
    assert_eq!(pictures(dir.path()), 1, "the same content is one file");

    let cache = open(dir.path(), CacheConfig::default());
    assert_eq!(held(&cache, LIST).await.unwrap(), "list");
    assert_eq!(held(&cache, "/media/a.jpg").await.unwrap(), picture);
    cache.forget(&Arc::from("/media/a.jpg"));
    cache.flush();
    assert_eq!((held(&cache, "/media/a.jpg").await, pictures(dir.path())), (None, 1));
    cache.forget(&Arc::from("/media/same.jpg"));
    cache.flush();
    assert_eq!(pictures(dir.path()), 0);
}

#[tokio::test]
async fn a_damaged_picture_is_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    keep(
        &open(dir.path(), CacheConfig::default()),
        "/media/a.jpg",
        vec![9; 300 << 10],
    );
    let file = std::fs::read_dir(dir.path().join("cache-pictures"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::write(file.path(), vec![0; 300 << 10]).unwrap();
    assert_eq!(
        held(&open(dir.path(), CacheConfig::default()), "/media/a.jpg").await,
        None
    );
}

#[tokio::test]
async fn a_corrupt_file_is_built_anew() {
    for damage in ["all of it", "the middle"] {
        let dir = tempfile::tempdir().unwrap();
        let cache = open(dir.path(), CacheConfig::default());
        for number in 0..50 {
            keep(&cache, &format!("{LIST}?page={number}"), vec![1; 4_000]);
        }
        drop(cache);
        let file = dir.path().join("cache.db");
        let mut bytes = std::fs::read(&file).unwrap();
        let from = if damage == "all of it" { 0 } else { 4_096 };
        bytes[from..].fill(0xAB);
        std::fs::write(&file, bytes).unwrap();

        let cache = open(dir.path(), CacheConfig::default());
        assert_eq!(held(&cache, &format!("{LIST}?page=1")).await, None, "{damage}");
        keep(&cache, LIST, b"new".to_vec());
        drop(cache);
        let cache = open(dir.path(), CacheConfig::default());
        assert_eq!(held(&cache, LIST).await.unwrap(), "new", "{damage}");
    }
}

#[tokio::test]
async fn damage_that_no_reading_meets_is_found_on_opening() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    for number in 0..50 {
        keep(&cache, &format!("{LIST}?page={number}"), vec![1; 100]);
    }
    drop(cache);
    let file = dir.path().join("cache.db");
    // A page that only evicting would come to: the root of the index by last use.
    let connection = rusqlite::Connection::open(&file).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let size = usize::try_from(number("PRAGMA page_size")).unwrap();
    let root = usize::try_from(number("SELECT rootpage FROM sqlite_master WHERE name = 'stored_used'")).unwrap();
    drop(connection);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[(root - 1) * size..root * size].fill(0xAB);
    std::fs::write(&file, bytes).unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    assert_eq!(cache.stats().disk_bytes, 0, "it was opened as if it were sound");
}

#[tokio::test]
async fn damage_found_while_running_costs_the_copies_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(
        dir.path(),
        CacheConfig {
            memory_bytes: 0,
            ..CacheConfig::default()
        },
    );
    keep(&cache, LIST, b"list".to_vec());
    cache.flush();
    cache.ask(super::writer::Job::Rebuild);
    cache.flush();
    assert_eq!(held(&cache, LIST).await, None);
    keep(&cache, LIST, b"new".to_vec());
    cache.flush();
    assert_eq!(held(&cache, LIST).await.unwrap(), "new");
}

#[tokio::test]
async fn what_was_not_used_for_longest_goes_first() {
    let dir = tempfile::tempdir().unwrap();
    let config = CacheConfig {
        max_bytes: 100_000,
        memory_bytes: 0,
        ..CacheConfig::default()
    };
    let clock = Clock::still(Micros(1_000_000_000_000));
    let cache = Cache::open(dir.path(), config, clock.clone()).unwrap();
    for number in 0..12 {
        clock.advance(std::time::Duration::from_secs(61));
        keep(&cache, &format!("{LIST}?page={number}"), vec![1; 10_000]);
        cache.flush();
        // The first is asked for again and again.
        assert!(held(&cache, &format!("{LIST}?page=0")).await.is_some());
        cache.flush();
    }
    assert!(cache.stats().disk_bytes <= 100_000);
    assert!(held(&cache, &format!("{LIST}?page=1")).await.is_none());
    assert!(held(&cache, &format!("{LIST}?page=11")).await.is_some());
    cache.evict_to(0);
    cache.flush();
    assert_eq!(cache.stats().disk_bytes, 0);
}

#[tokio::test]
async fn a_full_disk_costs_the_copy_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    // A file where the folder of pictures should be: no picture can be written.
    std::fs::write(dir.path().join("cache-pictures"), b"").unwrap();
    keep(&cache, "/media/a.jpg", vec![9; 300 << 10]);
    cache.flush();
    assert!(cache.stats().disk_full);
    assert!(held(&cache, "/media/a.jpg").await.is_some(), "memory still has it");
    keep(&cache, LIST, b"list".to_vec());
    cache.flush();
    assert!(!cache.stats().disk_full);
}

#[tokio::test]
async fn what_was_forgotten_stays_so_when_the_disk_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    keep(&cache, "/media/a.jpg", vec![9; 10]);
    cache.flush();
    std::fs::write(dir.path().join("cache-pictures"), b"").unwrap();
    // In one transaction with what the disk refuses, or after it: the old row is not found again.
    keep(&cache, "/media/a.jpg", vec![9; 300 << 10]);
    cache.flush();
    cache.memory.invalidate_all();
    assert_eq!(held(&cache, "/media/a.jpg").await, None);
}

#[tokio::test]
async fn what_is_forgotten_keeps_nothing_else_from_being_kept() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path(), CacheConfig::default());
    let (none, rule) = (HeaderMap::new(), cache.rule(LIST).unwrap().clone());
    let fetched = |body: &'static str| {
        let exchange = Exchange {
            rule: &rule,
            request: &none,
            personal: false,
            status: StatusCode::OK,
            headers: &none,
            received: cache.now(),
            delay: 0,
            feeds: rule.needed(),
        };
        Arc::new(Entry::keep(exchange, Bytes::from(body)).unwrap())
    };
    let (one, other) = (Arc::from(LIST), Arc::from("/api/catalog-products?page=2"));
    let asked = cache.forgotten();
    cache.forget(&one);
    cache.store(&one, fetched("from before"), asked);
    cache.store(&other, fetched("kept"), asked);
    assert_eq!(held(&cache, LIST).await, None);
    assert_eq!(held(&cache, "/api/catalog-products?page=2").await.unwrap(), "kept");
    // When too many were forgotten to know which, any may have been.
    for number in 0..5_000 {
        cache.forget(&Arc::from(format!("{LIST}?page={number}")));
    }
    cache.store(&one, fetched("from before"), asked);
    assert_eq!(held(&cache, LIST).await, None);
    cache.store(&one, fetched("new"), cache.forgotten());
    assert_eq!(held(&cache, LIST).await.unwrap(), "new");
}
