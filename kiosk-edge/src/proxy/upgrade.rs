//! Connections that change their protocol (WebSocket): after central's 101 the bytes just flow.

use axum::body::Body;
use axum::response::Response;
use http::header::{CONNECTION, UPGRADE};
use http::{HeaderMap, HeaderValue, Request};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

/// A screen's wish to change the protocol.
pub struct Switching {
    protocol: HeaderValue,
    screen: OnUpgrade,
}

/// Takes the wish out of a request, if there is one.
pub fn take(request: &mut Request<Body>) -> Option<Switching> {
    let protocol = request.headers().get(UPGRADE)?.clone();
    let screen = request.extensions_mut().remove::<OnUpgrade>()?;
    Some(Switching { protocol, screen })
}

impl Switching {
    /// Repeats the wish to central; hop-by-hop headers have been taken out before.
    pub fn ask(&self, headers: &mut HeaderMap) {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, self.protocol.clone());
    }

    /// Joins both connections once the screen has its 101.
    pub fn join(self, mut response: Response) -> Response {
        let central = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            let (Ok(screen), Ok(central)) = tokio::join!(self.screen, central) else {
                return;
            };
            let (mut screen, mut central) = (TokioIo::new(screen), TokioIo::new(central));
            // However it ends, both ends are closed with it.
            let _ = tokio::io::copy_bidirectional(&mut screen, &mut central).await;
        });
        response.map(|_| Body::empty())
    }
}
