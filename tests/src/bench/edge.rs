//! The edge as a cache and as a proxy, before an origin that is not the bottleneck.

use std::{fmt::Write as _, net::SocketAddr, path::Path};

use anyhow::{Context, Result};

use super::{
    Finding, Plan, Request, Role, Subject, bare, compare, pin_this_thread,
    yardstick::{self, Yardstick},
};
use crate::{
    ports,
    process::{Launch, Running},
    programs,
    wait::LATER,
};

const CATALOGUE: &str = "/api/catalog-products";
/// Under no policy of the cache, so that it is passed through each time.
const PASSED: &str = "/api/passed";
const CATALOGUE_BYTES: usize = 40 << 10;
const PASSED_BYTES: usize = 4 << 10;

/// A hit of 40 KB, beside nginx and Varnish.
pub(super) async fn cached(plan: &Plan) -> Result<Finding> {
    pin_this_thread(Role::Measured)?;
    let folder = tempfile::Builder::new().prefix("gerai-bench").tempdir()?;
    let origin = origin(folder.path()).await?;
    let edge = edge(folder.path(), origin.address).await?;
    let nginx = caching_nginx(&folder.path().join("nginx"), origin.address, "").await?;
    let copying = caching_nginx(&folder.path().join("copying"), origin.address, "sendfile off;").await?;
    let varnish = yardstick::varnish(&folder.path().join("varnish"), origin.address).await?;
    let axum = bare::axum(&folder.path().join("axum"), &catalogue()).await?;
    let version = format!("nginx {}", yardstick::version("nginx", "nginx/").await?);
    let subjects = [
        edge.subject("gerai-kiosk", CATALOGUE, Some(("cache-status", "hit"))),
        Subject {
            name: format!("{version} proxy_cache"),
            request: Request::get(nginx.address, CATALOGUE, &[]),
            pid: nginx.pid(),
            proof: Some(("x-cache", "HIT")),
        },
        Subject {
            name: format!("Varnish {}", yardstick::version("varnishd", "varnish-").await?),
            request: Request::get(varnish.address, CATALOGUE, &[]),
            pid: varnish.pid(),
            proof: Some(("x-cache", "HIT")),
        },
        Subject {
            name: format!("{version} proxy_cache, sendfile off"),
            request: Request::get(copying.address, CATALOGUE, &[]),
            pid: copying.pid(),
            proof: Some(("x-cache", "HIT")),
        },
        Subject {
            name: "axum alone, bytes in memory".to_owned(),
            request: Request::get(axum.address, CATALOGUE, &[]),
            pid: axum.pid(),
            proof: None,
        },
    ];
    let note = "Screens are paired, so the edge also knows who asks; nobody logs single requests. With sendfile nginx \
                hands the file's pages to the socket, without it copies the content as all others do: that one has no \
                goal and shows what the copy costs. Nor has axum alone, which shows what the stack costs that is \
                below all of ours.";
    compare(plan, &subjects, &[1.15, 1.0], note).await
}

/// An nginx that caches what `origin` answers and says whether it was a hit.
async fn caching_nginx(folder: &Path, origin: SocketAddr, more: &str) -> Result<Yardstick> {
    let cache = "proxy_cache_path $folder/cache keys_zone=bench:10m;";
    let server = format!(
        "{more} location / {{ proxy_pass http://{origin}; proxy_cache bench; proxy_http_version 1.1;
             proxy_set_header Connection \"\"; add_header X-Cache $upstream_cache_status; }}"
    );
    yardstick::nginx(folder, cache, &server).await
}

/// Passed through, beside nginx.
pub(super) async fn passed(plan: &Plan) -> Result<Finding> {
    pin_this_thread(Role::Measured)?;
    let folder = tempfile::Builder::new().prefix("gerai-bench").tempdir()?;
    let origin = origin(folder.path()).await?;
    let edge = edge(folder.path(), origin.address).await?;
    let nginx = yardstick::nginx(
        &folder.path().join("nginx"),
        &format!(
            "upstream origin {{ server {}; keepalive 64; keepalive_requests 1000000000; }}",
            origin.address
        ),
        "location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection \"\";
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }",
    )
    .await?;
    let subjects = [
        edge.subject("gerai-kiosk", PASSED, Some(("cache-status", "fwd="))),
        Subject {
            name: format!("nginx {} proxy_pass", yardstick::version("nginx", "nginx/").await?),
            request: Request::get(nginx.address, PASSED, &[]),
            pid: nginx.pid(),
            proof: Some(("content-length", "4096")),
        },
    ];
    let note = "4 KB, connections to the origin (nginx, on the asker's core) are kept.";
    compare(plan, &subjects, &[1.0], note).await
}

/// An nginx that serves files as central would, and says that it is well as central does.
async fn origin(folder: &Path) -> Result<Yardstick> {
    let folder = folder.join("origin");
    let api = folder.join("files").join("api");
    std::fs::create_dir_all(&api)?;
    std::fs::write(api.join("catalog-products"), catalogue())?;
    std::fs::write(api.join("passed"), "p".repeat(PASSED_BYTES))?;
    let server = "root $folder/files;
        location = /healthz { return 200 '{\"status\":\"ok\",\"service\":\"gerai-central\"}'; }
        location / { add_header Cache-Control 'public, max-age=300'; }";
    let origin = yardstick::nginx(&folder, "", server).await?;
    origin.move_beside()?;
    Ok(origin)
}

/// A list of products of about 40 KB.
fn catalogue() -> String {
    let mut text = String::from("{\"photobooth\":[");
    while text.len() < CATALOGUE_BYTES {
        let number = text.len();
        let _ = write!(
            text,
            "{{\"id\":\"{number}\",\"name\":\"Self Photo {number}\",\"price\":{},\"category\":\"photobooth\"}},",
            number * 100
        );
    }
    text.truncate(text.len() - 1);
    text.push_str("]}");
    text
}

struct Edge {
    address: SocketAddr,
    token: String,
    running: Running,
}

impl Edge {
    fn subject(&self, name: &str, path: &str, proof: Option<(&'static str, &'static str)>) -> Subject {
        Subject {
            name: name.to_owned(),
            request: Request::get(self.address, path, &[("gerai-screen", &self.token)]),
            pid: self.running.pid(),
            proof,
        }
    }
}

/// An edge with a paired screen, before this central.
async fn edge(folder: &Path, central: SocketAddr) -> Result<Edge> {
    let folder = folder.join("edge");
    let address = ports::loopback(ports::free_port()?);
    let launch = Launch::new(&programs::kiosk()?, &folder)
        .env("GERAI_KIOSK__LISTEN", address)
        .env("GERAI_KIOSK__DATA_DIR", folder.join("data").display())
        .env("GERAI_KIOSK__CENTRAL", format!("http://{central}"));
    let said = launch.clone().args(&["screen", "add", "bench"]).succeed().await?;
    let token = said.split_whitespace().last().context("no pairing token")?.to_owned();
    let mut running = launch.args(&["serve"]).start()?;
    running.ready(&format!("http://{address}/healthz"), LATER).await?;
    Ok(Edge {
        address,
        token,
        running,
    })
}
