//! Tables `outlets` and `studios`.

/// A shop.
pub mod outlet {
    use sea_orm::entity::prelude::*;

    /// A row of `outlets`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outlets")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its short code; unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// Its city.
        pub city: String,
        /// Its street address.
        pub address: String,
        /// Slug of its catalogue location.
        pub location: String,
        /// `WIB`, `WITA` or `WIT`.
        pub zone: String,
        /// When its business day starts, in minutes after local midnight.
        pub day_starts_at: i32,
        /// JSON: [`gerai_shared::outlet::Hours`] or null, Monday to Sunday.
        pub hours: String,
        /// When it was made, in microseconds since the epoch.
        pub created_at: i64,
        /// When it last changed, in microseconds since the epoch.
        pub updated_at: i64,
        /// JSON: [`gerai_shared::outlet::Caps`].
        pub caps: Option<String>,
        /// Cash it may take over a whole outage, in rupiah.
        pub outage_cap: Option<i64>,
        /// Where the public finds central, as the outlet was told last.
        pub public_url: Option<String>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A room of an outlet.
pub mod studio {
    use sea_orm::entity::prelude::*;

    /// A row of `studios`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "studios")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its outlet.
        pub outlet_id: Uuid,
        /// Its place there, from 0.
        pub position: i32,
        /// Its name.
        pub name: String,
        /// JSON: the categories it serves.
        pub serves: String,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
