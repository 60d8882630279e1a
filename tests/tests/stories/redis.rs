//! Two centrals that share a Redis count calls together and tell each other what moved; without it
//! they go on by themselves.

use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use gerai_tests::{Engine, Mobile, World, central::Central, client, redis::Redis, wait};

const MOVED: &str = "gerai:feed-moved";
/// Calls an address may make in a minute: one comes back every two seconds.
const LIMIT: u64 = 30;

async fn two(world: &mut World, redis: &Redis) -> Result<Central> {
    let mut other = world.second_central()?;
    for central in [&mut world.central, &mut other] {
        central.set("GERAI_CENTRAL__REDIS__URL", redis.url());
        central.set("GERAI_CENTRAL__LIMITS__REQUESTS_PER_MINUTE", LIMIT);
    }
    world.central.stop().await?;
    world.central.start().await?;
    other.start().await?;
    wait::until_true("both to listen", wait::SOON, async || {
        Ok(redis.listeners(MOVED).await? == 2)
    })
    .await?;
    Ok(other)
}

/// How many of so many calls were answered, and the rest refused.
async fn answered(central: &Central, calls: u64) -> Result<u64> {
    let http = client::plain(wait::SOON)?;
    let mut answered = 0;
    for _ in 0..calls {
        match http
            .get(format!("{}/api/outlets", central.url()))
            .send()
            .await?
            .status()
            .as_u16()
        {
            200 => answered += 1,
            status => ensure!(status == 429, "{status}"),
        }
    }
    Ok(answered)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_are_counted_together_while_redis_answers_and_apart_while_it_does_not() -> Result<()> {
    let mut world = World::on(Engine::MariaDb).build().await?;
    let mut redis = Redis::start().await?;
    let other = two(&mut world, &redis).await?;
    let begun = wait::stopwatch();
    let first = answered(&world.central, LIMIT / 2 + 5).await?;
    let second = answered(&other, LIMIT).await?;
    let came_back = begun.elapsed().as_secs() / 2 + 1;
    ensure!(
        (LIMIT..=LIMIT + came_back).contains(&(first + second)),
        "{first} at one and {second} at the other"
    );

    redis.kill()?;
    // Nobody is refused for want of it: each central counts what it answers itself.
    ensure!(answered(&world.central, 10).await? == 10, "the first counts on its own");
    ensure!(answered(&other, 10).await? == 10, "the second counts on its own");

    redis.start_again().await?;
    wait::until_true("both to listen again", wait::SOON, async || {
        Ok(redis.listeners(MOVED).await? == 2)
    })
    .await?;
    let begun = wait::stopwatch();
    let again = answered(&world.central, LIMIT / 2).await? + answered(&other, LIMIT).await?;
    let came_back = begun.elapsed().as_secs() / 2 + 1;
    ensure!(
        (LIMIT..=LIMIT + came_back).contains(&again),
        "{again} after Redis came back empty"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_central_changes_is_said_to_the_others() -> Result<()> {
    let mut world = World::on(Engine::MariaDb).build().await?;
    let redis = Redis::start().await?;
    let other = two(&mut world, &redis).await?;
    let mut heard = redis.client()?.get_async_pubsub().await?;
    heard.subscribe(MOVED).await?;
    let screen = world.staffed_screen("kasir").await?;
    let product = screen.visited_product().await?;
    let phone = Mobile::register(&other.url()).await?;
    let remote = phone.join(world.edge().outlet, &product).await?;
    let said = tokio::time::timeout(wait::SOON, heard.on_message().next()).await?;
    ensure!(
        said.context("the channel ended")?.get_payload_bytes().len() == 16,
        "who says so"
    );
    let code = remote["token"].as_str().context("a remote ticket without a token")?;
    let body = serde_json::json!({ "code": code });
    wait::until_true("the outlet to know the ticket", wait::SOON, async || {
        Ok(screen.tap("/api/outlet/check-in", &body).await?.status == 201)
    })
    .await?;
    Ok(())
}
