//! Streams, commands, exceptions and numbers in the database.

use std::collections::{HashMap, HashSet};

use gerai_shared::{
    CommandId, Day, EdgeId, OutletId, RowKey, command::Header, journal::GENESIS, queue::Series, sync::SeriesFloor,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
    sea_query::Expr,
};
use uuid::Uuid;

use super::model::{command, number, stream};
use crate::platform::db::{insert_rows, padded};

/// Where an outlet stands in its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The outlet.
    pub outlet: OutletId,
    /// The life of its edge; 0 while central leads.
    pub incarnation: u32,
    /// The last command booked or held.
    pub last_seq: u64,
    /// The journal's hash there.
    pub chain_hash: String,
}

impl From<stream::Model> for Position {
    fn from(row: stream::Model) -> Self {
        Self {
            outlet: row.outlet_id.into(),
            incarnation: u32::try_from(row.incarnation).unwrap_or_default(),
            last_seq: row.last_seq.unsigned_abs(),
            chain_hash: row.chain_hash,
        }
    }
}

/// Locks an outlet's stream row for the rest of the transaction; makes it when there is none.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &impl ConnectionTrait, outlet: OutletId) -> Result<Position, DbErr> {
    let find = || stream::Entity::find_by_id(outlet.0).lock_exclusive();
    if let Some(row) = find().one(tx).await? {
        return Ok(row.into());
    }
    let made = stream::Entity::insert(stream::ActiveModel {
        outlet_id: Set(outlet.0),
        incarnation: Set(0),
        last_seq: Set(0),
        chain_hash: Set(GENESIS.to_owned()),
    })
    .exec_without_returning(tx)
    .await;
    match made {
        Ok(_) => {}
        // Another transaction made it first; its row is the one to lock.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {}
        Err(error) => return Err(error),
    }
    find()
        .one(tx)
        .await?
        .map(Position::from)
        .ok_or_else(|| DbErr::RecordNotFound(format!("stream of outlet {outlet}")))
}

/// Where an outlet stands, without locking.
///
/// # Errors
/// The database's.
pub async fn position(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Option<Position>, DbErr> {
    Ok(stream::Entity::find_by_id(outlet.0).one(db).await?.map(Position::from))
}

/// Gives an outlet to the next life of its edge, whose journal starts anew, or back to central.
/// The caller holds the stream row.
///
/// # Errors
/// The database's.
pub async fn adopt(tx: &impl ConnectionTrait, outlet: OutletId, incarnation: u32) -> Result<(), DbErr> {
    // Behind a backup an earlier life may have told more than the one that led last.
    let last = command::Entity::find()
        .filter(command::Column::OutletId.eq(outlet.0))
        .order_by_desc(command::Column::Seq)
        .limit(1)
        .one(tx)
        .await?
        .map_or(0, |row| row.seq.unsigned_abs());
    let last_seq = lock(tx, outlet).await?.last_seq;
    adopt_after(tx, outlet, incarnation, last.max(last_seq)).await
}

/// As [`adopt`], by a life of its edge whose journal starts after `last_seq`, wherever the stream stands.
///
/// # Errors
/// The database's.
pub async fn adopt_after(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    incarnation: u32,
    last_seq: u64,
) -> Result<(), DbErr> {
    stream::Entity::update_many()
        .col_expr(stream::Column::Incarnation, Expr::value(i64::from(incarnation)))
        .col_expr(
            stream::Column::LastSeq,
            Expr::value(i64::try_from(last_seq).unwrap_or(i64::MAX)),
        )
        .col_expr(stream::Column::ChainHash, Expr::value(GENESIS))
        .filter(stream::Column::OutletId.eq(outlet.0))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn advance(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    last_seq: u64,
    chain_hash: &str,
) -> Result<(), DbErr> {
    stream::Entity::update_many()
        .col_expr(
            stream::Column::LastSeq,
            Expr::value(i64::try_from(last_seq).unwrap_or(i64::MAX)),
        )
        .col_expr(stream::Column::ChainHash, Expr::value(chain_hash))
        .filter(stream::Column::OutletId.eq(outlet.0))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn known(
    tx: &impl ConnectionTrait,
    ids: Vec<CommandId>,
) -> Result<HashMap<CommandId, command::Model>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<_> = ids.into_iter().map(|id| id.0).collect();
    let rows = command::Entity::find()
        .filter(command::Column::Id.is_in(padded(ids)))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row)).collect())
}

/// The commands of an outlet that are held, in order.
pub(super) async fn held(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Vec<command::Model>, DbErr> {
    command::Entity::find()
        .filter(command::Column::OutletId.eq(outlet.0))
        .filter(command::Column::Outcome.eq("held"))
        .order_by_asc(command::Column::Seq)
        .all(db)
        .await
}

/// The rows held commands are about: later commands on them wait.
pub(super) fn held_keys(held: &[command::Model]) -> HashSet<RowKey> {
    held.iter()
        .filter_map(|row| serde_json::from_str::<Header>(&row.body).ok())
        .flat_map(|header| header.keys)
        .collect()
}

/// Which of these numbers have been told, by (day, series, number).
pub(super) async fn told(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    numbers: &[(Day, Series, u32)],
) -> Result<HashSet<(String, String, i32)>, DbErr> {
    let mut found = HashSet::new();
    let mut groups: HashMap<(Day, Series), Vec<i32>> = HashMap::new();
    for (day, series, number) in numbers {
        groups
            .entry((*day, *series))
            .or_default()
            .push(i32::try_from(*number).unwrap_or(i32::MAX));
    }
    for ((day, series), numbers) in groups {
        let rows = number::Entity::find()
            .filter(number::Column::OutletId.eq(outlet.0))
            .filter(number::Column::Day.eq(day.to_string()))
            .filter(number::Column::Series.eq(series.as_str()))
            .filter(number::Column::Number.is_in(padded(numbers)))
            .all(tx)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.day, row.series, row.number)));
    }
    Ok(found)
}

