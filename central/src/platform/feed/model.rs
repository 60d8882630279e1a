//! Tables `feed_topics` and `feed`.

/// Where a topic stands.
pub mod topic {
    use sea_orm::entity::prelude::*;

    /// A row of `feed_topics`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "feed_topics")]
    pub struct Model {
        /// The topic.
        #[sea_orm(primary_key, auto_increment = false)]
        pub topic: String,
        /// The last number taken.
        pub last: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What changed.
pub mod entry {
    use sea_orm::entity::prelude::*;

    /// A row of `feed`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "feed")]
    pub struct Model {
        /// The topic.
        #[sea_orm(primary_key, auto_increment = false)]
        pub topic: String,
        /// Its number there.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        /// What kind of row.
        pub kind: String,
        /// The row.
        pub row_id: Uuid,
        /// Its JSON; `None` when it was deleted.
        pub body: Option<String>,
        /// When, in microseconds since the epoch.
        pub made_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
