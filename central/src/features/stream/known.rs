//! What became of commands central has.

use std::collections::HashMap;

use gerai_shared::{
    CommandId,
    sync::{CommandResult, Outcome},
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{model::command, store};

/// The results of those among `ids` that were taken into a stream, each with the command's bytes.
///
/// # Errors
/// The database's.
pub async fn known_results(
    tx: &impl ConnectionTrait,
    ids: Vec<CommandId>,
) -> Result<HashMap<CommandId, (String, CommandResult)>, DbErr> {
    let rows = store::known(tx, ids).await?;
    rows.into_iter()
        .map(|(id, row)| {
            let result = stored_result(&row)?;
            Ok((id, (row.body, result)))
        })
        .collect()
}

/// What was answered for a command when it came, or since.
pub(super) fn stored_result(row: &command::Model) -> Result<CommandResult, DbErr> {
    Ok(CommandResult {
        id: row.id.into(),
        seq: row.seq.unsigned_abs(),
        outcome: match row.outcome.as_str() {
            "held" => Outcome::Held,
            "excepted" => Outcome::Excepted,
            _ => Outcome::Applied,
        },
        exceptions: serde_json::from_str(&row.exceptions).map_err(|error| DbErr::Json(error.to_string()))?,
    })
}
