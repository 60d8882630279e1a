//! The document and the routes say the same.

use axum::body::Body;
use http::{Method, Request};
use serde_json::Value;

use super::till::Till;
use crate::outlet::openapi_router;

#[tokio::test]
async fn every_endpoint_of_the_document_turns_strangers_away() {
    let till = Till::new().await;
    let document = serde_json::to_value(openapi_router().to_openapi()).unwrap();
    let mut walked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let written = operation.pointer("/requestBody/content").and_then(Value::as_object);
            let media = written.and_then(|content| content.keys().next());
            let method: Method = method.to_uppercase().parse().unwrap();
            let uri = path.replace("{id}", "0198f000-0000-7000-8000-000000000000");
            let uri = if path == "/pair" {
                format!("{uri}?token=wrong")
            } else {
                uri
            };
            let request = Request::builder()
                .method(method.clone())
                .uri(uri)
                .header("content-type", media.map_or("application/json", String::as_str))
                .header("idempotency-key", "k");
            let heard = till.send(request.body(Body::from("{}")).unwrap()).await;
            assert_eq!(heard.problem(), (401, "screen_unpaired"), "{method} {path}");
            walked += 1;
        }
    }
    assert!(walked >= 27, "{walked}");
}

#[tokio::test]
async fn writes_that_need_staff_turn_guests_away() {
    let till = Till::new().await;
    let document = serde_json::to_value(openapi_router().to_openapi()).unwrap();
    let for_anyone = [
        "/api/outlet/tickets",
        "/api/outlet/check-in",
        "/api/outlet/check-in/look-up",
        "/api/outlet/staff/sign-in",
        "/api/outlet/staff/sign-out",
        "/api/outlet/devices/{id}/print",
    ];
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("post").is_none() || for_anyone.contains(&path.as_str()) {
            continue;
        }
        let uri = path.replace("{id}", "0198f000-0000-7000-8000-000000000000");
        assert_eq!(
            till.post(&uri, &Value::Null).await.problem(),
            (403, "staff_needed"),
            "{path}"
        );
    }
}

#[test]
fn every_operation_has_a_name_for_the_typed_client() {
    let document = serde_json::to_value(openapi_router().to_openapi()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()));
        }
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for schema in ["TicketView", "SaleView", "CommandRef", "Problem", "SyncView"] {
        assert!(schemas.contains_key(schema), "{schema} is missing");
    }
}
