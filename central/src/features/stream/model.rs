//! Tables `streams`, `commands`, `held_rows`, `exceptions`, `numbers_told`, `digests`.

/// Where outlets stand.
pub mod stream {
    use sea_orm::entity::prelude::*;

    /// A row of `streams`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "streams")]
    pub struct Model {
        /// The outlet.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outlet_id: Uuid,
        /// The life of its edge; 0 while central leads.
        pub incarnation: i64,
        /// The last command booked or held.
        pub last_seq: i64,
        /// The journal's hash there.
        pub chain_hash: String,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What outlets did.
pub mod command {
    use sea_orm::entity::prelude::*;

    /// A row of `commands`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "commands")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The outlet.
        pub outlet_id: Uuid,
        /// The life of its edge.
        pub incarnation: i64,
        /// Its place in the stream.
        pub seq: i64,
        /// What kind of act.
        pub kind: String,
        /// The protocol that kind last changed in.
        pub version: i32,
        /// The command, to the byte.
        pub body: String,
        /// Hash of the edge's changes.
        pub edge_hash: String,
        /// Hash of central's; `None` while held.
        pub central_hash: Option<String>,
        /// What became of it.
        pub outcome: String,
        /// Why it is listed for review, as JSON.
        pub exceptions: String,
        /// When it was given, by the edge's clock.
        pub given_at: Option<i64>,
        /// When it came here.
        pub received_at: i64,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The rows of held commands' owners.
pub mod held_rows {
    use sea_orm::entity::prelude::*;

    /// A row of `held_rows`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "held_rows")]
    pub struct Model {
        /// The command.
        #[sea_orm(primary_key, auto_increment = false)]
        pub command_id: Uuid,
        /// The changes it made at the edge, to the byte.
        pub changes: String,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a person should look at.
pub mod exception {
    use sea_orm::entity::prelude::*;

    /// A row of `exceptions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exceptions")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The outlet.
        pub outlet_id: Uuid,
        /// The command.
        pub command_id: Uuid,
        /// The command's place.
        pub seq: i64,
        /// The command's kind.
        pub kind: String,
        /// Why.
        pub code: String,
        /// The exception, as JSON.
        pub detail: String,
        /// When it was listed.
        pub created_at: i64,
        /// When somebody settled it.
        pub settled_at: Option<i64>,
        /// Who.
        pub settled_by: Option<Uuid>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Numbers told.
pub mod number {
    use sea_orm::entity::prelude::*;

    /// A row of `numbers_told`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "numbers_told")]
    pub struct Model {
        /// The outlet.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outlet_id: Uuid,
        /// The business day.
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: String,
        /// The series.
        #[sea_orm(primary_key, auto_increment = false)]
        pub series: String,
        /// The number.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// Whose it is.
        pub row_id: Uuid,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// When outlet and central were last compared.
pub mod digest {
    use sea_orm::entity::prelude::*;

    /// A row of `digests`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "digests")]
    pub struct Model {
        /// The outlet.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outlet_id: Uuid,
        /// The edge that sent it.
        pub edge_id: Uuid,
        /// The position it was proved at.
        pub seq: i64,
        /// The journal's hash there.
        pub chain_hash: String,
        /// The first day it was over; all days when there is none.
        pub since: Option<String>,
        /// How many rows of the outlet it was over.
        pub row_count: i64,
        /// How many of them differ.
        pub differing: i64,
        /// How many wait for a held command.
        pub held: i64,
        /// When.
        pub proved_at: i64,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
