//! What a request says: its body, its idempotency key, the row it is about.

use std::{collections::HashMap, str::FromStr};

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest, Sha256};

use super::House;
use crate::{
    journal::{Question, Reply},
    problems::Fault,
};

const KEY_HEADER: &str = "idempotency-key";
const REPLAYED_HEADER: &str = "idempotency-replayed";
const LONGEST_KEY: usize = 128;

/// A JSON body within the size limit. No body counts as `{}`.
pub(super) struct Body<T>(pub(super) T);

/// A JSON body of a write, with the key that knows it again.
pub(super) struct Asked<T> {
    pub(super) body: T,
    key: String,
    fingerprint: String,
}

impl<T> Asked<T> {
    /// The question, as asked by `scope`.
    pub(super) fn question(&self, scope: impl std::fmt::Display) -> Question {
        Question {
            scope: format!("screen:{scope}"),
            key: self.key.clone(),
            fingerprint: self.fingerprint.clone(),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<House> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, house: &House) -> Result<Self, Fault> {
        parse(&read(request, house.rules.body_bytes).await?).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<House> for Asked<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, house: &House) -> Result<Self, Fault> {
        let key = key(request.headers())?;
        let mut hash = Sha256::new();
        hash.update(request.method().as_str());
        hash.update([0]);
        hash.update(request.uri().path());
        hash.update([0]);
        let bytes = read(request, house.rules.body_bytes).await?;
        hash.update(&bytes);
        Ok(Self {
            body: parse(&bytes)?,
            key,
            fingerprint: hex::encode(hash.finalize()),
        })
    }
}

fn key(headers: &HeaderMap) -> Result<String, Fault> {
    headers
        .get(KEY_HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()))
        .map(str::to_owned)
        .ok_or(Fault::KeyMissing)
}

/// The body, within the limit.
pub(super) async fn read(request: Request, limit: usize) -> Result<Vec<u8>, Fault> {
    let body = Limited::new(request.into_body(), limit).collect().await;
    match body {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<LengthLimitError>() => Err(Fault::BodyTooLarge { limit }),
        Err(error) => Err(Fault::MalformedJson(format!("the body ended early: {error}"))),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    // First whether it is JSON at all: that is another fault than not being what is asked for.
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| Fault::MalformedJson(error.to_string()))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        rejected(&path, &error.into_inner())
    })
}

fn rejected(path: &str, error: &serde_json::Error) -> Fault {
    let why = error.to_string();
    // `unknown field` and `missing field` are said of the object around the field.
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| why.strip_prefix(start)?.split('`').next());
    let field = match (path, named) {
        ("." | "", Some(name)) => name.to_owned(),
        ("." | "", None) => "body".to_owned(),
        (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    };
    Fault::InvalidBody { field, why }
}

/// The id in the path. One that cannot be an id names nothing.
pub(super) struct Id<T>(pub(super) T);

impl<T: FromStr> FromRequestParts<House> for Id<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Fault> {
        let Path(id) = Path::<String>::from_request_parts(parts, house)
            .await
            .map_err(|_| Fault::NotFound)?;
        id.parse().map(Self).map_err(|_| Fault::NotFound)
    }
}

/// The query, where a wrong value is a 422 like in a body.
pub(super) struct Asks<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<House> for Asks<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &House) -> Result<Self, Fault> {
        Query::<T>::try_from_uri(&parts.uri)
            .map(|Query(query)| Self(query))
            .map_err(|error| {
                let given = Query::<HashMap<String, String>>::try_from_uri(&parts.uri).unwrap_or_default();
                let why = error.body_text();
                let field = given.keys().find(|name| why.contains(name.as_str()));
                Fault::field(field.map_or("query", String::as_str), why)
            })
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.replayed {
            headers.insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
        }
        response
    }
}
