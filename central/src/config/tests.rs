//! Layers, refusals, masks.

use std::io::Write;

use super::{Config, ConfigError};

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|&(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = file("listen = \"127.0.0.1:1\"\n[auth]\nrefresh_days = 7\n");
    let set = environment(&[
        ("GERAI_CENTRAL__LISTEN", "127.0.0.1:2"),
        ("GERAI_CENTRAL__WORKER__IN_PROCESS", "false"),
    ]);
    let config = Config::load(Some(file.path()), set).unwrap();
    assert_eq!(config.listen, "127.0.0.1:2");
    assert_eq!(config.auth.refresh_days, 7);
    assert_eq!(config.auth.access_minutes, 15);
    assert!(!config.worker.in_process);
}

#[test]
fn an_unknown_key_is_refused_by_its_name() {
    let file = file("[auth]\nrefresh_dayz = 7\n");
    let refused = Config::load(Some(file.path()), []).unwrap_err();
    assert!(
        matches!(&refused, ConfigError::UnknownKey { key, .. } if key == "auth.refresh_dayz"),
        "{refused}"
    );
    let refused = Config::load(None, environment(&[("GERAI_CENTRAL__LOG__COLOUR", "red")])).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "unknown key `GERAI_CENTRAL__LOG__COLOUR` in the environment"
    );
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_line() {
    let file = file("listen = \"127.0.0.1:1\"\n[auth\n");
    let refused = Config::load(Some(file.path()), []).unwrap_err().to_string();
    assert!(refused.contains("line 2"), "{refused}");
}

#[test]
fn values_that_do_not_fit_are_refused_by_their_key() {
    for (key, value, named) in [
        ("GERAI_CENTRAL__LOG__FORMAT", "xml", "log.format"),
        ("GERAI_CENTRAL__AUTH__ACCESS_MINUTES", "0", "auth.access_minutes"),
        ("GERAI_CENTRAL__PUBLIC_URL", "nowhere", "public_url"),
        ("GERAI_CENTRAL__SYNC__PROTOCOL_CEILING", "999", "sync.protocol_ceiling"),
    ] {
        let refused = Config::load(None, environment(&[(key, value)]))
            .unwrap_err()
            .to_string();
        assert!(refused.contains(named), "{refused}");
    }
    let refused = Config::load(None, environment(&[("GERAI_CENTRAL__LIMITS__BODY_BYTES", "many")]));
    assert!(matches!(refused, Err(ConfigError::Value(_))));
}

#[test]
fn secrets_are_masked_when_printed() {
    let set = environment(&[("DATABASE_URL", "mysql://gerai:hush-hush@db.example/gerai")]);
    let config = Config::load(None, set).unwrap();
    let printed = config.printed().unwrap();
    assert!(!printed.contains("hush-hush"), "{printed}");
    assert!(printed.contains("mysql://gerai:********@db.example/gerai"), "{printed}");
    assert!(config.database_url().contains("hush-hush"));
    assert!(!format!("{config:?}").contains("hush-hush"));
}

#[test]
fn what_is_printed_can_be_read_again() {
    let printed = Config::load(None, []).unwrap().printed().unwrap();
    let again = Config::load(Some(file(&printed).path()), []).unwrap();
    assert_eq!(again.printed().unwrap(), printed);
}

/// A default left behind at a raise of the protocol would hold what every present edge says.
#[test]
fn a_central_as_it_ships_reads_the_present_protocol() {
    let config = Config::load(None, []).unwrap();
    assert_eq!(config.sync.protocol_ceiling, gerai_shared::command::PROTOCOL);
}
