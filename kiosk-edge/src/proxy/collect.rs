//! A body that flows to one client while a copy of it is gathered.

use std::time::Duration;

use async_stream::stream;
use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// What the gatherer hands the client.
enum Piece {
    Content(Bytes),
    /// Too large to gather: the client takes the rest at its own speed.
    Rest(BodyDataStream),
    Broken(axum::Error),
}

/// Gathers a body.
pub struct Gatherer {
    source: BodyDataStream,
    client: UnboundedSender<Piece>,
}

/// Splits a body into one for a client and a gatherer. What the client has not taken yet waits in
/// memory, but no more than the gatherer holds anyway.
pub fn split(body: Body) -> (Body, Gatherer) {
    let (client, pieces) = mpsc::unbounded_channel();
    (
        Body::from_stream(flow(pieces)),
        Gatherer {
            source: body.into_data_stream(),
            client,
        },
    )
}

fn flow(mut pieces: UnboundedReceiver<Piece>) -> impl futures_util::Stream<Item = Result<Bytes, axum::Error>> {
    stream! {
        while let Some(piece) = pieces.recv().await {
            match piece {
                Piece::Content(content) => yield Ok(content),
                Piece::Rest(mut rest) => while let Some(next) = rest.next().await {
                    yield next;
                },
                Piece::Broken(error) => yield Err(error),
            }
        }
    }
}

impl Gatherer {
    /// The whole body, whether or not the client stays; `None` when it breaks off, stalls for
    /// `patience`, or is larger than `limit` bytes.
    pub async fn gather(mut self, limit: usize, patience: Duration) -> Option<Bytes> {
        let mut parts: Vec<Bytes> = Vec::new();
        let mut length = 0;
        loop {
            let next = match tokio::time::timeout(patience, self.source.next()).await {
                Ok(next) => next,
                Err(stalled) => Some(Err(axum::Error::new(stalled))),
            };
            match next {
                None => return Some(join(parts, length)),
                Some(Ok(content)) => {
                    length += content.len();
                    let _ = self.client.send(Piece::Content(content.clone()));
                    if length > limit {
                        let _ = self.client.send(Piece::Rest(self.source));
                        return None;
                    }
                    parts.push(content);
                }
                Some(Err(error)) => {
                    let _ = self.client.send(Piece::Broken(error));
                    return None;
                }
            }
        }
    }
}

fn join(mut parts: Vec<Bytes>, length: usize) -> Bytes {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let mut whole = BytesMut::with_capacity(length);
    parts.iter().for_each(|part| whole.extend_from_slice(part));
    whole.freeze()
}
