//! The bodies of commands, by kind. A field added or changed raises the kind's version, and the older
//! shape is lifted by a converter, for ever. A gained field must be said, if only to say that there is
//! nothing: `Option::deserialize` takes serde's own mercy with a missing one away, so that what an older
//! version did not know is filled in by its converter alone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{OutletId, RequestId, SaleId, SessionId, ShiftId, StudioId, TicketId, UserId},
    intake::{IntakeState, SeriesTold},
    money::Rupiah,
    queue::{ChosenProduct, Consent, Lane, Series, Slot, Wanted},
    sale::{Line, Unacked},
    session::RoomState,
    shift::{Direction, Settlement},
    time::Day,
};

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    };
}

body! {
    /// A walk-in got a number.
    IssueTicket {
        /// The ticket made.
        ticket: TicketId,
        /// The number told.
        number: u32,
        /// What for.
        product: ChosenProduct,
        /// How many people.
        party_size: u32,
        /// Which lane.
        lane: Lane,
        /// The customer, when known to the chain.
        customer: Option<UserId>,
        /// The name to call.
        holder: Option<String>,
        /// The catalogue the product is from.
        catalog_version: u64,
        /// Opens its status page, for whoever has it. Tickets of protocols before 3 have none.
        #[serde(deserialize_with = "Option::deserialize")]
        token: Option<String>,
        /// What the guest agreed to, when asked on a screen. Protocol 3 said it in its last weeks only,
        /// and left it out where nobody was asked.
        #[serde(deserialize_with = "Option::deserialize")]
        consent: Option<Consent>,
        /// The packet and add-ons chosen with it; in protocol 3 as `consent`.
        #[serde(deserialize_with = "Option::deserialize")]
        wanted: Option<Wanted>,
    }
}
body! {
    /// The holder of a remote ticket is here: the outlet's own ticket is made from it.
    CheckIn {
        /// The ticket made.
        ticket: TicketId,
        /// The remote ticket.
        remote: TicketId,
        /// The remote ticket's series.
        series: Series,
        /// The remote ticket's number, told at central.
        number: u32,
        /// What for.
        product: ChosenProduct,
        /// How many people.
        party_size: u32,
        /// Whose.
        customer: UserId,
        /// The name to call.
        holder: Option<String>,
        /// Opens its status page, for whoever has it.
        #[serde(deserialize_with = "Option::deserialize")]
        token: Option<String>,
        /// The slot, when it was booked. Protocols before 4 did not say.
        #[serde(deserialize_with = "Option::deserialize")]
        slot: Option<Slot>,
    }
}
body! {
    /// A ticket was moved into another lane.
    SetLane {
        /// Which.
        ticket: TicketId,
        /// The lane it waits in from now on.
        lane: Lane,
    }
}
body! {
    /// A plain act on a ticket.
    OnTicket {
        /// Which.
        ticket: TicketId,
    }
}
body! {
    /// An act on a ticket that has a reason.
    WithReason {
        /// Which.
        ticket: TicketId,
        /// Why.
        reason: Option<String>,
    }
}
body! {
    /// A number was called.
    CallTicket {
        /// Which.
        ticket: TicketId,
        /// The studio to go to.
        studio: Option<StudioId>,
    }
}
body! {
    /// A ticket was sent elsewhere.
    TransferTicket {
        /// Which.
        ticket: TicketId,
        /// The studio to go to.
        studio: Option<StudioId>,
        /// The product changed to.
        #[serde(deserialize_with = "Option::deserialize")]
        product: Option<ChosenProduct>,
        /// The product changed from; what undo brings back. Protocols before 3 did not say, and
        /// their undo left the product.
        #[serde(deserialize_with = "Option::deserialize")]
        from: Option<ChosenProduct>,
    }
}
body! {
    /// A session began.
    StartSession {
        /// Whose.
        ticket: TicketId,
        /// The session made.
        session: SessionId,
        /// Where.
        studio: StudioId,
        /// For so many minutes.
        minutes: u32,
    }
}
body! {
    /// A ticket's last act was taken back.
    UndoTicket {
        /// Which.
        ticket: TicketId,
        /// The session whose start is undone, if that was the act.
        session: Option<SessionId>,
        /// The studio of that session.
        studio: Option<StudioId>,
    }
}
body! {
    /// A session was made longer.
    ExtendSession {
        /// Which.
        session: SessionId,
        /// How many more minutes.
        minutes: u32,
        /// The sale that paid for them.
        #[serde(deserialize_with = "Option::deserialize")]
        sale: Option<SaleId>,
    }
}
body! {
    /// A session ended.
    EndSession {
        /// Which.
        session: SessionId,
        /// Its ticket.
        ticket: TicketId,
        /// Its studio.
        studio: StudioId,
    }
}
body! {
    /// A room was set free, to cleaning, or out of order.
    SetRoom {
        /// Which.
        studio: StudioId,
        /// What it is now.
        state: RoomState,
        /// Why.
        note: Option<String>,
    }
}
body! {
    /// Goods were sold for cash.
    Sell {
        /// The sale made.
        sale: SaleId,
        /// The receipt's number.
        receipt: u32,
        /// What, at which price.
        lines: Vec<Line>,
        /// The sum of the lines.
        total: Rupiah,
        /// Cash taken.
        tendered: Rupiah,
        /// The ticket it belongs to.
        ticket: Option<TicketId>,
        /// The session it belongs to.
        session: Option<SessionId>,
        /// The catalogue the prices are from.
        catalog_version: u64,
        /// The cash shift it counts in.
        #[serde(deserialize_with = "Option::deserialize")]
        shift: Option<ShiftId>,
        /// What central had not acknowledged before it, where the line was down and only so much cash may be
        /// taken: what the caps were judged by. Protocols before 4 did not say.
        #[serde(deserialize_with = "Option::deserialize")]
        unacked: Option<Unacked>,
    }
}
body! {
    /// A sale was taken back.
    VoidSale {
        /// Which.
        sale: SaleId,
        /// Why.
        reason: String,
        /// The cash shift that gave the cash back.
        #[serde(deserialize_with = "Option::deserialize")]
        shift: Option<ShiftId>,
    }
}
body! {
    /// The queue was opened, paused or closed to walk-ins.
    SetIntake {
        /// The outlet.
        outlet: OutletId,
        /// What it is now.
        state: IntakeState,
        /// How many may wait at most.
        cap: Option<u32>,
        /// What customers are told.
        message: Option<String>,
        /// Tickets that were cleared from the queue with it.
        cleared: Vec<TicketId>,
    }
}
body! {
    /// Staff corrected the wait estimate, for the business day.
    AdjustWait {
        /// The outlet.
        outlet: OutletId,
        /// Minutes to add; negative to take off.
        minutes: i32,
    }
}
body! {
    /// A business day was closed.
    CloseDay {
        /// The outlet.
        outlet: OutletId,
        /// Which day.
        day: Day,
        /// Whether nobody had closed it before the next began.
        forgotten: bool,
        /// Its tickets that end with it.
        tickets: Vec<TicketId>,
        /// The last number told in each series the outlet counts.
        told: Vec<SeriesTold>,
    }
}
body! {
    /// A cash shift began.
    OpenShift {
        /// The shift made.
        shift: ShiftId,
        /// Cash in the drawer.
        float: Rupiah,
    }
}
body! {
    /// Cash was put into the drawer or taken out.
    MoveCash {
        /// The open shift.
        shift: ShiftId,
        /// Into the drawer, or out of it.
        direction: Direction,
        /// How much.
        amount: Rupiah,
        /// Why.
        reason: String,
    }
}
body! {
    /// A cash shift ended.
    CloseShift {
        /// Which.
        shift: ShiftId,
        /// The settlement as told.
        settlement: Settlement,
        /// What there is to say about it.
        note: Option<String>,
    }
}
body! {
    /// A closed shift was corrected; its settlement stays as it was told.
    CorrectShift {
        /// Which.
        shift: ShiftId,
        /// Rupiah to add to what was counted; negative to take off.
        amount: Rupiah,
        /// Why.
        reason: String,
    }
}
body! {
    /// A request was refused by the outlet.
    RefuseRequest {
        /// Which.
        request: RequestId,
        /// The refusal's code.
        code: String,
    }
}
