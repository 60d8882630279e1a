use super::{DeviceKey, Pending};

#[test]
fn a_key_is_made_once_and_only_its_owner_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    assert!(DeviceKey::read(folder.path()).unwrap().is_none());
    let made = DeviceKey::read_or_make(folder.path()).unwrap();
    let read = DeviceKey::read_or_make(folder.path()).unwrap();
    assert_eq!(made.public(), read.public());
    assert_eq!(made.sign(b"hello"), read.sign(b"hello"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("edge-key.pk8"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_file_that_is_no_key_is_named_and_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("edge-key.pk8"), b"not a key").unwrap();
    let why = DeviceKey::read_or_make(folder.path()).unwrap_err().to_string();
    assert!(why.contains("edge-key.pk8"), "{why}");
}

#[test]
fn an_enrolment_under_way_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let pending = Pending {
        code: "ABCD-1234".to_owned(),
        name: "counter".to_owned(),
    };
    pending.keep(folder.path()).unwrap();
    assert_eq!(Pending::read(folder.path()), Some(pending));
}
