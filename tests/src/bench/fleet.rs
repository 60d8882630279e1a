//! A thousand outlets on one central: who waits hears soon, and who comes back gets in.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use gerai_shared::sync::outlet_topic;
use uuid::Uuid;

use super::{Finding, Goal, Plan, Wanted, memory, trade::Trade};
use crate::{
    Engine, World, wait,
    wire::{Session, WireEdge},
};

/// Edges of the fleet.
const EDGES: usize = 1_000;
/// Commands each brings when it comes back.
const COMMANDS: usize = 100;
/// How long an edge lets central hold its question.
const WAIT_MS: u64 = 25_000;
/// Before an edge asks again that was told that central is busy: what central asks for at least.
const PATIENCE: Duration = Duration::from_secs(1);
/// Enrolments at once.
const ENROLLING: usize = 8;

pub(super) async fn waits_and_returns(plan: &Plan) -> Result<Finding> {
    let world = World::on(Engine::Sqlite).edges(0).build().await?;
    let mut edges = enrolled(&world).await?;
    let idle = memory::of(world.central.pid())?;
    let (mut p99, mut waiting) = (Vec::new(), 0.0_f64);
    for nth in 0..plan.rounds.clamp(1, 3) {
        let (times, taken) = a_change(&world, &edges, nth).await?;
        let at = times.len() * 99 / 100;
        println!("    a change reached {EDGES} edges, p99 {:.0} ms", times[at]);
        p99.push(times[at]);
        waiting = waiting.max(taken);
    }
    let back = come_back(&world, &mut edges).await?;
    Ok(Finding {
        how: format!(
            "{EDGES} edges, an outlet each, by hand over HTTP; they wait for the catalogue's topic, and a product is \
             changed at central. Then all come back at once: hello, and {COMMANDS} commands each. A central that asks \
             for patience (429) is asked again after a second. Memory is resident memory."
        ),
        head: ["", ""].map(str::to_owned).to_vec(),
        rows: vec![
            vec!["central before".to_owned(), format!("{idle:.0} MB")],
            vec![
                format!("central with {EDGES} edges waiting"),
                format!("{waiting:.0} MB"),
            ],
            vec![
                format!("{EDGES} edges back, {COMMANDS} commands each"),
                format!(
                    "drained in {:.1} s, asked for patience {} times",
                    back.took.as_secs_f64(),
                    back.busy
                ),
            ],
        ],
        goals: vec![Goal {
            what: "a change reaches all of them, p99 in ms".to_owned(),
            measured: super::median(p99.clone()),
            spread: Some((
                p99.iter().copied().fold(f64::INFINITY, f64::min),
                p99.iter().copied().fold(0.0, f64::max),
            )),
            wanted: Wanted::AtMost(500.0),
        }],
    })
}

/// An edge with its session, and what it has to say.
struct Member {
    session: Session,
    pushes: Vec<(Uuid, Vec<u8>)>,
}

/// Outlets are made as an admin makes them: copies of the first.
async fn enrolled(world: &World) -> Result<Vec<(WireEdge, Member)>> {
    let first = world.outlets().await?[0];
    let mut draft = world.admin.get(&format!("/api/outlets/{first}")).await?.data().clone();
    let fields = draft.as_object_mut().context("an outlet is an object")?;
    fields.remove("id");
    let mut edges = Vec::new();
    for group in 0..EDGES / ENROLLING {
        let made = (0..ENROLLING).map(|nth| one(world, &draft, group * ENROLLING + nth));
        edges.extend(try_join_all(made).await?);
    }
    Ok(edges)
}

async fn one(world: &World, draft: &serde_json::Value, nth: usize) -> Result<(WireEdge, Member)> {
    let mut draft = draft.clone();
    draft["code"] = format!("F{nth:04}").into();
    for studio in draft["studios"].as_array_mut().into_iter().flatten() {
        studio["id"] = crate::wire::fresh_id().to_string().into();
    }
    let outlet = crate::wire::fresh_id();
    let path = format!("/api/admin/outlets/{outlet}");
    world.admin.change(reqwest::Method::PUT, &path, Some(&draft)).await?;
    let url = world.central.url();
    let mut edge = WireEdge::enroll(&world.admin, &url, outlet).await?;
    Trade::of(&world.admin, outlet).await?.work(&mut edge, COMMANDS)?;
    let session = edge.hello(&url).await?;
    Ok((
        edge,
        Member {
            session,
            pushes: Vec::new(),
        },
    ))
}

