//! Tables `jobs`, `job_batches`, `failed_jobs`, `schedule_leases`.

/// Work to be done.
pub mod job {
    use sea_orm::entity::prelude::*;

    /// A row of `jobs`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "jobs")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Its queue.
        pub queue: String,
        /// What kind of work.
        pub kind: String,
        /// What it needs to know, as JSON.
        pub payload: String,
        /// How often it was begun.
        pub attempts: i32,
        /// When it was claimed.
        pub reserved_at: Option<i64>,
        /// Until when the claim holds.
        pub reserved_until: Option<i64>,
        /// From when it may be claimed.
        pub available_at: i64,
        /// Its batch.
        pub batch_id: Option<Uuid>,
        /// When it was enqueued.
        pub created_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Work that belongs together.
pub mod batch {
    use sea_orm::entity::prelude::*;

    /// A row of `job_batches`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "job_batches")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What it is.
        pub name: String,
        /// How many jobs.
        pub total_jobs: i32,
        /// How many are not settled.
        pub pending_jobs: i32,
        /// How many were given up.
        pub failed_jobs: i32,
        /// Which, as JSON.
        pub failed_job_ids: String,
        /// What else is known, as JSON.
        pub options: String,
        /// When it was called off.
        pub cancelled_at: Option<i64>,
        /// When it was enqueued.
        pub created_at: i64,
        /// When the last job was settled.
        pub finished_at: Option<i64>,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Work that was given up.
pub mod failed {
    use sea_orm::entity::prelude::*;

    /// A row of `failed_jobs`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "failed_jobs")]
    pub struct Model {
        /// Its id as a job.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Where jobs are: `database`.
        pub connection: String,
        /// Its queue.
        pub queue: String,
        /// What kind of work.
        pub kind: String,
        /// What it needed to know, as JSON.
        pub payload: String,
        /// What it failed of.
        pub exception: String,
        /// How often it was begun.
        pub attempts: i32,
        /// When it was given up.
        pub failed_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Ticks that were taken.
pub mod lease {
    use sea_orm::entity::prelude::*;

    /// A row of `schedule_leases`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_leases")]
    pub struct Model {
        /// Of which schedule.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// Which: a minute, in microseconds since the epoch.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tick: i64,
        /// When.
        pub taken_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
