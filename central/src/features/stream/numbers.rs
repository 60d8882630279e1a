//! Numbers told: each once, by day and series.

use gerai_shared::{Act, Command, CommandId, Day, Exception, OutletId, queue::Series};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{model::number, store};
use crate::platform::db::insert_rows;

/// The number a command told, of the series its outlet owns.
pub(super) type Told = (CommandId, Day, Series, u32, Uuid);

pub(super) fn number_of(command: &Command) -> Option<Told> {
    let (series, number) = gerai_shared::wish::number_taken(&command.act)?;
    let row = match &command.act {
        Act::IssueTicket(issue) => issue.ticket.0,
        Act::Sell(sell) => sell.sale.0,
        _ => return None,
    };
    Some((command.id, command.stamp.day, series, number, row))
}

/// Writes the numbers told down. One that was told before is an exception of the second.
pub(super) async fn tell_numbers(
    tx: &impl ConnectionTrait,
    outlet: OutletId,
    numbers: Vec<Told>,
) -> Result<Vec<(CommandId, Exception)>, DbErr> {
    let asked: Vec<_> = numbers
        .iter()
        .map(|(_, day, series, number, _)| (*day, *series, *number))
        .collect();
    let mut told = store::told(tx, outlet, &asked).await?;
    let (mut rows, mut twice) = (Vec::with_capacity(numbers.len()), Vec::new());
    for (id, day, series, number, row) in numbers {
        let stored = i32::try_from(number).map_err(|_| DbErr::Type(format!("number {number} does not fit")))?;
        if told.insert((day.to_string(), series.as_str().to_owned(), stored)) {
            rows.push(number::ActiveModel {
                outlet_id: Set(outlet.0),
                day: Set(day.to_string()),
                series: Set(series.as_str().to_owned()),
                number: Set(stored),
                row_id: Set(row),
            });
        } else {
            let number = series.tell(number);
            twice.push((id, Exception::NumberTaken { number }));
        }
    }
    insert_rows(tx, rows).await?;
    Ok(twice)
}
