use super::load;

fn with(name: &str, value: &str) -> Result<super::Config, String> {
    load(None, [(name.to_owned(), value.to_owned())]).map_err(|error| error.to_string())
}

#[test]
fn the_defaults_stand_alone() {
    let config = load(None, []).unwrap();
    assert_eq!(config.listen.port(), 7080);
    assert_eq!(config.sync.batch, 256);
    assert_eq!(config.central.at("/healthz"), "http://127.0.0.1:8080/healthz");
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.toml");
    std::fs::write(&file, "[sync]\nbatch = 7\nprobe_ms = 300\n").unwrap();
    let environment = [("GERAI_KIOSK__SYNC__BATCH".to_owned(), "9".to_owned())];
    let config = load(Some(&file), environment).unwrap();
    assert_eq!((config.sync.batch, config.sync.probe_ms), (9, 300));
}

#[test]
fn an_unknown_key_is_named() {
    let why = with("GERAI_KIOSK__SYNC__BACTH", "9").unwrap_err();
    assert!(why.contains("bacth"), "{why}");
}

#[test]
fn a_value_of_the_wrong_shape_is_named() {
    for (name, value, named) in [
        ("GERAI_KIOSK__SYNC__BATCH", "many", "sync.batch"),
        ("GERAI_KIOSK__SYNC__BATCH", "0", "sync.batch"),
        ("GERAI_KIOSK__CENTRAL", "ftp://example.test", "central"),
        ("GERAI_KIOSK__LOG__FORMAT", "xml", "log.format"),
    ] {
        let why = with(name, value).unwrap_err();
        assert!(why.contains(named), "{why}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let why = load(Some(std::path::Path::new("/nowhere/kiosk.toml")), []).unwrap_err();
    assert!(why.to_string().contains("/nowhere/kiosk.toml"), "{why}");
}

#[test]
fn a_password_in_centrals_address_is_not_shown() {
    let config = with("GERAI_KIOSK__CENTRAL", "https://edge:hush@central.test").unwrap();
    let shown = toml::to_string(&config).unwrap();
    assert!(shown.contains("central.test") && !shown.contains("hush"), "{shown}");
}

/// No gateway and no provider of digital goods is called by any program yet. This holds the edge to
/// it: it knows one address of the outside world, central's, and has three places that call out.
#[test]
fn invariant_17_suppliers_are_not_called_from_here() {
    let shown = toml::to_string(&load(None, []).unwrap()).unwrap();
    let addresses: Vec<&str> = shown.lines().filter(|line| line.contains("://")).collect();
    assert_eq!(addresses, ["central = \"http://127.0.0.1:8080\""]);

    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut callers = Vec::new();
    callers_under(&source, &source, &mut callers);
    callers.sort();
    assert_eq!(callers, ["proxy/upstream.rs", "sync/call.rs", "sync/probe.rs"]);
}

/// The files that make an HTTP client, tests apart.
fn callers_under(root: &std::path::Path, folder: &std::path::Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") || path.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() {
            callers_under(root, &path, found);
        } else if std::fs::read_to_string(&path).is_ok_and(|text| text.contains("Client::builder(")) {
            found.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
}
