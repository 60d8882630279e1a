//! Rows of the feed as central of the present protocol may send them, each field set somewhere, each word said
//! somewhere: `feed-4.rows.jsonl`, which is written by hand.

use std::collections::BTreeSet;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::OpenApi;

use super::{PROTOCOL, day_says, read, schema::Schemas};
use crate::{
    catalog::Product,
    digest::DigestAsked,
    outlet::{Grant, Outlet, SignedGrant},
    queue::RemoteTicket,
    request::Request,
    sync::{CommandResult, FeedRow, Reviewed},
};

/// What the feed carries.
#[derive(OpenApi)]
#[openapi(components(schemas(
    FeedRow,
    Product,
    Outlet,
    SignedGrant,
    Grant,
    RemoteTicket,
    Request,
    CommandResult,
    Reviewed,
    DigestAsked
)))]
struct Told;

/// It is what this program reads, and what it writes: nothing of it is passed over.
fn is_a<T: DeserializeOwned + Serialize>(body: &Value) {
    let read = T::deserialize(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!(&serde_json::to_value(read).unwrap(), body);
}

#[test]
fn invariant_11_every_field_and_word_of_the_feed_is_in_a_recording() {
    let schemas = Schemas::of(Told::openapi());
    let mut said = day_says();
    for line in read(&format!("feed-{PROTOCOL}.rows.jsonl")).lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        is_a::<FeedRow>(&row);
        schemas.said("FeedRow", &row, &mut said);
        let body = &row["body"];
        if body.is_null() {
            continue;
        }
        let name = match row["kind"].as_str().unwrap() {
            "product" => (is_a::<Product>(body), "Product").1,
            "outlet" => (is_a::<Outlet>(body), "Outlet").1,
            "remote_ticket" => (is_a::<RemoteTicket>(body), "RemoteTicket").1,
            "request" => (is_a::<Request>(body), "Request").1,
            "command_result" => (is_a::<CommandResult>(body), "CommandResult").1,
            "reviewed" => (is_a::<Reviewed>(body), "Reviewed").1,
            "digest" => (is_a::<DigestAsked>(body), "DigestAsked").1,
            "grant" => {
                is_a::<SignedGrant>(body);
                grant(&schemas, body["grant"].as_str().unwrap(), &mut said);
                "SignedGrant"
            }
            other => panic!("no feed carries {other}"),
        };
        schemas.said(name, body, &mut said);
    }
    let missing: Vec<String> = schemas.all().difference(&said).cloned().collect();
    // An answer that waits is no row, and no command names a table nobody knows.
    let none: Vec<&String> = missing.iter().filter(|part| !NEVER.contains(&part.as_str())).collect();
    assert!(none.is_empty(), "not in the recording: {none:#?}");
}

const NEVER: [&str; 2] = ["RequestState=waiting", "Table=unknown"];

/// Later permissions travel apart from the first, see [`Grant`].
fn grant(schemas: &Schemas, text: &str, said: &mut BTreeSet<String>) {
    let mut grant: Value = serde_json::from_str(text).unwrap();
    is_a::<Grant>(&grant);
    let further = grant["further"].take();
    let permissions = grant["permissions"].as_array_mut().unwrap();
    permissions.extend(further.as_array().cloned().unwrap_or_default());
    schemas.said("Grant", &grant, said);
}
