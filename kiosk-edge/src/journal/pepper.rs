//! The pepper: a secret beside the database, so that a copied database is worth nothing to whoever
//! guesses. A six-digit PIN is guessed from its hash in hours, however slow the hash; so the hash is
//! on disk only under the pepper's key.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
    sync::Arc,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    hmac,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use uuid::Uuid;

use super::JournalError;

/// Its file, beside the device's key.
pub const FILE: &str = "pepper";
const BYTES: usize = 32;
const SALT: &[u8] = b"gerai edge pepper v1";

/// What is derived from it (HKDF-SHA256, RFC 5869); the secret itself is forgotten.
pub struct Pepper {
    seal: LessSafeKey,
    tokens: hmac::Key,
    id: String,
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pepper({})", self.id)
    }
}

struct IdBytes;

impl KeyType for IdBytes {
    fn len(&self) -> usize {
        16
    }
}

impl Pepper {
    /// Reads the pepper in `data_dir`, or makes it.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub fn read_or_make(data_dir: &Path) -> Result<Self, JournalError> {
        let failed = |error: std::io::Error| JournalError::Unusable {
            path: data_dir.join(FILE).display().to_string(),
            source: Arc::new(error),
        };
        let secret = match read(data_dir).map_err(failed)? {
            Some(secret) => secret,
            None => make(data_dir).map_err(failed)?,
        };
        Self::of(&secret).ok_or_else(|| JournalError::Damaged("no key comes of the pepper".to_owned()))
    }

    fn of(secret: &[u8]) -> Option<Self> {
        let whole = Salt::new(HKDF_SHA256, SALT).extract(secret);
        let mut id = [0; 16];
        whole.expand(&[b"id"], IdBytes).ok()?.fill(&mut id).ok()?;
        let tokens = whole.expand(&[b"screen tokens"], hmac::HMAC_SHA256).ok()?;
        Some(Self {
            seal: LessSafeKey::new(UnboundKey::from(whole.expand(&[b"grants"], &AES_256_GCM).ok()?)),
            tokens: hmac::Key::from(tokens),
            id: hex::encode(id),
        })
    }

    /// Tells this pepper from another; says nothing about it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The token of a screen: the same each time, so that it need not be kept to be told again.
    #[must_use]
    pub fn screen_token(&self, screen: Uuid) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.tokens, screen.as_bytes()))
    }

    /// Base64 of nonce, text under the pepper's key, and tag; bound to `whose` row it is.
    pub(super) fn seal(&self, whose: Uuid, text: &str) -> Result<String, JournalError> {
        let failed = |_| JournalError::Damaged("a row could not be sealed".to_owned());
        let mut nonce = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut nonce).map_err(failed)?;
        let mut sealed = text.as_bytes().to_vec();
        self.seal
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(whose.as_bytes()),
                &mut sealed,
            )
            .map_err(failed)?;
        Ok(STANDARD.encode([&nonce[..], &sealed].concat()))
    }

    /// The text again; `None` when it was sealed under another pepper, for another row, or altered.
    pub(super) fn open(&self, whose: Uuid, sealed: &str) -> Option<String> {
        let mut bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let text = self.seal.open_in_place(nonce, Aad::from(whose.as_bytes()), text).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

/// A file that is too short was not written to its end, or is not a pepper: a new one is made.
fn read(data_dir: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(data_dir.join(FILE)) {
        Ok(secret) if secret.len() == BYTES => Ok(Some(secret)),
        Ok(_) => {
            tracing::error!(file = FILE, "the pepper is damaged; another is made");
            std::fs::remove_file(data_dir.join(FILE))?;
            Ok(None)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whole or not at all; of two processes that make one at once, one wins.
fn make(data_dir: &Path) -> std::io::Result<Vec<u8>> {
    let mut secret = [0; BYTES];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_| std::io::Error::other("the machine gives no randomness"))?;
    let (path, half) = (
        data_dir.join(FILE),
        data_dir.join(format!("{FILE}.{}", std::process::id())),
    );
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    let placed = std::fs::hard_link(&half, &path);
    std::fs::remove_file(&half)?;
    match placed {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if cfg!(unix) {
        File::open(data_dir)?.sync_all()?;
    }
    // What counts is what is on disk.
    std::fs::read(path)
}
