//! Central's catalogue, beside nginx with the same bytes in a file.

use anyhow::Result;

use super::{Finding, Plan, Request, Role, Subject, compare, pin_this_thread, yardstick};
use crate::{
    central::Central,
    client,
    database::{Database, Engine},
    ports, wait,
};

const PATH: &str = "/api/catalog-products";

pub(super) async fn told(plan: &Plan) -> Result<Finding> {
    pin_this_thread(Role::Measured)?;
    let folder = tempfile::Builder::new().prefix("gerai-bench").tempdir()?;
    let database = Database::open(Engine::Sqlite, &folder.path().join("database")).await?;
    let mut central = Central::new(&folder.path().join("central"), database.url(), ports::free_port()?)?;
    central.set("GERAI_CENTRAL__LIMITS__REQUESTS_PER_MINUTE", u32::MAX);
    central.seed().await?;
    central.start().await?;
    let answer = client::plain(wait::SOON)?
        .get(format!("{}{PATH}", central.url()))
        .send()
        .await?;
    let bytes = answer.bytes().await?;

    let files = folder.path().join("nginx").join("files").join("api");
    std::fs::create_dir_all(&files)?;
    std::fs::write(files.join("catalog-products"), &bytes)?;
    std::fs::write(folder.path().join("nginx").join("files").join("healthz"), "ok")?;
    let server = "root $folder/files; location / { etag on; add_header Cache-Control 'public, max-age=300'; }";
    let nginx = yardstick::nginx(&folder.path().join("nginx"), "", server).await?;
    let size = bytes.len().to_string();
    let subjects = [
        Subject {
            name: "gerai-central".to_owned(),
            request: Request::get(central.address(), PATH, &[]),
            pid: central.pid().unwrap_or_default(),
            proof: Some(("etag", "W/")),
        },
        Subject {
            name: format!("nginx {} file", yardstick::version("nginx", "nginx/").await?),
            request: Request::get(nginx.address, PATH, &[]),
            pid: nginx.pid(),
            proof: Some(("etag", "\"")),
        },
    ];
    let note = format!("{size} bytes; neither writes a line of log for each request.");
    compare(plan, &subjects, &[0.8], &note).await
}
