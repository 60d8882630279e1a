//! Where a request comes from.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, HeaderName, header, request::Parts},
};

use crate::platform::Platform;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The longest user agent that is kept, in characters.
const AGENT: usize = 512;

/// Where a request comes from, for limits and the audit.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The caller's address, as far as it is known.
    pub ip: Option<IpAddr>,
    /// What the caller says it is.
    pub user_agent: Option<String>,
    /// Which path was called.
    pub url: String,
}

impl Origin {
    /// Reads it off a request.
    #[must_use]
    pub fn of(parts: &Parts, platform: &Platform) -> Self {
        Self {
            ip: Self::address(&parts.headers, &parts.extensions, platform),
            user_agent: parts
                .headers
                .get(header::USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .map(|agent| agent.chars().take(AGENT).collect()),
            url: parts.uri.path().to_owned(),
        }
    }

    /// The caller's address alone.
    #[must_use]
    pub fn address(headers: &HeaderMap, extensions: &Extensions, platform: &Platform) -> Option<IpAddr> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let forwarded = || {
            let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
            last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let trusted = platform.config.limits.trust_forwarded_for;
        if trusted { forwarded().or(peer) } else { peer }
    }
}

impl FromRequestParts<Platform> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Infallible> {
        Ok(Self::of(parts, platform))
    }
}
