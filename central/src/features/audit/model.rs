//! Table `activity_log`.

use sea_orm::entity::prelude::*;

/// A row of `activity_log`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_log")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which log: the feature.
    pub log_name: String,
    /// What was done, in words.
    pub description: String,
    /// What kind of thing it was done to.
    pub subject_type: Option<String>,
    /// To which.
    pub subject_id: Option<Uuid>,
    /// What was done, in a word: `created`, `updated`, `deleted` …
    pub event: Option<String>,
    /// What kind of actor did it: `user`.
    pub causer_type: Option<String>,
    /// Who.
    pub causer_id: Option<Uuid>,
    /// `{"old": …, "attributes": …}`.
    pub attribute_changes: Option<String>,
    /// What else is known: `ip`, `user_agent`, `url` …
    pub properties: String,
    /// When, in microseconds since the epoch.
    pub created_at: i64,
    /// As `created_at`: entries never change.
    pub updated_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
