//! Tables `tickets`, `queue_sessions`, `rooms`, `intakes`, `business_days`, `remote_tickets`.

/// Queue tickets.
pub mod ticket {
    use sea_orm::entity::prelude::*;

    /// A row of `tickets`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tickets")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// The business day.
        pub day: String,
        /// Its number series.
        pub series: String,
        /// Its number.
        pub number: i32,
        /// What for.
        pub product_id: Uuid,
        /// Its name then.
        pub product_name: String,
        /// Its category then.
        pub category: String,
        /// Minutes of its session then.
        pub minutes: i32,
        /// How many people.
        pub party_size: i32,
        /// Which lane.
        pub lane: String,
        /// The customer.
        pub customer_id: Option<Uuid>,
        /// The name to call.
        pub holder: Option<String>,
        /// The remote ticket it was made from.
        pub remote_id: Option<Uuid>,
        /// Why it was held or cancelled.
        pub reason: Option<String>,
        /// Where it stands.
        pub state: String,
        /// In which studio.
        pub studio_id: Option<Uuid>,
        /// In which session.
        pub session_id: Option<Uuid>,
        /// When it was called last.
        pub called_at: Option<i64>,
        /// How often.
        pub calls: i32,
        /// Its place in the service order.
        pub position: i64,
        /// Where it stood before the last act, as JSON.
        pub before_last_act: Option<String>,
        /// When it was issued.
        pub issued_at: i64,
        /// When it was changed.
        pub changed_at: i64,
        /// Rises with every change.
        pub revision: i32,
        /// Opens its status page.
        pub token: Option<String>,
        /// When its business day was closed while it was open.
        pub closed_at: Option<i64>,
        /// What the guest agreed to, as JSON.
        pub consent: Option<String>,
        /// The packet and add-ons the guest chose, as JSON.
        pub wanted: Option<String>,
        /// Its slot, when it was booked, as JSON.
        pub slot: Option<String>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Sessions in studios.
pub mod session {
    use sea_orm::entity::prelude::*;

    /// A row of `queue_sessions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "queue_sessions")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// The business day.
        pub day: String,
        /// Whose.
        pub ticket_id: Uuid,
        /// In which studio.
        pub studio_id: Uuid,
        /// What for.
        pub product_id: Uuid,
        /// Where it stands.
        pub state: String,
        /// Minutes booked.
        pub minutes: i32,
        /// Minutes of those added.
        pub extended_minutes: i32,
        /// When it started.
        pub started_at: i64,
        /// When it ended.
        pub ended_at: Option<i64>,
        /// Rises with every change.
        pub revision: i32,
        /// JSON: the sales that paid for added minutes; null when none did.
        pub extension_sales: Option<String>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What goes on in studios.
pub mod room {
    use sea_orm::entity::prelude::*;

    /// A row of `rooms`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rooms")]
    pub struct Model {
        /// The studio.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// What goes on.
        pub state: String,
        /// The session in it.
        pub session_id: Option<Uuid>,
        /// Why it is out of order.
        pub note: Option<String>,
        /// Since when.
        pub since: i64,
        /// Rises with every change.
        pub revision: i32,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Whether walk-ins are taken.
pub mod intake {
    use sea_orm::entity::prelude::*;

    /// A row of `intakes`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "intakes")]
    pub struct Model {
        /// The outlet.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outlet_id: Uuid,
        /// The business day it was said on.
        pub day: String,
        /// Whether walk-ins are taken.
        pub state: String,
        /// How many may wait at most.
        pub cap: Option<i32>,
        /// What customers are told.
        pub message: Option<String>,
        /// Minutes staff add to the wait estimate.
        pub adjust_minutes: i32,
        /// Since when.
        pub since: i64,
        /// Rises with every change.
        pub revision: i32,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Business days that were closed.
pub mod day {
    use sea_orm::entity::prelude::*;

    /// A row of `business_days`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "business_days")]
    pub struct Model {
        /// Made from outlet and day.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// Which day.
        pub day: String,
        /// When it was closed.
        pub closed_at: i64,
        /// Who closed it.
        pub closed_by: Option<Uuid>,
        /// Whether nobody had closed it before the next day began.
        pub forgotten: bool,
        /// Tickets that ended with it.
        pub ended: i32,
        /// JSON: the last number told in each series.
        pub told: String,
        /// Rises each time it is closed.
        pub revision: i32,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tickets joined from afar.
pub mod remote {
    use sea_orm::entity::prelude::*;

    /// A row of `remote_tickets`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "remote_tickets")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where.
        pub outlet_id: Uuid,
        /// The business day.
        pub day: String,
        /// Its number series.
        pub series: String,
        /// Its number.
        pub number: i32,
        /// What for.
        pub product_id: Uuid,
        /// Its name then.
        pub product_name: String,
        /// Its category then.
        pub category: String,
        /// Minutes of its session then.
        pub minutes: i32,
        /// How many people.
        pub party_size: i32,
        /// Whose.
        pub customer_id: Uuid,
        /// The name to call.
        pub holder: Option<String>,
        /// Where it stands.
        pub state: String,
        /// When it was joined.
        pub joined_at: i64,
        /// When the slot of a booking begins.
        pub starts_at: Option<i64>,
        /// Names its status page.
        pub token: Option<String>,
        /// What an outlet knows the customer's telephone number by.
        pub phone: Option<String>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
