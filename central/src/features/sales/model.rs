//! Tables `sales`, `sale_lines`, `sale_voids`, `shifts`.

/// Cash sales.
pub mod sale {
    use sea_orm::entity::prelude::*;

    /// A row of `sales`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sales")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// The business day.
        pub day: String,
        /// The receipt's number.
        pub receipt: i32,
        /// The sum of the lines, in rupiah.
        pub total: i64,
        /// Cash taken.
        pub tendered: i64,
        /// Cash given back.
        pub change_given: i64,
        /// The ticket it belongs to.
        pub ticket_id: Option<Uuid>,
        /// The session it belongs to.
        pub session_id: Option<Uuid>,
        /// The catalogue the prices are from.
        pub catalog_version: i64,
        /// Who took the cash.
        pub cashier_id: Option<Uuid>,
        /// When.
        pub sold_at: i64,
        /// The cash shift it counts in.
        pub shift_id: Option<Uuid>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was sold.
pub mod line {
    use sea_orm::entity::prelude::*;

    /// A row of `sale_lines`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sale_lines")]
    pub struct Model {
        /// The sale.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sale_id: Uuid,
        /// Its place, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub line: i32,
        /// The product.
        pub product_id: Uuid,
        /// Its name then.
        pub name: String,
        /// Its category then.
        pub category: String,
        /// How many.
        pub quantity: i32,
        /// Price of one then, in rupiah.
        pub unit_price: i64,
        /// Their product.
        pub amount: i64,
        /// The packet of the product, by its name.
        pub packet: Option<String>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Sales taken back.
pub mod void {
    use sea_orm::entity::prelude::*;

    /// A row of `sale_voids`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sale_voids")]
    pub struct Model {
        /// The sale.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sale_id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// The business day it is booked on.
        pub day: String,
        /// Cash given back, in rupiah.
        pub amount: i64,
        /// Why.
        pub reason: String,
        /// The command that did it.
        pub command_id: Uuid,
        /// Who.
        pub voided_by: Option<Uuid>,
        /// When.
        pub voided_at: i64,
        /// The cash shift that gave the cash back.
        pub shift_id: Option<Uuid>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Cash shifts.
pub mod shift {
    use sea_orm::entity::prelude::*;

    /// A row of `shifts`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "shifts")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// The business day it was opened on.
        pub day: String,
        /// The screen it was opened at.
        pub till_id: Option<Uuid>,
        /// Cash in the drawer at the start, in rupiah.
        pub float_cash: i64,
        /// Who opened it.
        pub opened_by: Option<Uuid>,
        /// When.
        pub opened_at: i64,
        /// JSON: cash that came and went otherwise than by sales.
        pub movements: String,
        /// Who closed it.
        pub closed_by: Option<Uuid>,
        /// When.
        pub closed_at: Option<i64>,
        /// JSON: what it came to.
        pub settlement: Option<String>,
        /// What there was to say about it.
        pub note: Option<String>,
        /// JSON: what was found out afterwards.
        pub corrections: String,
        /// Rises with every change.
        pub revision: i32,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
