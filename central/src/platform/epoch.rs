//! The database's epoch: made once with it, and anew when it was put back from a backup. An edge that
//! meets another epoch knows that it faces another past, and resends.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr, sea_query::Expr,
};
use uuid::Uuid;

use crate::platform::clock::Clock;

const NAME: &str = "epoch";

mod fact {
    use sea_orm::entity::prelude::*;

    /// A row of `facts`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "facts")]
    pub struct Model {
        /// What it says something about.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// What it says.
        pub value: String,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The epoch, made now when there is none. Of several processes that start at once one makes it
/// and all read the same.
///
/// # Errors
/// The database's; when the stored epoch is not an id.
pub async fn epoch(db: &impl ConnectionTrait, clock: &Clock) -> Result<Uuid, DbErr> {
    if let Some(epoch) = read(db).await? {
        return Ok(epoch);
    }
    let fresh = fact::ActiveModel {
        name: Set(NAME.to_owned()),
        value: Set(clock.id().to_string()),
    };
    match fact::Entity::insert(fresh).exec_without_returning(db).await {
        Ok(_) => {}
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {}
        Err(error) => return Err(error),
    }
    read(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the epoch was just made".to_owned()))
}

/// Gives the database another epoch: what was told since its backup is not known to it. Returns the
/// one before and the new one.
///
/// # Errors
/// The database's.
pub async fn renew(tx: &impl ConnectionTrait, clock: &Clock) -> Result<(Uuid, Uuid), DbErr> {
    let (before, fresh) = (epoch(tx, clock).await?, clock.id());
    fact::Entity::update_many()
        .col_expr(fact::Column::Value, Expr::value(fresh.to_string()))
        .filter(fact::Column::Name.eq(NAME))
        .exec(tx)
        .await?;
    Ok((before, fresh))
}

async fn read(db: &impl ConnectionTrait) -> Result<Option<Uuid>, DbErr> {
    let Some(row) = fact::Entity::find_by_id(NAME).one(db).await? else {
        return Ok(None);
    };
    let epoch = row
        .value
        .parse()
        .map_err(|_| DbErr::Type(format!("`{}` is not an epoch", row.value)))?;
    Ok(Some(epoch))
}