/// The numbers told in a series of a day, in order.
pub(super) async fn numbers(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    day: Day,
    series: Series,
) -> Result<Vec<u32>, DbErr> {
    let rows = number::Entity::find()
        .filter(number::Column::OutletId.eq(outlet.0))
        .filter(number::Column::Day.eq(day.to_string()))
        .filter(number::Column::Series.eq(series.as_str()))
        .order_by_asc(number::Column::Number)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.number.unsigned_abs()).collect())
}

/// The last number told in a series of a day; 0 when none was.
pub(super) async fn last_told(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    day: Day,
    series: Series,
) -> Result<u32, DbErr> {
    let row = number::Entity::find()
        .filter(number::Column::OutletId.eq(outlet.0))
        .filter(number::Column::Day.eq(day.to_string()))
        .filter(number::Column::Series.eq(series.as_str()))
        .order_by_desc(number::Column::Number)
        .limit(1)
        .one(tx)
        .await?;
    Ok(row.map_or(0, |row| row.number.unsigned_abs()))
}

/// The series an outlet counts itself.
const OWN: [Series; 2] = [Series::WalkIn, Series::Receipt];

/// The first number above the last one told that nobody can have told unheard: the next hundred's.
fn clear_of(last: u32) -> u32 {
    (last / 100 + 1) * 100 + 1
}

/// Where the outlet's own series go on for a new life of its edge: at the next free hundred of
/// `days` and of every later day with a number, because the lost disk may have told more than
/// central heard. A day central heard nothing of counts when the outlet had an edge before.
///
/// # Errors
/// The database's.
pub async fn floors(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    days: &[Day],
    had_edge: bool,
) -> Result<Vec<SeriesFloor>, DbErr> {
    free_hundreds(db, outlet, days, &OWN, had_edge).await
}

/// As [`floors`], of any series.
async fn free_hundreds(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    days: &[Day],
    of: &[Series],
    unheard: bool,
) -> Result<Vec<SeriesFloor>, DbErr> {
    let Some(since) = days.iter().min() else {
        return Ok(Vec::new());
    };
    let rows = number::Entity::find()
        .filter(number::Column::OutletId.eq(outlet.0))
        .filter(number::Column::Day.gte(since.to_string()))
        .all(db)
        .await?;
    let mut last: HashMap<(Day, &'static str), (Series, u32)> = HashMap::new();
    if unheard {
        let unheard = days.iter().flat_map(|day| of.iter().map(|series| (*day, *series)));
        last.extend(unheard.map(|(day, series)| ((day, series.as_str()), (series, 0))));
    }
    for row in rows {
        let Some(series) = of.iter().copied().find(|series| series.as_str() == row.series) else {
            continue;
        };
        let day = row.day.parse().map_err(DbErr::Json)?;
        let entry = last.entry((day, series.as_str())).or_insert((series, 0));
        entry.1 = entry.1.max(row.number.unsigned_abs());
    }
    let floor = |((day, _), (series, number))| SeriesFloor {
        day,
        series,
        next: clear_of(number),
    };
    Ok(last.into_iter().map(floor).collect())
}

/// Marks the rest of each hundred of these days as told by `edge`, which may have told numbers
/// central never heard of: central, which counts on from here, stays clear of them. The caller
/// holds the stream row.
///
/// # Errors
/// The database's.
pub async fn stay_clear(tx: &impl ConnectionTrait, outlet: OutletId, days: &[Day], edge: EdgeId) -> Result<(), DbErr> {
    mark(tx, outlet, floors(tx, outlet, days, true).await?, edge.0).await
}

/// Marks the rest of each hundred of the series central counts itself: it may have told numbers that it
/// has forgotten. Where it leads the outlet those are all, else the edge remembers its own. The caller
/// holds the stream row. `days` are those about now, `booked` those somebody may have booked; `epoch`
/// stands for whoever has the numbers.
///
/// # Errors
/// The database's.
pub async fn stay_clear_of_forgotten(
    tx: &impl ConnectionTrait,
    at: &Position,
    days: &[Day],
    booked: &[Day],
    epoch: Uuid,
) -> Result<(), DbErr> {
    let mut floors = free_hundreds(tx, at.outlet, days, &[Series::Mobile], true).await?;
    floors.extend(free_hundreds(tx, at.outlet, booked, &[Series::Booking], true).await?);
    if at.incarnation == 0 {
        floors.extend(free_hundreds(tx, at.outlet, days, &OWN, true).await?);
    }
    mark(tx, at.outlet, floors, epoch).await
}

async fn mark(tx: &impl ConnectionTrait, outlet: OutletId, floors: Vec<SeriesFloor>, by: Uuid) -> Result<(), DbErr> {
    let rows = floors.into_iter().map(|floor| number::ActiveModel {
        outlet_id: Set(outlet.0),
        day: Set(floor.day.to_string()),
        series: Set(floor.series.as_str().to_owned()),
        number: Set(i32::try_from(floor.next - 1).unwrap_or(i32::MAX)),
        row_id: Set(by),
    });
    insert_rows(tx, rows.collect()).await
}
