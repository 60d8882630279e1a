//! A proof that outlet and central have the same rows, asked for at the desk.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    journal::{JournalError, ProofAsked, Reply},
    outlet::{
        House,
        asked::Asked,
        staff::{Staff, ViewSync},
        views::Data,
    },
    problems::Fault,
};

/// Which rows are to be compared.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::outlet) struct ProofBody {
    /// All business days; those of the nightly proof when not said.
    #[serde(default)]
    whole: bool,
}

/// Has outlet and central compared as soon as central has all commands; the sync view says how it went.
#[utoipa::path(post, path = "/api/outlet/sync/digest", operation_id = "askProof", tag = "sync",
    request_body = ProofBody, responses((status = 202, body = Data<ProofAsked>)))]
pub(in crate::outlet) async fn ask_proof(
    State(house): State<House>,
    staff: Staff<ViewSync>,
    asked: Asked<ProofBody>,
) -> Result<Reply, Fault> {
    let question = asked.question(staff.screen);
    house
        .journal
        .write(move |group| {
            if let Some(told) = group.told(&question)? {
                return Ok(told);
            }
            let data = group.ask_proof(asked.body.whole)?;
            let body = serde_json::to_vec(&Data { data }).map_err(JournalError::from)?;
            group.remember(&question, 202, &body)?;
            Ok(Reply {
                status: 202,
                body,
                replayed: false,
            })
        })
        .await
}
