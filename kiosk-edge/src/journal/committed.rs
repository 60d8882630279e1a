//! What listeners are told of, once it is on disk.

use std::sync::Arc;

use gerai_shared::{Change, CommandId};
use uuid::Uuid;

/// Something that is on disk now.
#[derive(Clone, Debug)]
pub enum Committed {
    /// Commands, in order, with the rows that followed.
    Commands(Arc<[Made]>),
    /// Central has answered for commands up to here.
    Settled {
        /// The last command central has.
        acked_seq: u64,
    },
    /// Rows of central's arrived.
    Followed {
        /// The topic.
        topic: String,
        /// The cursor now.
        position: u64,
        /// Rows `(kind, id)` that came; empty after a snapshot, when anything may have changed.
        rows: Arc<[(String, Uuid)]>,
    },
    /// The edge was enrolled or greeted.
    Device,
    /// Somebody at the outlet wants to know whether outlet and central have the same rows.
    ProofAsked,
    /// Outlet and central were compared.
    Proved,
}

/// A command that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub id: CommandId,
    /// The rows that followed.
    pub changes: Vec<Change>,
}
