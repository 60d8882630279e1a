//! Tables `catalog_*`.

/// What the chain sells.
pub mod product {
    use sea_orm::entity::prelude::*;

    /// A row of `catalog_products`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalog_products")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// A [`gerai_shared::catalog::Category`].
        pub category: String,
        /// The price as shown.
        pub price_display: String,
        /// What to know about it.
        pub info: Option<String>,
        /// Its variants, in words.
        pub variant_text: Option<String>,
        /// For how many people, in words.
        pub people: Option<String>,
        /// Place within its category.
        pub display_order: i32,
        /// The price in rupiah.
        pub price: i64,
        /// A [`super::super::RetailGroup`], for goods.
        pub retail_group: Option<String>,
        /// How long a session takes; 0 for goods.
        pub duration_minutes: i32,
        /// Whether it is offered.
        pub active: bool,
        /// When it was made, in microseconds since the epoch.
        pub created_at: i64,
        /// When it last changed, in microseconds since the epoch.
        pub updated_at: i64,
        /// For how many people at most.
        pub max_party: Option<i32>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a product comes with.
pub mod feature {
    use sea_orm::entity::prelude::*;

    /// A row of `catalog_product_features`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalog_product_features")]
    pub struct Model {
        /// The product.
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        /// Its place, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// Pictures that may be taken.
        pub take_photo: Option<String>,
        /// Digital copies.
        pub digital_copy: Option<String>,
        /// Printed sheets.
        pub printed_sheet: Option<String>,
        /// How long.
        pub duration: Option<String>,
        /// Anything else.
        pub other: Option<String>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Pictures of a product.
pub mod photo {
    use sea_orm::entity::prelude::*;

    /// A row of `catalog_product_photos`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalog_product_photos")]
    pub struct Model {
        /// The product.
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        /// Its place, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// The name it is served under, below `/media/`.
        pub file: String,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Packets of a product with a photographer.
pub mod packet {
    use sea_orm::entity::prelude::*;

    /// A row of `catalog_product_packets`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalog_product_packets")]
    pub struct Model {
        /// The product.
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        /// Its place, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// Its name.
        pub name: String,
        /// The price as shown.
        pub price_display: String,
        /// The price in rupiah.
        pub price: i64,
        /// What is in it.
        pub info: Option<String>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where products may be offered.
pub mod location {
    use sea_orm::entity::prelude::*;

    /// A row of `catalog_locations`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalog_locations")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// Made from its name; unique.
        pub slug: String,
        /// When it was made, in microseconds since the epoch.
        pub created_at: i64,
        /// When it last changed, in microseconds since the epoch.
        pub updated_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where a product is offered.
pub mod offered {
    use sea_orm::entity::prelude::*;

    /// A row of `catalog_product_locations`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalog_product_locations")]
    pub struct Model {
        /// The product.
        #[sea_orm(primary_key, auto_increment = false)]
        pub product_id: Uuid,
        /// The location.
        #[sea_orm(primary_key, auto_increment = false)]
        pub location_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
