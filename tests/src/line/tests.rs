use std::time::Duration;

use anyhow::Result;
use axum::{Router, routing::post};
use tokio::net::TcpListener;

use super::{Line, Mode};
use crate::client;

async fn central(answer: &'static str) -> Result<std::net::SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/edge/v1/push", post(move || async move { answer }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn push(client: &reqwest::Client, line: &Line) -> Result<String> {
    let url = format!("{}/edge/v1/push", line.url());
    let answer = client.post(url).body("{}").send().await?;
    Ok(answer.error_for_status()?.text().await?)
}

#[tokio::test]
async fn an_open_line_carries_and_a_cut_one_hangs_until_new_connections_after_the_heal() -> Result<()> {
    let line = Line::lay(central("done").await?).await?;
    let hasty = client::plain(Duration::from_millis(300))?;
    assert_eq!(push(&hasty, &line).await?, "done");
    line.cut();
    let error = push(&hasty, &line).await.expect_err("a cut answers nothing");
    assert!(
        error
            .downcast_ref::<reqwest::Error>()
            .is_some_and(reqwest::Error::is_timeout)
    );
    line.heal();
    assert_eq!(push(&client::plain(Duration::from_secs(5))?, &line).await?, "done");
    let faults = line.faults();
    assert!(
        faults.swallowed_connections >= 1 && faults.swallowed_bytes > 0,
        "{faults:?}"
    );
    Ok(())
}

#[tokio::test]
async fn every_second_answer_is_lost_after_central_gave_it() -> Result<()> {
    let line = Line::lay(central("done").await?).await?;
    line.set(Mode::LosingAnswers { every: 2 });
    let client = client::plain(Duration::from_secs(5))?;
    assert_eq!(push(&client, &line).await?, "done");
    assert!(push(&client, &line).await.is_err());
    assert_eq!(push(&client, &line).await?, "done");
    assert_eq!((line.faults().pushes, line.faults().lost_answers), (3, 1));
    assert_eq!(line.faults().broken_pushes, 0, "each had its answer");
    Ok(())
}

#[tokio::test]
async fn a_push_that_central_dies_over_is_counted() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let line = Line::lay(listener.local_addr()?).await?;
    let client = client::plain(Duration::from_secs(5))?;
    let dying = async {
        let (stream, _) = listener.accept().await?;
        while line.open_pushes() == 0 {
            tokio::task::yield_now().await;
        }
        drop(stream);
        anyhow::Ok(())
    };
    let (pushed, died) = tokio::join!(push(&client, &line), dying);
    died?;
    assert!(pushed.is_err());
    while line.faults().broken_pushes == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!((line.faults().broken_pushes, line.open_pushes()), (1, 0));
    Ok(())
}

#[tokio::test]
async fn a_half_open_line_brings_the_request_and_never_the_answer() -> Result<()> {
    let line = Line::lay(central("done").await?).await?;
    line.set(Mode::HalfOpen);
    assert!(push(&client::plain(Duration::from_millis(300))?, &line).await.is_err());
    assert_eq!(line.faults().pushes, 1);
    assert!(line.faults().swallowed_bytes > 0);
    Ok(())
}

#[tokio::test]
async fn a_portal_answers_in_centrals_place_and_a_slow_line_late() -> Result<()> {
    let line = Line::lay(central("done").await?).await?;
    let client = client::plain(Duration::from_secs(5))?;
    line.set(Mode::Portal { status: 200 });
    assert!(push(&client, &line).await?.contains("Wi-Fi"));
    line.set(Mode::Portal { status: 403 });
    assert!(push(&client, &line).await.is_err());
    assert_eq!(line.faults().portal_pushes, 2);
    line.set(Mode::Slow {
        latency: Duration::from_millis(50),
        bytes_per_second: 1_000_000,
    });
    let (answer, took) = crate::wait::until_timed("the slow answer", Duration::from_secs(5), async || {
        Ok(Some(push(&client, &line).await?))
    })
    .await?;
    assert_eq!(answer, "done");
    assert!(took >= Duration::from_millis(100), "{took:?}");
    Ok(())
}
