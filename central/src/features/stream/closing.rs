//! What central looks at when a day or a cash shift was closed: are all its numbers and sales here?

use gerai_shared::{Act, Command, Exception, Rupiah, command::CloseDay, queue::Series};
use sea_orm::{ConnectionTrait, DbErr};

use super::store::{self, Position};
use crate::features::sales;

/// What speaks against a closing, once everything before it is booked.
pub(super) async fn audit(
    tx: &impl ConnectionTrait,
    at: &Position,
    command: &Command,
) -> Result<Option<Exception>, DbErr> {
    match &command.act {
        Act::CloseDay(act) => skipped(tx, at, act).await,
        Act::CloseShift(act) => {
            let (sold, voided) = sales::shift_totals(tx, act.shift).await?;
            let less = |from: Rupiah, less: Rupiah| Rupiah(from.0.saturating_sub(less.0));
            let told = less(act.settlement.sales, act.settlement.voids);
            let booked = less(sold, voided);
            let agree = (sold, voided) == (act.settlement.sales, act.settlement.voids);
            Ok((!agree).then_some(Exception::SettlementDiffers { told, booked }))
        }
        _ => Ok(None),
    }
}

/// Numbers of a closed day that nobody was told, as far as central knows (E4).
async fn skipped(tx: &impl ConnectionTrait, at: &Position, act: &CloseDay) -> Result<Option<Exception>, DbErr> {
    let mut numbers = Vec::new();
    for told in &act.told {
        let here = store::numbers(tx, act.outlet, act.day, told.series).await?;
        let first_life = at.incarnation == 1;
        let gaps = gaps(&here, told.last).into_iter();
        let unexplained = gaps.filter(|(_, last)| first_life || !is_jump(*last));
        numbers.extend(unexplained.map(|(first, last)| tell(told.series, first, last)));
    }
    Ok((!numbers.is_empty()).then_some(Exception::NumbersSkipped { day: act.day, numbers }))
}

/// The stretches that are missing from 1 to `last`; `here` is in order.
fn gaps(here: &[u32], last: u32) -> Vec<(u32, u32)> {
    let mut next = 1;
    let mut gaps = Vec::new();
    for number in here.iter().copied().filter(|number| *number <= last).chain([last + 1]) {
        if number > next {
            gaps.push((next, number - 1));
        }
        next = number + 1;
    }
    gaps
}

/// A new life of an edge goes on with the next free hundred; central, when it takes over, marks that
/// hundred itself.
fn is_jump(last: u32) -> bool {
    last.is_multiple_of(100) || (last + 1).is_multiple_of(100)
}

fn tell(series: Series, first: u32, last: u32) -> String {
    if first == last {
        return series.tell(first);
    }
    format!("{}–{}", series.tell(first), series.tell(last))
}

#[cfg(test)]
mod tests {
    use super::{gaps, is_jump};

    #[test]
    fn a_gap_is_found_wherever_it_is_and_a_jump_is_told_apart() {
        assert_eq!(gaps(&[1, 2, 3], 3), []);
        assert_eq!(gaps(&[], 0), []);
        assert_eq!(gaps(&[2, 5], 6), [(1, 1), (3, 4), (6, 6)]);
        assert_eq!(gaps(&[1, 2, 101, 102], 102), [(3, 100)]);
        assert!(is_jump(100) && is_jump(99) && !is_jump(98) && !is_jump(1));
    }
}
