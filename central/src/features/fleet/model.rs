//! Tables `edges`, `edge_codes` and `late_commands`.

/// Edge programs.
pub mod edge {
    use gerai_shared::Micros;
    use sea_orm::entity::prelude::*;

    /// A row of `edges`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "edges")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its outlet.
        pub outlet_id: Uuid,
        /// Base64 of its Ed25519 public key.
        pub public_key: String,
        /// The machine's name.
        pub name: String,
        /// The program's version.
        pub version: String,
        /// The protocol it spoke at its last hello; unknown before its first to a central that keeps it.
        pub protocol: Option<i64>,
        /// `pending`, `active`, `revoked` or `fenced`; `forgotten` when it was approved after the backup this
        /// database was put back from.
        pub status: String,
        /// Which life of the outlet's edge it is; 0 while pending.
        pub incarnation: i64,
        /// SHA-256 of the hello token it has confirmed.
        pub token_hash: Option<String>,
        /// SHA-256 of the one sent last, not confirmed yet.
        pub next_token_hash: Option<String>,
        /// Which token was sent last, counted from 1.
        pub token_no: i64,
        /// Hashes of the last hellos that were taken, as JSON.
        pub past_hellos: Option<String>,
        /// Hashes of the tokens of copies that were turned away, as JSON.
        pub copies: Option<String>,
        /// SHA-256 of its session's secret.
        pub session_hash: Option<String>,
        /// The last command of its journal, as it said.
        pub last_seq: i64,
        /// Its journal's hash there.
        pub last_hash: Option<String>,
        /// The command after which its journal starts, as a forgotten one said; 0 of all others.
        pub first_after: i64,
        /// The last heartbeat, as JSON.
        pub heartbeat: Option<String>,
        /// When it was heard last.
        pub seen_at: Option<i64>,
        /// When it was approved.
        pub approved_at: Option<i64>,
        /// When it enrolled.
        pub created_at: i64,
    }

    impl Model {
        /// An edge that has said no hello yet, and waits for an admin.
        pub(in crate::features::fleet) fn unheard(
            id: Uuid,
            outlet_id: Uuid,
            public_key: String,
            name: String,
            now: Micros,
        ) -> Self {
            Self {
                id,
                outlet_id,
                public_key,
                name,
                version: String::new(),
                protocol: None,
                status: "pending".to_owned(),
                incarnation: 0,
                token_hash: None,
                next_token_hash: None,
                token_no: 0,
                past_hellos: None,
                copies: None,
                session_hash: None,
                last_seq: 0,
                last_hash: None,
                first_after: 0,
                heartbeat: None,
                seen_at: None,
                approved_at: None,
                created_at: now.0,
            }
        }
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One-time codes.
pub mod code {
    use sea_orm::entity::prelude::*;

    /// A row of `edge_codes`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "edge_codes")]
    pub struct Model {
        /// SHA-256 of the code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: String,
        /// The outlet it is for.
        pub outlet_id: Uuid,
        /// Until when it can be used.
        pub expires_at: i64,
        /// The edge that used it.
        pub used_by: Option<Uuid>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What edges told after they were fenced.
pub mod late {
    use sea_orm::entity::prelude::*;

    /// A row of `late_commands`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "late_commands")]
    pub struct Model {
        /// The command's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The outlet.
        pub outlet_id: Uuid,
        /// The edge that told it.
        pub edge_id: Uuid,
        /// Which life of the outlet's edge it was.
        pub incarnation: i64,
        /// The command's place in that edge's journal.
        pub seq: i64,
        /// What kind of act.
        pub kind: String,
        /// The command, to the byte.
        pub body: String,
        /// Hash of the changes it made there.
        pub edge_hash: String,
        /// When it came.
        pub received_at: i64,
        /// `waiting`, `accepted` or `dismissed`.
        pub state: String,
        /// Why it was dismissed.
        pub reason: Option<String>,
        /// The request it was accepted as.
        pub request_id: Option<Uuid>,
        /// When a person decided.
        pub settled_at: Option<i64>,
        /// Who.
        pub settled_by: Option<Uuid>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
