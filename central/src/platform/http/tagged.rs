//! Answers with an entity tag, and 304 to those who have it (RFC 9110 §8.8.3, §13.1.2).

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{Coding, coding::gzip};

/// A public body that is cached by others and asked for again with `If-None-Match`.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// The body.
    pub body: Bytes,
    /// The same compressed, where that was done beforehand.
    pub gzip: Option<Bytes>,
    /// Its media type.
    pub content_type: &'static str,
    /// `Cache-Control`.
    pub cache_control: &'static str,
    /// The entity tag, with its quotes.
    pub etag: String,
}

impl Tagged {
    /// A JSON body. Its tag is weak: the same JSON may travel compressed.
    ///
    /// # Errors
    /// When it cannot be said in JSON.
    pub fn json(body: &impl serde::Serialize, cache_control: &'static str) -> Result<Self, serde_json::Error> {
        let body = Bytes::from(serde_json::to_vec(body)?);
        let etag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&body)[..16]));
        Ok(Self {
            body,
            gzip: None,
            content_type: "application/json",
            cache_control,
            etag,
        })
    }

    /// The same, compressed beforehand for all who will ask for it so.
    #[must_use]
    pub fn with_gzip(self) -> Self {
        Self {
            gzip: gzip(&self.body),
            ..self
        }
    }

    /// The answer to a caller with these headers: the body, or 304 when they have it.
    #[must_use]
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        self.answer_in(Coding::Identity, asked)
    }

    /// The same, in this coding where that was prepared.
    #[must_use]
    pub fn answer_in(&self, coding: Coding, asked: &HeaderMap) -> Response {
        let had = asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|tags| names(tags, &self.etag));
        let mut response = if had {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let prepared = self.gzip.as_ref().filter(|_| coding == Coding::Gzip);
            let mut full = prepared.unwrap_or(&self.body).clone().into_response();
            if prepared.is_some() {
                full.headers_mut()
                    .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            full.headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            full
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control));
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

/// Whether a list of tags names this one; compared weakly, as `If-None-Match` asks.
fn names(tags: &str, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.trim() == "*" || tags.split(',').any(|tag| bare(tag) == bare(etag))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn tags_are_compared_weakly() {
        assert!(names("\"a\", W/\"b\"", "\"b\""));
        assert!(names("*", "\"b\""));
        assert!(!names("\"a\"", "\"b\""));
    }
}
