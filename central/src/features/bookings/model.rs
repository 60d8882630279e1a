//! Tables `booking_rules` and `booking_blackouts`.

/// How an outlet takes bookings.
pub mod rules {
    use sea_orm::entity::prelude::*;

    /// A row of `booking_rules`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "booking_rules")]
    pub struct Model {
        /// The outlet.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outlet_id: Uuid,
        /// Minutes between the beginnings of two slots.
        pub slot_minutes: i32,
        /// The most bookings of one slot.
        pub per_slot: Option<i32>,
        /// How many days ahead.
        pub ahead_days: i32,
        /// Minutes before a slot after which it cannot be booked.
        pub notice_minutes: i32,
        /// Minutes before a slot after which its booking cannot be changed.
        pub change_minutes: i32,
        /// When they were set.
        pub updated_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Days without bookings.
pub mod blackout {
    use sea_orm::entity::prelude::*;

    /// A row of `booking_blackouts`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "booking_blackouts")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The outlet; all of them when `None`.
        pub outlet_id: Option<Uuid>,
        /// The business day.
        pub day: String,
        /// Why, for the customers.
        pub reason: String,
        /// When it was said.
        pub made_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
