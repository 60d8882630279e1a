//! The one brain: from the outlet's rows and a command to the rows that follow.

mod floor;
mod queue;
mod sale;
mod session;
mod shift;
#[cfg(test)]
mod tests;

use crate::{
    change::{Change, RowKey, Table},
    command::{Act, Command},
    exception::Exception,
    refusal::Refusal,
    request::{Answer, RequestState},
    state::State,
};

/// What follows from a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The new rows, in the order they are hashed.
    pub changes: Vec<Change>,
    /// What a person should look at.
    pub exceptions: Vec<Exception>,
}

impl From<Vec<Change>> for Decision {
    fn from(changes: Vec<Change>) -> Self {
        Self {
            changes,
            exceptions: Vec::new(),
        }
    }
}

/// Decides a command. Reads only the rows named by [`Act::keys`] and the command itself, so that
/// edge and central decide alike.
///
/// # Errors
/// When the rules do not allow it. Only the owner may refuse: to a follower, a refusal means that
/// the two have diverged.
pub fn decide(state: &State, command: &Command) -> Result<Decision, Refusal> {
    let mut decision = match &command.act {
        Act::IssueTicket(act) => queue::issue(state, command, act).map(Decision::from),
        Act::CheckIn(act) => queue::check_in(state, command, act).map(Decision::from),
        Act::CallTicket(act) => queue::call(state, command, act).map(Decision::from),
        Act::RecallTicket(act) => queue::recall(state, command, act.ticket).map(Decision::from),
        Act::HoldTicket(act) => queue::hold(state, command, act).map(Decision::from),
        Act::ResumeTicket(act) => queue::resume(state, command, act.ticket).map(Decision::from),
        Act::NoShowTicket(act) => queue::no_show(state, command, act.ticket).map(Decision::from),
        Act::ReturnTicket(act) => queue::come_back(state, command, act.ticket).map(Decision::from),
        Act::TransferTicket(act) => queue::transfer(state, command, act).map(Decision::from),
        Act::CancelTicket(act) => queue::cancel(state, command, act).map(Decision::from),
        Act::StartSession(act) => session::start(state, command, act).map(Decision::from),
        Act::UndoTicket(act) => queue::undo(state, command, act).map(Decision::from),
        Act::SetLane(act) => queue::set_lane(state, command, act).map(Decision::from),
        Act::ExtendSession(act) => session::extend(state, act).map(Decision::from),
        Act::EndSession(act) => session::end(state, command, act).map(Decision::from),
        Act::SetRoom(act) => session::set_room(state, command, act).map(Decision::from),
        Act::Sell(act) => sale::sell(state, command, act).map(Decision::from),
        Act::VoidSale(act) => sale::void(state, command, act),
        Act::SetIntake(act) => floor::set_intake(state, command, act).map(Decision::from),
        Act::AdjustWait(act) => floor::adjust_wait(state, command, act).map(Decision::from),
        Act::CloseDay(act) => floor::close_day(state, command, act).map(Decision::from),
        Act::OpenShift(act) => shift::open(state, command, act).map(Decision::from),
        Act::MoveCash(act) => shift::move_cash(state, command, act).map(Decision::from),
        Act::CloseShift(act) => shift::close(state, command, act).map(Decision::from),
        Act::CorrectShift(act) => shift::correct(state, command, act).map(Decision::from),
        Act::RefuseRequest(act) => refuse_request(state, command, act).map(Decision::from),
    }?;
    if let (Some(request), false) = (command.request, matches!(command.act, Act::RefuseRequest(_))) {
        decision.changes.push(Change::Answer(Answer {
            request,
            state: RequestState::Done,
            code: None,
            at: command.stamp.time,
        }));
    }
    Ok(decision)
}

fn refuse_request(
    state: &State,
    command: &Command,
    act: &crate::command::RefuseRequest,
) -> Result<Vec<Change>, Refusal> {
    if state.row(RowKey::new(Table::Answer, act.request.0)).is_some() {
        return Err(Refusal::Exists);
    }
    Ok(vec![Change::Answer(Answer {
        request: act.request,
        state: RequestState::Refused,
        code: Some(act.code.clone()),
        at: command.stamp.time,
    })])
}
