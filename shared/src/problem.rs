//! Errors as RFC 9457 says them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The languages the chain speaks. Indonesian first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

impl Lang {
    /// Reads `Accept-Language` (RFC 9110 §12.5.4): English when it is asked for before Indonesian.
    #[must_use]
    pub fn from_accept(header: Option<&str>) -> Self {
        let mut best = (Self::Id, -1.0_f32);
        for part in header.unwrap_or_default().split(',') {
            let mut pieces = part.trim().split(";q=");
            let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
            let weight = pieces.next().and_then(|q| q.trim().parse().ok()).unwrap_or(1.0);
            let lang = match tag.split('-').next() {
                Some("en") => Self::En,
                Some("id" | "in") => Self::Id,
                _ => continue,
            };
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }

    /// Picks the text of this language.
    #[must_use]
    pub fn pick<'t>(self, id: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Id => id,
            Self::En => en,
        }
    }
}

/// A problem as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `about:blank`, or where the kind of problem is described.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// A stable word that programs may match on.
    pub code: String,
    /// What it is, in the reader's language.
    pub title: String,
    /// What it is about this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which fields of the request were refused, and why; Laravel's shape.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    #[schema(value_type = Object)]
    pub errors: serde_json::Map<String, serde_json::Value>,
    /// Why the answer could not be had, when something outside failed (`lan`, `internet`,
    /// `central`, `supplier`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The request's id, for support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem with its stable code and a title.
    #[must_use]
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            kind: about_blank(),
            status,
            code: code.to_owned(),
            title: title.to_owned(),
            detail: None,
            errors: serde_json::Map::new(),
            cause: None,
            request_id: None,
        }
    }

    /// With what it is about this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With the field that was refused, and why.
    #[must_use]
    pub fn field(mut self, field: &str, why: impl Into<String>) -> Self {
        self.errors.insert(field.to_owned(), serde_json::json!([why.into()]));
        self
    }

    /// With the cause of an outage: `lan`, `internet`, `central` or `supplier`.
    #[must_use]
    pub fn cause(mut self, cause: &str) -> Self {
        self.cause = Some(cause.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_language_asked_for_first_wins_and_indonesian_is_the_default() {
        assert_eq!(Lang::from_accept(None), Lang::Id);
        assert_eq!(Lang::from_accept(Some("fr")), Lang::Id);
        assert_eq!(Lang::from_accept(Some("en-GB,en;q=0.9,id;q=0.8")), Lang::En);
        assert_eq!(Lang::from_accept(Some("en;q=0.2, id;q=0.9")), Lang::Id);
    }
}
