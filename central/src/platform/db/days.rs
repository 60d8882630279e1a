//! Rows of some business days.

use gerai_shared::Day;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

/// Those of `found` whose column `day` lies from the first day on, those of the second not among them.
pub fn between<E: EntityTrait>(
    mut found: Select<E>,
    day: E::Column,
    (since, before): (Option<Day>, Option<Day>),
) -> Select<E> {
    if let Some(since) = since {
        found = found.filter(day.gte(since.to_string()));
    }
    if let Some(before) = before {
        found = found.filter(day.lt(before.to_string()));
    }
    found
}
