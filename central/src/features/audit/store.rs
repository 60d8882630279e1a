//! Writing and reading the log.

use gerai_shared::UserId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    model::{ActiveModel, Column, Entity, Model},
    routes::Filter,
};
use crate::platform::{auth::Origin, clock::Clock, http::PageQuery};

/// The kind of actor users are.
const USER: &str = "user";

/// Something somebody did.
#[derive(Clone, Debug)]
pub struct Entry {
    log: &'static str,
    event: &'static str,
    description: String,
    subject: Option<(&'static str, Uuid)>,
    causer: Option<UserId>,
    changes: Option<Value>,
    properties: Map<String, Value>,
}

impl Entry {
    /// An act: its log (the feature), its event (`created`, `updated`, `deleted`, …) and what was
    /// done in words.
    #[must_use]
    pub fn new(log: &'static str, event: &'static str, description: impl Into<String>) -> Self {
        Self {
            log,
            event,
            description: description.into(),
            subject: None,
            causer: None,
            changes: None,
            properties: Map::new(),
        }
    }

    /// What it was done to.
    #[must_use]
    pub fn on(mut self, kind: &'static str, id: impl Into<Uuid>) -> Self {
        self.subject = Some((kind, id.into()));
        self
    }

    /// Who did it; nobody when the program itself did.
    #[must_use]
    pub fn by(mut self, user: UserId) -> Self {
        self.causer = Some(user);
        self
    }

    /// What it was like before and after; nothing before what was created, nothing after what was
    /// deleted.
    #[must_use]
    pub fn changed<T: Serialize>(mut self, before: Option<&T>, after: Option<&T>) -> Self {
        self.changes = Some(json!({ "old": before, "attributes": after }));
        self
    }

    /// Where the request came from.
    #[must_use]
    pub fn from(mut self, origin: &Origin) -> Self {
        self.properties.insert("ip".to_owned(), json!(origin.ip));
        self.properties
            .insert("user_agent".to_owned(), json!(origin.user_agent));
        self.properties.insert("url".to_owned(), json!(origin.url));
        self
    }

    /// Something else worth knowing.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.properties.insert(name.to_owned(), value.into());
        self
    }
}

/// Writes an entry; to be called in the transaction of the act.
///
/// # Errors
/// The database's.
pub async fn log(tx: &impl ConnectionTrait, clock: &Clock, entry: Entry) -> Result<(), DbErr> {
    let now = clock.now().0;
    let row = ActiveModel {
        id: Set(clock.id()),
        log_name: Set(entry.log.to_owned()),
        description: Set(entry.description),
        subject_type: Set(entry.subject.map(|(kind, _)| kind.to_owned())),
        subject_id: Set(entry.subject.map(|(_, id)| id)),
        event: Set(Some(entry.event.to_owned())),
        causer_type: Set(entry.causer.map(|_| USER.to_owned())),
        causer_id: Set(entry.causer.map(|user| user.0)),
        attribute_changes: Set(entry.changes.map(|changes| changes.to_string())),
        properties: Set(Value::Object(entry.properties).to_string()),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(tx).await.map(drop)
}

/// A page of the entries a filter lets through, newest first, and how many there are in all.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    query: PageQuery,
) -> Result<(u64, Vec<Model>), DbErr> {
    let mut entries = Entity::find();
    if let Some(name) = &filter.log_name {
        entries = entries.filter(Column::LogName.eq(name.as_str()));
    }
    if let Some(event) = &filter.event {
        entries = entries.filter(Column::Event.eq(event.as_str()));
    }
    if let Some(kind) = &filter.subject_type {
        entries = entries.filter(Column::SubjectType.eq(kind.as_str()));
    }
    if let Some(id) = filter.subject_id {
        entries = entries.filter(Column::SubjectId.eq(id));
    }
    if let Some(id) = filter.causer_id {
        entries = entries.filter(Column::CauserId.eq(id));
    }
    let total = entries.clone().count(db).await?;
    let rows = entries
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .offset(query.offset())
        .limit(query.size())
        .all(db)
        .await?;
    Ok((total, rows))
}
