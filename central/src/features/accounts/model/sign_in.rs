//! Sign-ins: refresh tokens, devices, wrong passwords.

/// Refresh tokens; those of one sign-in are a family.
pub mod refresh_token {
    use sea_orm::entity::prelude::*;

    /// A row of `refresh_tokens`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Whose.
        pub user_id: Uuid,
        /// The sign-in it is from; `sid` of access tokens.
        pub family: Uuid,
        /// SHA-256 of the token, in hex.
        pub token_hash: String,
        /// The device that signed in.
        pub device_id: Option<String>,
        /// When it was made.
        pub created_at: i64,
        /// Until when it is good.
        pub expires_at: i64,
        /// When it was exchanged.
        pub used_at: Option<i64>,
        /// What it was exchanged for.
        pub successor_id: Option<Uuid>,
        /// When its family was revoked.
        pub revoked_at: Option<i64>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Devices users signed in from.
pub mod device {
    use sea_orm::entity::prelude::*;

    /// A row of `user_devices`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_devices")]
    pub struct Model {
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        /// What the device calls itself.
        #[sea_orm(primary_key, auto_increment = false)]
        pub device_id: String,
        /// What its program calls itself.
        pub user_agent: Option<String>,
        /// Where it called from last.
        pub ip_address: Option<String>,
        /// How often.
        pub sign_ins: i32,
        /// When first.
        pub first_seen_at: i64,
        /// When last.
        pub last_seen_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Wrong passwords in a row.
pub mod failure {
    use sea_orm::entity::prelude::*;

    /// A row of `sign_in_failures`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_failures")]
    pub struct Model {
        /// SHA-256 of the login they were tried on, in hex.
        #[sea_orm(primary_key, auto_increment = false)]
        pub login_hash: String,
        /// How many.
        pub failures: i32,
        /// When last.
        pub last_at: i64,
        /// Until when no password is looked at.
        pub locked_until: Option<i64>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
