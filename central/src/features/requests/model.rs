//! Table `requests`.

/// Wishes about rows an outlet owns.
pub mod request {
    use sea_orm::entity::prelude::*;

    /// A row of `requests`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "requests")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The outlet that decides.
        pub outlet_id: Uuid,
        /// The row it is about.
        pub subject_id: Uuid,
        /// What is asked for, as JSON.
        pub wish: String,
        /// Who asks, as JSON.
        pub asked_by: String,
        /// When.
        pub asked_at: i64,
        /// How far it is.
        pub state: String,
        /// The refusal's code.
        pub code: Option<String>,
        /// When it was answered.
        pub answered_at: Option<i64>,
    }

    /// No relations: features join by id.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
