//! Reading and writing sales, many at a time.

use std::collections::HashMap;

use gerai_shared::{Change, Day, OutletId, RowKey, Rupiah, ShiftId, State, change::Table, sale::Sale, shift::Shift};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{convert, model};
use crate::platform::{
    db::{between, padded, upsert_rows},
    http::PageQuery,
};

/// The most ids of one `IN (…)`.
const LOAD_CHUNK: usize = 512;

async fn with_lines(db: &impl ConnectionTrait, sales: Vec<model::sale::Model>) -> Result<Vec<Sale>, DbErr> {
    let mut lines: HashMap<Uuid, Vec<model::line::Model>> = HashMap::new();
    for chunk in sales.chunks(LOAD_CHUNK) {
        let ids = chunk.iter().map(|sale| sale.id).collect();
        let found = model::line::Entity::find()
            .filter(model::line::Column::SaleId.is_in(padded(ids)))
            .order_by_asc(model::line::Column::SaleId)
            .order_by_asc(model::line::Column::Line)
            .all(db)
            .await?;
        for line in found {
            lines.entry(line.sale_id).or_default().push(line);
        }
    }
    sales
        .into_iter()
        .map(|sale| convert::sale(&sale, lines.remove(&sale.id).unwrap_or_default()))
        .collect()
}

/// Loads the sales, voids and shifts among `keys` into `state`.
///
/// # Errors
/// The database's.
pub async fn load(db: &impl ConnectionTrait, keys: &[RowKey], state: &mut State) -> Result<(), DbErr> {
    let ids = |table| {
        keys.iter()
            .filter(|key| key.table == table)
            .map(|key| key.id)
            .collect::<Vec<_>>()
    };
    for chunk in ids(Table::Sale).chunks(LOAD_CHUNK) {
        let found = model::sale::Entity::find()
            .filter(model::sale::Column::Id.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        state.apply(with_lines(db, found).await?.into_iter().map(Change::Sale));
    }
    for chunk in ids(Table::SaleVoid).chunks(LOAD_CHUNK) {
        let found = model::void::Entity::find()
            .filter(model::void::Column::SaleId.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::SaleVoid(convert::void(row)?)]);
        }
    }
    for chunk in ids(Table::Shift).chunks(LOAD_CHUNK) {
        let found = model::shift::Entity::find()
            .filter(model::shift::Column::Id.is_in(padded(chunk.to_vec())))
            .all(db)
            .await?;
        for row in found {
            state.apply([Change::Shift(convert::shift(row)?)]);
        }
    }
    Ok(())
}

/// Writes the sales, voids and shifts among `rows`, each of which is there once.
///
/// # Errors
/// The database's.
pub async fn store(tx: &impl ConnectionTrait, rows: &[&Change]) -> Result<(), DbErr> {
    let (mut sales, mut lines) = (Vec::new(), Vec::new());
    let (mut voids, mut shifts) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Change::Sale(row) => {
                sales.push(convert::sale_row(row)?);
                lines.extend(convert::line_rows(row)?);
            }
            Change::SaleVoid(row) => voids.push(convert::void_row(row)),
            Change::Shift(row) => shifts.push(convert::shift_row(row)?),
            _ => {}
        }
    }
    upsert_rows(tx, sales).await?;
    upsert_rows(tx, lines).await?;
    upsert_rows(tx, voids).await?;
    upsert_rows(tx, shifts).await
}

/// A page of an outlet's rows of one table, by id, and how many there are.
///
/// # Errors
/// The database's.
pub async fn rows_page(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    table: Table,
    page: PageQuery,
) -> Result<(u64, Vec<Change>), DbErr> {
    if table == Table::Sale {
        let all = model::sale::Entity::find().filter(model::sale::Column::OutletId.eq(outlet.0));
        let total = all.clone().count(db).await?;
        let rows = all
            .order_by_asc(model::sale::Column::Id)
            .offset(page.offset())
            .limit(page.size())
            .all(db)
            .await?;
        let rows = with_lines(db, rows).await?.into_iter().map(Change::Sale).collect();
        return Ok((total, rows));
    }
    if table == Table::Shift {
        return shifts_page(db, outlet, page).await.map(|(total, shifts)| {
            let rows = shifts.into_iter().map(Change::Shift).collect();
            (total, rows)
        });
    }
    let all = model::void::Entity::find().filter(model::void::Column::OutletId.eq(outlet.0));
    let total = all.clone().count(db).await?;
    let rows = all
        .order_by_asc(model::void::Column::SaleId)
        .offset(page.offset())
        .limit(page.size())
        .all(db)
        .await?;
    let rows = rows
        .into_iter()
        .map(|row| convert::void(row).map(Change::SaleVoid))
        .collect::<Result<_, _>>()?;
    Ok((total, rows))
}

