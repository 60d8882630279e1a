//! Replies to lost questions: an unsafe call with an `Idempotency-Key` is answered once and the
//! same bytes are told again to its repeat.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use gerai_shared::Micros;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Failure;

/// The header that marks a reply told again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

mod model {
    use sea_orm::entity::prelude::*;

    /// A row of `idempotent_replies`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotent_replies")]
    pub struct Model {
        /// Who asked.
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope: String,
        /// Their key.
        #[sea_orm(primary_key, auto_increment = false)]
        pub idempotency_key: String,
        /// SHA-256 of method, path and body.
        pub fingerprint: String,
        /// The status answered.
        pub status: i32,
        /// The body answered.
        pub body: String,
        /// When.
        pub made_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The caller's `Idempotency-Key`, with the method and path it came with.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: String,
    target: String,
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let header = parts.headers.get("idempotency-key").ok_or_else(|| {
            Failure::new(
                400,
                "idempotency_key_missing",
                "Header Idempotency-Key wajib ada",
                "The header Idempotency-Key is needed",
            )
        })?;
        let key = header
            .to_str()
            .ok()
            .filter(|key| (1..=128).contains(&key.len()))
            .ok_or_else(|| {
                Failure::new(
                    400,
                    "idempotency_key_invalid",
                    "Idempotency-Key tidak benar",
                    "The Idempotency-Key is not 1 to 128 visible ASCII characters",
                )
            })?;
        Ok(Self {
            key: key.to_owned(),
            target: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}

/// A question's place among the replies: who asked, with which key, what.
#[derive(Clone, Debug)]
pub struct Replies {
    scope: String,
    key: String,
    fingerprint: String,
}

impl Replies {
    /// The place of a question: `scope` is who asks (`user:<id>`), `body` what they sent.
    #[must_use]
    pub fn of(scope: impl Into<String>, key: IdempotencyKey, body: &impl Serialize) -> Self {
        let mut hash = Sha256::new();
        hash.update(key.target.as_bytes());
        hash.update([0]);
        hash.update(serde_json::to_vec(body).unwrap_or_default());
        Self {
            scope: scope.into(),
            key: key.key,
            fingerprint: hex::encode(hash.finalize()),
        }
    }

    /// The reply given before; or else what `work` makes, status and body, kept in the transaction
    /// that makes it true.
    ///
    /// # Errors
    /// 422 when the key came with another question before; 409, to be asked again, beside a
    /// concurrent twin; the work's; the database's.
    pub async fn once<T: Serialize, E: From<Failure>>(
        &self,
        tx: &impl ConnectionTrait,
        now: Micros,
        work: impl Future<Output = Result<(u16, T), E>>,
    ) -> Result<Reply, E> {
        if let Some(reply) = self.find(tx).await? {
            return Ok(reply);
        }
        let (status, body) = work.await?;
        Ok(self.remember(tx, status, &body, now).await?)
    }

    async fn find(&self, tx: &impl ConnectionTrait) -> Result<Option<Reply>, Failure> {
        let Some(row) = model::Entity::find_by_id((self.scope.clone(), self.key.clone()))
            .one(tx)
            .await?
        else {
            return Ok(None);
        };
        if row.fingerprint != self.fingerprint {
            return Err(Failure::new(
                422,
                "idempotency_key_reused",
                "Idempotency-Key sudah dipakai untuk permintaan lain",
                "The Idempotency-Key was used for another request",
            ));
        }
        Ok(Some(Reply {
            status: u16::try_from(row.status).unwrap_or(200),
            body: row.body,
            replayed: true,
        }))
    }

    async fn remember(
        &self,
        tx: &impl ConnectionTrait,
        status: u16,
        body: &impl Serialize,
        now: Micros,
    ) -> Result<Reply, Failure> {
        let body = serde_json::to_string(body).map_err(|error| Failure::internal(&error))?;
        let row = model::ActiveModel {
            scope: Set(self.scope.clone()),
            idempotency_key: Set(self.key.clone()),
            fingerprint: Set(self.fingerprint.clone()),
            status: Set(i32::from(status)),
            body: Set(body.clone()),
            made_at: Set(now.0),
        };
        model::Entity::insert(row)
            .exec_without_returning(tx)
            .await
            .map_err(twin)?;
        Ok(Reply {
            status,
            body,
            replayed: false,
        })
    }
}

/// Forgets replies given before a point in time, and says how many.
///
/// # Errors
/// The database's.
pub async fn prune_replies(tx: &impl ConnectionTrait, before: Micros) -> Result<u64, DbErr> {
    let old = model::Column::MadeAt.lt(before.0);
    Ok(model::Entity::delete_many().filter(old).exec(tx).await?.rows_affected)
}

fn twin(error: DbErr) -> Failure {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::new(
            409,
            "idempotency_in_progress",
            "Permintaan yang sama sedang diproses",
            "The same request is being answered",
        )
        .retry_after(1),
        _ => Failure::from(error),
    }
}

/// A reply of an unsafe call.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    body: String,
    replayed: bool,
}

impl Reply {
    /// Reads what was remembered.
    ///
    /// # Errors
    /// When it is of another shape.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.body).map_err(|error| Failure::internal(&error))
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, self.body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.replayed {
            response
                .headers_mut()
                .insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}
