//! Questions that wait and answers that stream end with the process, so that it ends at once.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::platform::http::Failure;

/// How long an ordinary question still has: those that wait would take longer.
const GRACE: Duration = Duration::from_millis(250);

/// Drops questions that wait (only reads do) and cuts off streams of events when the process is
/// told to end. Their askers ask again, elsewhere or later.
pub(super) async fn end_with_the_process(
    State(shutdown): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    let response = if request.method() == Method::GET {
        let late = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            response = next.run(request) => response,
            () = late => ending().into_response(),
        }
    } else {
        next.run(request).await
    };
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        let ended = shutdown.cancelled_owned();
        return response.map(|body| Body::from_stream(body.into_data_stream().take_until(ended)));
    }
    response
}

fn ending() -> Failure {
    Failure::new(
        503,
        "shutting_down",
        "Server sedang dihentikan",
        "The server is shutting down",
    )
    .retry_after(1)
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, time::Duration};

    use axum::{
        Router,
        body::Body,
        http::{Request, StatusCode},
        middleware::from_fn_with_state,
        response::sse::{Event, Sse},
        routing::get,
    };
    use futures_util::stream;
    use tokio_util::sync::CancellationToken;
    use tower::ServiceExt;

    const SOON: Duration = Duration::from_secs(10);

    fn program(shutdown: &CancellationToken) -> Router {
        let events = || async { Sse::new(stream::pending::<Result<Event, Infallible>>()) };
        Router::new()
            .route("/stream", get(events))
            .route("/wait", get(std::future::pending::<()>))
            .layer(from_fn_with_state(shutdown.clone(), super::end_with_the_process))
    }

    #[tokio::test]
    async fn a_question_that_waits_is_answered_when_the_process_ends() {
        let shutdown = CancellationToken::new();
        let waiting = program(&shutdown).oneshot(Request::get("/wait").body(Body::empty()).unwrap());
        let waiting = tokio::spawn(waiting);
        shutdown.cancel();
        let response = tokio::time::timeout(SOON, waiting).await.unwrap().unwrap().unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_stream_ends_when_the_process_ends() {
        let shutdown = CancellationToken::new();
        let request = Request::get("/stream").body(Body::empty()).unwrap();
        let response = program(&shutdown).oneshot(request).await.unwrap();
        let reading = tokio::spawn(axum::body::to_bytes(response.into_body(), usize::MAX));
        shutdown.cancel();
        let read = tokio::time::timeout(SOON, reading).await;
        assert!(read.is_ok(), "the stream goes on");
    }
}
