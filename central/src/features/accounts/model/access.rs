//! Roles and permissions, in tables of the shape of spatie's.

/// Names for sets of permissions.
pub mod role {
    use sea_orm::entity::prelude::*;

    /// A row of `roles`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roles")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What programs call it.
        pub name: String,
        /// `web`, as spatie has it.
        pub guard_name: String,
        /// When it was made.
        pub created_at: i64,
        /// When it changed.
        pub updated_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What somebody may do.
pub mod permission {
    use sea_orm::entity::prelude::*;

    /// A row of `permissions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "permissions")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What programs call it.
        pub name: String,
        /// `web`, as spatie has it.
        pub guard_name: String,
        /// When it was made.
        pub created_at: i64,
        /// When it changed.
        pub updated_at: i64,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who has which role.
pub mod model_role {
    use sea_orm::entity::prelude::*;

    /// A row of `model_has_roles`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "model_has_roles")]
    pub struct Model {
        /// Which role.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: Uuid,
        /// What kind of holder: `user`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub model_type: String,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub model_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who has which permission without a role.
pub mod model_permission {
    use sea_orm::entity::prelude::*;

    /// A row of `model_has_permissions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "model_has_permissions")]
    pub struct Model {
        /// Which permission.
        #[sea_orm(primary_key, auto_increment = false)]
        pub permission_id: Uuid,
        /// What kind of holder: `user`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub model_type: String,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub model_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which role gives which permission.
pub mod role_permission {
    use sea_orm::entity::prelude::*;

    /// A row of `role_has_permissions`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "role_has_permissions")]
    pub struct Model {
        /// Which permission.
        #[sea_orm(primary_key, auto_increment = false)]
        pub permission_id: Uuid,
        /// Which role.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_id: Uuid,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
