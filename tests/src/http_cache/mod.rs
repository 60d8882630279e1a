//! The public HTTP cache tests against the edge, and beside it against other caches.
//!
//! The suite is not ours (npm's `http-cache-tests`): `tests/http-cache` pins it, and has its origin,
//! its client and the settings of all caches. Here they are started one after the other, the suite is
//! run against each, and what came of it is written into `docs/HTTP-CACHE.md`.

mod caches;
mod page;
mod verdict;

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use gerai_shared::{Micros, Zone};

use self::{
    caches::{CACHES, Cache, Started},
    verdict::{Score, Test},
};
use crate::{
    ports,
    process::{Launch, Running},
    programs,
    wait::{self, LATER, stopwatch},
};

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Caches by name; all, and the page is written, when none is named.
    pub names: Vec<String>,
    /// How often the suite is run against each; a test counts with its best result.
    pub rounds: usize,
    /// A single test, with all that is said.
    pub only: Option<String>,
}

/// What one cache came to.
struct Fared {
    cache: &'static Cache,
    version: String,
    score: Score,
}

/// Runs the suite as planned. Programs that are not installed are named and left out.
///
/// # Errors
/// When a name is unknown, the suite is not there, or a program does not start.
pub async fn run(plan: &Plan) -> Result<()> {
    for name in &plan.names {
        let known: Vec<_> = CACHES.iter().map(|cache| cache.name).collect();
        ensure!(
            known.contains(&name.as_str()),
            "there is no cache {name}; there are {}",
            known.join(", ")
        );
    }
    let suite = programs::workspace().join("tests/http-cache");
    ensure!(
        suite.join("node_modules").is_dir(),
        "the suite is not there: `npm ci` in {} brings it",
        suite.display()
    );
    let folder = tempfile::Builder::new().prefix("gerai-http-cache").tempdir()?;
    // Squid and others look into it as users of their own.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let origin = ports::free_port()?;
    let mut origin_runs = Launch::new(&node()?, &folder.path().join("origin"))
        .args(&[&suite.join("origin.mjs").to_string_lossy(), &origin.to_string()])
        .start()?;
    origin_runs
        .ready(&format!("http://127.0.0.1:{origin}/healthz"), LATER)
        .await?;
    let wanted: Vec<_> = CACHES
        .iter()
        .filter(|cache| plan.names.is_empty() || plan.names.iter().any(|name| name == cache.name))
        .collect();
    let start = stopwatch();
    let (mut fared, mut missing) = (Vec::new(), Vec::new());
    for (nth, cache) in (1..).zip(&wanted) {
        println!(
            "\n==> {nth} of {}, after {} s: {}",
            wanted.len(),
            start.elapsed().as_secs(),
            cache.title
        );
        if let Err(error) = cache.program() {
            println!("    left out: {error:#}");
            missing.push(cache.title);
            continue;
        }
        let version = cache.version().await?;
        let mut runs = Vec::new();
        for round in 0..plan.rounds {
            // Each time anew: nothing of the round before is kept.
            let home = folder.path().join(format!("{}-{round}", cache.name));
            let started = cache.start(&suite, &home, origin).await?;
            runs.push(once(&suite, cache, &started, &home, plan.only.as_deref()).await?);
        }
        let score = Score::of(&verdict::best(runs));
        print!("{}", page::told(&score));
        fared.push(Fared { cache, version, score });
    }
    drop(origin_runs);
    println!("\n==> {} caches in {} s", fared.len(), start.elapsed().as_secs());
    if plan.names.is_empty() && plan.only.is_none() {
        let file = programs::workspace().join("docs/HTTP-CACHE.md");
        page::write(&file, &page::section(fared, &missing, plan.rounds, &today()))?;
        println!("written: {}", file.display());
    }
    Ok(())
}

/// The suite once against a cache that runs.
async fn once(suite: &Path, cache: &Cache, started: &Started, home: &Path, only: Option<&str>) -> Result<Vec<Test>> {
    let out = home.join("results.json");
    let mut client = tokio::process::Command::new(node()?);
    client
        .arg(suite.join("run.mjs"))
        .arg(format!("http://127.0.0.1:{}/api/ct", started.port))
        .arg(&out)
        .arg(cache.name)
        .kill_on_drop(true);
    if let Some((header, value)) = &started.header {
        client.args([header, value]);
    }
    if let Some(only) = only {
        client.env("ONLY", only);
    }
    let status = client.status().await.context("node cannot be run")?;
    ensure!(status.success(), "the suite ended with {status}");
    Ok(serde_json::from_str(&std::fs::read_to_string(out)?)?)
}

fn node() -> Result<PathBuf> {
    programs::installed(&["node"], "apt-get install nodejs")
}

/// The day, as ISO 8601 has it.
fn today() -> String {
    let now = i64::try_from(wait::unix_seconds()).unwrap_or_default();
    // The day of UTC begins seven hours into the western zone's.
    Zone::Wib.business_day(Micros(now * 1_000_000), 7 * 60).to_string()
}
