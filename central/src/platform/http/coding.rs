//! How content may travel (RFC 9110 §12.5.3), where the answer is there before the question.

use std::io::Write as _;

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

/// How content travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// Compressed.
    Gzip,
}

impl Coding {
    /// What the caller wishes, when that is said plainly: without weights and wildcards, which the
    /// compressing layer knows to weigh.
    #[must_use]
    pub fn plainly_wished(asked: &HeaderMap) -> Option<Self> {
        let mut said = asked.get_all(header::ACCEPT_ENCODING).iter();
        let Some(first) = said.next() else {
            return Some(Self::Identity);
        };
        let text = first.to_str().ok().filter(|_| said.next().is_none())?;
        if text.contains([';', '*']) {
            return None;
        }
        let mut codings = text.split(',').map(str::trim);
        Some(if codings.any(|coding| coding.eq_ignore_ascii_case("gzip")) {
            Self::Gzip
        } else {
            Self::Identity
        })
    }
}

/// Compressed content; `None` when it does not become smaller.
pub(super) fn gzip(content: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 4), Compression::default());
    encoder.write_all(content).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < content.len()).then(|| Bytes::from(compressed))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Coding;

    #[test]
    fn what_is_said_plainly_is_taken_and_the_rest_is_left_to_the_layer() {
        let wished = |values: &[&'static str]| {
            let mut asked = HeaderMap::new();
            for value in values {
                asked.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            }
            Coding::plainly_wished(&asked)
        };
        assert_eq!(wished(&[]), Some(Coding::Identity));
        assert_eq!(wished(&["gzip, deflate, br"]), Some(Coding::Gzip));
        assert_eq!(wished(&["GZIP"]), Some(Coding::Gzip));
        assert_eq!(wished(&["br, identity"]), Some(Coding::Identity));
        for weighed in [&["gzip;q=0"][..], &["*"], &["identity;q=0, gzip"], &["br", "gzip"]] {
            assert_eq!(wished(weighed), None, "{weighed:?}");
        }
    }
}
