//! Central loses its past: its database is put back from a backup, and the outlets remember.

use anyhow::{Context, Result, ensure};
use gerai_tests::{
    AckLog, Engine, Mobile, Screen, World,
    oracle::{self, AtEdge},
    wait, workload,
    world::staffed_screen,
};
use serde_json::{Value, json};

const WRITES: usize = 60;

gerai_tests::on_both_engines!(
    a_central_put_back_has_everything_again,
    a_central_put_back_without_a_word_says_so_and_has_everything_again,
);

/// Two outlets: one works on after the backup, the other only says hello again.
struct Scene {
    world: World,
    screens: Vec<Screen>,
    logs: [AckLog; 2],
    phone: Mobile,
    product: String,
}

impl Scene {
    /// Up to the moment when the database of before is back, with central stopped.
    async fn set_back(engine: Engine) -> Result<Self> {
        let mut world = World::on(engine).edges(2).build().await?;
        let logs = [AckLog::default(), AckLog::default()];
        let mut screens = Vec::new();
        for (edge, log) in world.edges.iter().zip(&logs) {
            screens.push(staffed_screen(&world.admin, edge, "kasir").await?.logging_to(log));
        }
        let product = screens[0].visited_product().await?;
        let phone = Mobile::register(&world.central.url()).await?;
        for (screen, seed) in screens.iter().zip([21, 22]) {
            workload::work(std::slice::from_ref(screen), WRITES, seed).await?;
            screen.drained().await?;
        }
        let backup = world.folder().join("backup");
        world.database.backup(&world.central, &backup).await?;

        workload::work(&screens[..1], WRITES, 23).await?;
        let forgotten = phone.join(world.edges[0].outlet, &product).await?;
        ensure!(forgotten["number"] == 1, "{forgotten}");
        // New tokens, which the backup does not know.
        for edge in &mut world.edges {
            edge.stop().await?;
            edge.start().await?;
        }
        for screen in &screens {
            screen.drained().await?;
        }
        let in_use = world.central.command(&["restored"]).output().await?;
        let said = String::from_utf8_lossy(&in_use.stderr).into_owned();
        ensure!(!in_use.status.success() && said.contains("in use"), "{said}");

        world.central.stop().await?;
        world.database.put_back(&backup).await?;
        Ok(Self {
            world,
            screens,
            logs,
            phone,
            product,
        })
    }

    async fn restored(&self) -> Result<()> {
        let said = self.world.central.command(&["restored"]).succeed().await?;
        ensure!(said.contains("new epoch"), "{said}");
        Ok(())
    }

    /// Everything told is at central once, and both edges lead as before.
    async fn is_whole(&self) -> Result<()> {
        for ((edge, screen), log) in self.world.edges.iter().zip(&self.screens).zip(&self.logs) {
            wait::until_true("central to have it all again", wait::LATER, async || {
                let there = self.world.admin.commands(edge.outlet).await?;
                Ok(there.len() == AtEdge::read(edge)?.commands.len())
            })
            .await?;
            screen.drained().await?;
            oracle::promise_kept(&self.world.admin, edge, log).await?;
            let standing = edge.sync(screen).await?["link"]["standing"].clone();
            ensure!(standing == "active", "{standing}");
        }
        let edges = self.world.admin.all("/api/admin/fleet/edges").await?;
        ensure!(edges.iter().all(|edge| edge["status"] == "active"), "{edges:?}");
        Ok(())
    }

    /// Every edge has met this life of the database.
    async fn has_met(&self) -> Result<()> {
        let health = self.world.admin.get("/healthz").await?;
        let epoch = health.body["epoch"].as_str().context("no epoch")?.to_owned();
        for edge in &self.world.edges {
            wait::until_true("the edge to meet the new epoch", wait::LATER, async || {
                Ok(edge.fact("epoch")?.as_deref() == Some(&epoch))
            })
            .await?;
        }
        Ok(())
    }

    async fn listed(&self, code: &str) -> Result<usize> {
        let mut found = 0;
        for edge in &self.world.edges {
            let listed = self.world.admin.exceptions(edge.outlet).await?;
            found += listed.iter().filter(|row| row["exception"]["code"] == code).count();
        }
        Ok(found)
    }
}

async fn a_central_put_back_has_everything_again(engine: Engine) -> Result<()> {
    let mut scene = Scene::set_back(engine).await?;
    for _ in 0..2 {
        // Twice does no harm.
        scene.restored().await?;
    }
    scene.world.central.start().await?;
    scene.has_met().await?;
    scene.is_whole().await?;
    ensure!(scene.listed("central_set_back").await? == 0, "it was said");
    ensure!(scene.listed("edge_copied").await? == 0, "an edge was taken for a copy");

    // The number told and forgotten is not told again.
    let again = scene.phone.join(scene.world.edges[0].outlet, &scene.product).await?;
    ensure!(again["number"].as_u64() > Some(100), "{again}");
    let entries: Vec<Value> = scene.world.admin.all("/api/admin/activity?log_name=central").await?;
    ensure!(
        entries.iter().filter(|entry| entry["event"] == "restored").count() == 2,
        "{entries:?}"
    );
    // What central changes from now on arrives: the feed is followed from where it stands.
    for (edge, screen) in scene.world.edges.iter().zip(&scene.screens) {
        let path = format!("/api/outlets/{}", edge.outlet);
        let mut outlet = scene.world.admin.get(&path).await?.data().clone();
        let fields = outlet.as_object_mut().context("an outlet is an object")?;
        fields.remove("id");
        fields.insert("address".to_owned(), json!("Jalan Pulih 7"));
        let path = format!("/api/admin/outlets/{}", edge.outlet);
        scene
            .world
            .admin
            .change(reqwest::Method::PUT, &path, Some(&outlet))
            .await?;
        wait::until_true("the outlet to hear of it", wait::SOON, async || {
            Ok(screen.data("/api/outlet").await?["outlet"]["address"] == "Jalan Pulih 7")
        })
        .await?;
    }
    workload::work(&scene.screens[..1], WRITES, 24).await?;
    scene.is_whole().await
}

async fn a_central_put_back_without_a_word_says_so_and_has_everything_again(engine: Engine) -> Result<()> {
    let mut scene = Scene::set_back(engine).await?;
    scene.world.central.start().await?;
    scene.is_whole().await?;
    wait::until_true(
        "both outlets to show that central was set back",
        wait::LATER,
        async || Ok(scene.listed("central_set_back").await? == 2),
    )
    .await?;
    let log = std::fs::read_to_string(scene.world.folder().join("central/gerai-central.log"))?;
    ensure!(
        log.contains("run `gerai-central restored`"),
        "the log does not say what to do"
    );

    scene.world.central.stop().await?;
    scene.restored().await?;
    scene.world.central.start().await?;
    scene.has_met().await?;
    workload::work(&scene.screens, WRITES, 25).await?;
    scene.is_whole().await?;
    ensure!(scene.listed("central_set_back").await? == 2, "told once each");
    ensure!(scene.listed("edge_copied").await? == 0, "an edge was taken for a copy");
    Ok(())
}
