//! Looks whether central is there, on a fresh connection each time: an old one may lead nowhere.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, StatusCode, header::CONNECTION};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{
    call::{Caller, blame},
    link::{Line, Link},
};
use crate::clock::Clock;

/// A look that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(1);
/// What central calls itself there.
const SERVICE: &str = "gerai-central";

#[derive(serde::Deserialize)]
struct Health {
    status: String,
    service: String,
}

/// Looks every `every`, and at once when somebody doubts, until told to stop.
pub async fn watch(
    caller: Arc<Caller>,
    link: Arc<Link>,
    clock: Clock,
    every: Duration,
    stop: CancellationToken,
) -> Result<(), reqwest::Error> {
    let client = Client::builder()
        .pool_max_idle_per_host(0)
        .timeout(PATIENCE)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    // From look to look, not from answer to look: a look that hung takes its time off the pause.
    let mut looks = tokio::time::interval(every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks.reset();
    loop {
        let mut line = look(&client, &caller).await;
        let was_up = link.now().is_up();
        if was_up && line != Line::Up {
            // One lost packet is no outage.
            line = look(&client, &caller).await;
        }
        if !was_up && line == Line::Up {
            // Before anybody hears of the heal and tries again.
            caller.renew();
        }
        link.probed(line, clock.now());
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = link.doubted() => {}
            _ = looks.tick() => {}
        }
    }
}

/// Central says that it is well in its own JSON; a captive portal says it in HTML.
async fn look(client: &Client, caller: &Caller) -> Line {
    let question = client.get(caller.central().at("/healthz")).header(CONNECTION, "close");
    let response = match question.send().await {
        Ok(response) => response,
        Err(error) => return blame(&error, caller.central()),
    };
    if response.status() != StatusCode::OK {
        return Line::Central;
    }
    match response.json::<Health>().await {
        Ok(health) if health.status == "ok" && health.service == SERVICE => Line::Up,
        Ok(_) => Line::Central,
        Err(error) if error.is_timeout() => Line::Internet,
        Err(_) => Line::Central,
    }
}
