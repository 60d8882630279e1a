//! The edge's Ed25519 key. It lies beside the database, not in it, so that a copied database is not
//! an edge.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};

const FILE: &str = "edge-key.pk8";

/// The key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Its file cannot be read or written.
    #[error("{path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Its file is not a key.
    #[error("{path} is not an Ed25519 key (PKCS#8)")]
    NotAKey {
        /// Which.
        path: PathBuf,
    },
    /// The machine gave no randomness.
    #[error("no key could be made: the machine gives no randomness")]
    NoRandomness,
}

/// The edge's key pair.
#[derive(Debug)]
pub struct DeviceKey(Ed25519KeyPair);

impl DeviceKey {
    /// Reads the key in `data_dir`; `None` when there is none yet.
    ///
    /// # Errors
    /// When there is one and it cannot be used.
    pub fn read(data_dir: &Path) -> Result<Option<Self>, KeyError> {
        let path = data_dir.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => match Ed25519KeyPair::from_pkcs8(&bytes) {
                Ok(pair) => Ok(Some(Self(pair))),
                Err(_) => Err(KeyError::NotAKey { path }),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(KeyError::File { path, source }),
        }
    }

    /// Reads the key in `data_dir`, or makes it.
    ///
    /// # Errors
    /// When it can be neither read nor made.
    pub fn read_or_make(data_dir: &Path) -> Result<Self, KeyError> {
        if let Some(key) = Self::read(data_dir)? {
            return Ok(key);
        }
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NoRandomness)?;
        let path = data_dir.join(FILE);
        write_private(data_dir, FILE, document.as_ref()).map_err(|source| KeyError::File {
            path: path.clone(),
            source,
        })?;
        // What counts is what is on disk.
        Self::read(data_dir)?.ok_or(KeyError::NotAKey { path })
    }

    /// Base64 of the public half.
    #[must_use]
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.public_key().as_ref())
    }

    /// Base64 of the signature over `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.0.sign(message).as_ref())
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub(super) fn write_private(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let half = folder.join(format!("{name}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&half, folder.join(name))?;
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
