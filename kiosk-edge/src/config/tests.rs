use super::{DeviceAddress, DeviceConfig, load};

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

fn with_devices(entries: &str) -> Result<super::Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.toml");
    std::fs::write(&file, entries).unwrap();
    load(Some(&file), []).map_err(|error| error.to_string())
}

#[test]
fn devices_come_from_the_file_and_are_shown_as_they_were_read() {
    let printer = "[[devices]]\nname = \"Printer Kasir (1)\"\nkind = \"printer\"\naddress = \"tcp://10.0.0.5:9100\"\n";
    let usb = "[[devices]]\nname = \"USB\"\nkind = \"printer\"\naddress = \"file:///dev/usb/lp0\"\n";
    let camera =
        "[[devices]]\nname = \"Kamera\"\nkind = \"camera\"\naddress = \"tcp://[::1]:554\"\nstudio = \"Ruang 1\"\n";
    let config = with_devices(&format!("{printer}{usb}{camera}")).unwrap();
    assert!(load(None, []).unwrap().devices.is_empty(), "none by default");
    let ids: Vec<String> = config.devices.iter().map(DeviceConfig::id).collect();
    assert_eq!(ids, ["printer-kasir-1", "usb", "kamera"]);
    assert_eq!(
        config.devices[0].address,
        DeviceAddress::Tcp("10.0.0.5:9100".to_owned())
    );
    assert_eq!(config.devices[1].address, DeviceAddress::File("/dev/usb/lp0".into()));
    assert_eq!(config.devices[2].address, DeviceAddress::Tcp("[::1]:554".to_owned()));
    let shown = toml::to_string(&config).unwrap();
    assert_eq!(with_devices(&shown).unwrap().devices, config.devices, "{shown}");
}

#[test]
fn a_wrong_entry_of_the_devices_is_named() {
    let good = "[[devices]]\nname = \"Kasir\"\nkind = \"printer\"\naddress = \"tcp://10.0.0.5:9100\"\n";
    for (entry, key, why) in [
        (
            "name = \"P\"\nkind = \"fax\"\naddress = \"tcp://a:1\"",
            "devices[1]",
            "fax",
        ),
        ("name = \"P\"\nkind = \"printer\"", "devices[1]", "missing"),
        (
            "name = \"P\"\nkind = \"printer\"\naddress = \"tcp://a:1\"\ncolour = 1",
            "devices[1]",
            "colour",
        ),
        (
            "name = \"P\"\nkind = \"printer\"\naddress = \"10.0.0.5:9100\"",
            "devices[1]",
            "10.0.0.5:9100",
        ),
        (
            "name = \"P\"\nkind = \"printer\"\naddress = \"tcp://10.0.0.5\"",
            "devices[1]",
            "tcp://10.0.0.5",
        ),
        (
            "name = \"P\"\nkind = \"printer\"\naddress = \"file://usb/lp0\"",
            "devices[1]",
            "file://usb/lp0",
        ),
        (
            "name = \"–\"\nkind = \"printer\"\naddress = \"tcp://a:1\"",
            "devices[1].name",
            "letter",
        ),
        (
            "name = \"KASIR!\"\nkind = \"printer\"\naddress = \"tcp://a:1\"",
            "devices[1].name",
            "devices[0]",
        ),
        (
            "name = \"K\"\nkind = \"camera\"\naddress = \"file:///dev/video0\"",
            "devices[1].address",
            "camera",
        ),
        (
            "name = \"P\"\nkind = \"printer\"\naddress = \"tcp://a:1\"\nstudio = \"Ruang 1\"",
            "devices[1].studio",
            "cameras",
        ),
    ] {
        let said = with_devices(&format!("{good}[[devices]]\n{entry}\n")).unwrap_err();
        assert!(said.contains(key) && said.contains(why), "{entry}: {said}");
    }
    for (setting, key) in [
        ("EVERY_MS", "devices_check.every_ms"),
        ("TIMEOUT_MS", "devices_check.timeout_ms"),
    ] {
        let said = with(&format!("GERAI_KIOSK__DEVICES_CHECK__{setting}"), "1").unwrap_err();
        assert!(said.contains(key), "{said}");
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