/// Changes a product while all wait; how long each took to hear of it in milliseconds, in order, and
/// central's memory meanwhile.
async fn a_change(world: &World, edges: &[(WireEdge, Member)], nth: usize) -> Result<(Vec<f64>, f64)> {
    let sessions: Vec<&Session> = edges.iter().map(|(_, member)| &member.session).collect();
    let at = sessions[0].snapshot("catalog").await?.position;
    let mut own = Vec::new();
    for some in edges.chunks(ENROLLING) {
        own.extend(try_join_all(some.iter().map(|(edge, member)| heard_of(edge, &member.session))).await?);
    }
    let waits = sessions.iter().zip(own).map(|(session, own)| async move {
        let changes = session.changes(at, own, WAIT_MS).await?;
        ensure!(!changes.topics.is_empty(), "an edge heard nothing");
        Ok(Instant::now())
    });
    let change = async {
        wait::pass(Duration::from_secs(3)).await;
        let taken = memory::of(world.central.pid())?;
        let all = world.admin.all("/api/admin/catalog/products").await?;
        let mut draft = all.into_iter().next().context("no products")?;
        let path = format!(
            "/api/admin/catalog/products/{}",
            draft["id"].as_str().unwrap_or_default()
        );
        let fields = draft.as_object_mut().context("a product is an object")?;
        for derived in ["id", "created_at", "updated_at"] {
            fields.remove(derived);
        }
        fields.insert("price".to_owned(), (50_000 + nth).into());
        let changed = Instant::now();
        world.admin.change(reqwest::Method::PUT, &path, Some(&draft)).await?;
        anyhow::Ok((changed, taken))
    };
    let (heard, changed) = tokio::join!(try_join_all(waits), change);
    let (changed, taken) = changed?;
    let mut times: Vec<f64> = heard?
        .into_iter()
        .map(|heard: Instant| heard.saturating_duration_since(changed).as_secs_f64() * 1_000.0)
        .collect();
    times.sort_by(f64::total_cmp);
    Ok((times, taken))
}

/// How far an edge has followed its own outlet, so that it waits for the catalogue alone.
async fn heard_of(edge: &WireEdge, session: &Session) -> Result<u64> {
    Ok(session.snapshot(&outlet_topic(edge.outlet())).await?.position)
}

struct Back {
    took: Duration,
    busy: usize,
}

/// All edges at once: hello, and everything they have.
async fn come_back(world: &World, edges: &mut [(WireEdge, Member)]) -> Result<Back> {
    for (edge, member) in edges.iter_mut() {
        let batch = edge.batch(0, COMMANDS)?;
        member.pushes = vec![member.session.ready(batch)?];
    }
    let url = world.central.url();
    let start = wait::stopwatch();
    let back = edges.iter_mut().map(|(edge, member)| {
        let url = url.clone();
        async move {
            let mut busy = 0;
            member.session = loop {
                if let Some(session) = edge.try_hello(&url).await? {
                    break session;
                }
                busy += 1;
                wait::pass(PATIENCE).await;
            };
            for (nonce, body) in std::mem::take(&mut member.pushes) {
                loop {
                    let (status, reply) = member.session.push_ready(nonce, body.clone()).await?;
                    if let Some(reply) = reply {
                        ensure!(
                            reply.acked_seq == COMMANDS as u64,
                            "not all arrived: {}",
                            reply.acked_seq
                        );
                        break;
                    }
                    ensure!(status == 429, "a push was answered with {status}");
                    busy += 1;
                    wait::pass(PATIENCE).await;
                }
            }
            Ok(busy)
        }
    });
    let busy = try_join_all(back).await?.into_iter().sum();
    Ok(Back {
        took: start.elapsed(),
        busy,
    })
}
