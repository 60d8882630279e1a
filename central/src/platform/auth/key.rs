//! Central's Ed25519 key: signs access tokens and staff grants.

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use gerai_shared::Micros;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Why the key cannot be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file.
    #[error("the key file {path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is in it.
    #[error("{0} does not hold an Ed25519 key in PKCS#8")]
    Content(PathBuf),
}

/// Central's key.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public())
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Reads `central-key.pk8` in `data_dir`, or makes it (mode 0600). Several processes may start
    /// at once: the first to make the file wins.
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds something else.
    pub fn open(data_dir: &Path) -> Result<Self, KeyError> {
        let path = data_dir.join("central-key.pk8");
        let file = |source| KeyError::File {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(data_dir).map_err(file)?;
        if !path.exists() {
            let fresh = Ed25519KeyPair::generate_pkcs8v1(&aws_lc_rs::rand::SystemRandom::new())
                .map_err(|_| KeyError::Content(path.clone()))?;
            let draft = data_dir.join(format!("central-key.{}.draft", std::process::id()));
            let mut out = std::fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&draft)
                .map_err(file)?;
            out.write_all(fresh.as_ref())
                .and_then(|()| out.sync_all())
                .map_err(file)?;
            // A hard link fails when another process was first; its key is read below.
            let _ = std::fs::hard_link(&draft, &path);
            std::fs::remove_file(&draft).map_err(file)?;
        }
        let der = std::fs::read(&path).map_err(file)?;
        Self::from_pkcs8(&der).ok_or(KeyError::Content(path))
    }

    /// Reads a key in PKCS#8.
    #[must_use]
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(der).ok()?;
        let decoding = DecodingKey::from_ed_der(pair.public_key().as_ref());
        Some(Self {
            encoding: EncodingKey::from_ed_der(der),
            decoding,
            pair,
        })
    }

    /// Base64 of the public key.
    #[must_use]
    pub fn public(&self) -> String {
        BASE64.encode(self.pair.public_key().as_ref())
    }

    /// Base64 of the signature over a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        BASE64.encode(self.pair.sign(message).as_ref())
    }

    /// Signs claims as a JWT (EdDSA).
    #[must_use]
    pub fn token(&self, claims: &impl Serialize) -> Option<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &self.encoding).ok()
    }

    /// Reads a JWT of ours that is valid at `now`.
    #[must_use]
    pub fn claims<T: DeserializeOwned>(&self, token: &str, now: Micros) -> Option<T> {
        #[derive(serde::Deserialize)]
        struct Timed<T> {
            exp: i64,
            #[serde(flatten)]
            claims: T,
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Expiry is judged by the injected clock.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let read = jsonwebtoken::decode::<Timed<T>>(token, &self.decoding, &validation).ok()?;
        (read.claims.exp > now.0 / 1_000_000).then_some(read.claims.claims)
    }
}

/// Whether `signature` (base64) is that of `key` (base64 of an Ed25519 public key) over `message`.
#[must_use]
pub fn verify(key: &str, message: &[u8], signature: &str) -> bool {
    let (Ok(key), Ok(signature)) = (BASE64.decode(key), BASE64.decode(signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, key)
        .verify(message, &signature)
        .is_ok()
}