/// A page of an outlet's cash shifts, the latest first, and how many there are.
///
/// # Errors
/// The database's.
pub async fn shifts_page(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    page: PageQuery,
) -> Result<(u64, Vec<Shift>), DbErr> {
    let all = model::shift::Entity::find().filter(model::shift::Column::OutletId.eq(outlet.0));
    let total = all.clone().count(db).await?;
    let rows = all
        .order_by_desc(model::shift::Column::OpenedAt)
        .order_by_desc(model::shift::Column::Id)
        .offset(page.offset())
        .limit(page.size())
        .all(db)
        .await?;
    let rows = rows.into_iter().map(convert::shift).collect::<Result<_, _>>()?;
    Ok((total, rows))
}

/// The open shift of an outlet.
///
/// # Errors
/// The database's.
pub async fn open_shift(db: &impl ConnectionTrait, outlet: OutletId) -> Result<Option<Shift>, DbErr> {
    let row = model::shift::Entity::find()
        .filter(model::shift::Column::OutletId.eq(outlet.0))
        .filter(model::shift::Column::ClosedAt.is_null())
        .order_by_desc(model::shift::Column::OpenedAt)
        .one(db)
        .await?;
    row.map(convert::shift).transpose()
}

/// What was sold in a shift, and what was given back in it for voids.
///
/// # Errors
/// The database's.
pub async fn shift_totals(db: &impl ConnectionTrait, shift: ShiftId) -> Result<(Rupiah, Rupiah), DbErr> {
    // A sum of BIGINT is a DECIMAL to MySQL, which no code path of ours reads: added up here.
    let sales: Vec<i64> = model::sale::Entity::find()
        .select_only()
        .column(model::sale::Column::Total)
        .filter(model::sale::Column::ShiftId.eq(shift.0))
        .into_tuple()
        .all(db)
        .await?;
    let voids: Vec<i64> = model::void::Entity::find()
        .select_only()
        .column(model::void::Column::Amount)
        .filter(model::void::Column::ShiftId.eq(shift.0))
        .into_tuple()
        .all(db)
        .await?;
    let sum = |amounts: Vec<i64>| {
        Rupiah::sum(amounts.into_iter().map(Rupiah)).ok_or_else(|| DbErr::Type("a shift beyond counting".to_owned()))
    };
    Ok((sum(sales)?, sum(voids)?))
}

/// An outlet's sales, voids and shifts from `since` on, those of `before` not among them.
///
/// # Errors
/// The database's.
pub async fn rows_between(
    db: &impl ConnectionTrait,
    outlet: OutletId,
    since: Option<Day>,
    before: Option<Day>,
) -> Result<Vec<Change>, DbErr> {
    let days = (since, before);
    let of = model::sale::Column::OutletId.eq(outlet.0);
    let sales = between(model::sale::Entity::find().filter(of), model::sale::Column::Day, days);
    let of = model::void::Column::OutletId.eq(outlet.0);
    let voids = between(model::void::Entity::find().filter(of), model::void::Column::Day, days);
    let of = model::shift::Column::OutletId.eq(outlet.0);
    let shifts = between(model::shift::Entity::find().filter(of), model::shift::Column::Day, days);
    let mut rows: Vec<Change> = with_lines(db, sales.all(db).await?)
        .await?
        .into_iter()
        .map(Change::Sale)
        .collect();
    for void in voids.all(db).await? {
        rows.push(Change::SaleVoid(convert::void(void)?));
    }
    for shift in shifts.all(db).await? {
        rows.push(Change::Shift(convert::shift(shift)?));
    }
    Ok(rows)
}

/// The last business day before `day` on which something was sold.
///
/// # Errors
/// The database's.
pub async fn last_day_before(db: &impl ConnectionTrait, outlet: OutletId, day: Day) -> Result<Option<Day>, DbErr> {
    let last = model::sale::Entity::find()
        .filter(model::sale::Column::OutletId.eq(outlet.0))
        .filter(model::sale::Column::Day.lt(day.to_string()))
        .order_by_desc(model::sale::Column::Day)
        .one(db)
        .await?;
    Ok(last.and_then(|row| row.day.parse().ok()))
}

/// An outlet's open shifts of days before `before`.
///
/// # Errors
/// The database's.
pub async fn open_shifts(db: &impl ConnectionTrait, outlet: OutletId, before: Day) -> Result<Vec<Change>, DbErr> {
    let rows = model::shift::Entity::find()
        .filter(model::shift::Column::OutletId.eq(outlet.0))
        .filter(model::shift::Column::ClosedAt.is_null())
        .filter(model::shift::Column::Day.lt(before.to_string()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| convert::shift(row).map(Change::Shift))
        .collect()
}
