//! Cash shifts: what was in the drawer, what came and went, and what was counted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{CommandId, OutletId, ScreenId, ShiftId, StaffId},
    money::Rupiah,
    time::{Day, Micros},
};

/// Which way cash goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into the drawer.
    In,
    /// Out of it.
    Out,
}

/// Cash that was put in or taken out, other than by a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CashMovement {
    /// The command that did it.
    pub command: CommandId,
    /// Which way.
    pub direction: Direction,
    /// How much.
    pub amount: Rupiah,
    /// Why.
    pub reason: String,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// When.
    pub at: Micros,
}

/// What was found out about a shift after it was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShiftCorrection {
    /// The command that did it.
    pub command: CommandId,
    /// Rupiah to add to what was counted; negative to take off.
    pub amount: Rupiah,
    /// Why.
    pub reason: String,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// When.
    pub at: Micros,
}

/// What a shift came to, as told when it was closed. Frozen: later findings are corrections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Cash in the drawer at the start.
    pub float: Rupiah,
    /// Sales of the shift.
    pub sales: Rupiah,
    /// Cash given back for voids in the shift.
    pub voids: Rupiah,
    /// Cash put in otherwise.
    pub paid_in: Rupiah,
    /// Cash taken out otherwise.
    pub paid_out: Rupiah,
    /// `float + sales − voids + paid_in − paid_out`.
    pub expected: Rupiah,
    /// Cash found in the drawer.
    pub counted: Rupiah,
    /// `counted − expected`.
    pub difference: Rupiah,
}

/// A cash shift. Owned by the outlet's edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// Where.
    pub outlet: OutletId,
    /// The business day it was opened on.
    pub day: Day,
    /// The screen it was opened at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub till: Option<ScreenId>,
    /// Cash in the drawer at the start.
    pub float: Rupiah,
    /// Who opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<StaffId>,
    /// When.
    pub opened_at: Micros,
    /// Cash that came and went otherwise than by sales.
    pub movements: Vec<CashMovement>,
    /// Who closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<StaffId>,
    /// When; open while absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Micros>,
    /// What it came to, once closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement: Option<Settlement>,
    /// What there was to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was found out afterwards.
    pub corrections: Vec<ShiftCorrection>,
    /// Rises by one with every change.
    pub revision: u32,
}

impl Shift {
    /// The sum of the movements of one direction; `None` beyond what can be counted.
    #[must_use]
    pub fn moved(&self, direction: Direction) -> Option<Rupiah> {
        let moved = self.movements.iter().filter(|movement| movement.direction == direction);
        Rupiah::sum(moved.map(|movement| movement.amount))
    }

    /// What it comes to with these sales and voids and so much counted; `None` beyond what can be
    /// counted.
    #[must_use]
    pub fn settle(&self, sales: Rupiah, voids: Rupiah, counted: Rupiah) -> Option<Settlement> {
        let (paid_in, paid_out) = (self.moved(Direction::In)?, self.moved(Direction::Out)?);
        let expected = (self.float.plus(sales)?.minus(voids)?).plus(paid_in)?.minus(paid_out)?;
        Some(Settlement {
            float: self.float,
            sales,
            voids,
            paid_in,
            paid_out,
            expected,
            counted,
            difference: counted.minus(expected)?,
        })
    }
}
