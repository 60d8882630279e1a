//! What does not fit is refused in words, and nothing happens.

use std::net::TcpListener;

use anyhow::{Context, Result, ensure};
use gerai_tests::{
    Engine, Screen, World,
    central::Central,
    client::{Answer, fresh_key},
    database::Database,
    edge::Edge,
    line::Line,
    ports,
};
use reqwest::Method;
use serde_json::json;

async fn send(screen: &Screen, path: &str, body: impl Into<reqwest::Body>) -> Result<Answer> {
    let request = screen
        .request(Method::POST, path)
        .header("idempotency-key", fresh_key())
        .header("content-type", "application/json")
        .body(body);
    Ok(Answer::read(request.send().await?).await?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_outlet_refuses_what_does_not_fit_and_says_where() -> Result<()> {
    let world = World::on(Engine::Sqlite)
        .edge("LIMITS__BODY_BYTES", 4096)
        .build()
        .await?;
    let screen = world.staffed_screen("kasir").await?;
    let product = screen.visited_product().await?;
    let studio = screen.data("/api/outlet").await?["outlet"]["studios"][0]["id"].clone();
    let studio = studio.as_str().context("no studio")?;
    let tickets = "/api/outlet/tickets";

    let large = format!(
        r#"{{"product":"{product}","party_size":2,"holder":"{}"}}"#,
        "x".repeat(5_000)
    );
    send(&screen, tickets, large).await?.refused(413, "body_too_large")?;

    let malformed = send(&screen, tickets, "{\n  \"product\": oops }")
        .await?
        .refused(400, "malformed_json")?;
    let place = malformed.body["detail"].as_str().unwrap_or_default();
    ensure!(
        place.contains("line 2") && place.contains("column"),
        "no place in {}",
        malformed.body
    );

    let unknown = json!({ "product": product, "party_size": 2, "colour": "red" });
    let unknown = send(&screen, tickets, unknown.to_string())
        .await?
        .refused(422, "invalid_body")?;
    ensure!(unknown.body.to_string().contains("colour"), "{}", unknown.body);

    let state = json!({ "state": "on fire" });
    let path = format!("/api/outlet/studios/{studio}/state");
    let wrong = send(&screen, &path, state.to_string())
        .await?
        .refused(422, "invalid_body")?;
    for allowed in ["free", "cleaning", "fault"] {
        ensure!(
            wrong.body.to_string().contains(allowed),
            "{allowed} is not named: {}",
            wrong.body
        );
    }

    let absent = screen
        .request(Method::POST, tickets)
        .json(&json!({ "product": product, "party_size": 2 }));
    Answer::read(absent.send().await?)
        .await?
        .refused(400, "idempotency_key_missing")?;
    let party = json!({ "product": product, "party_size": 5_000 });
    screen.tap(tickets, &party).await?.refused(422, "out_of_bounds")?;

    // One key, two questions: the second is not answered with the first's answer.
    let key = fresh_key();
    let fitting = json!({ "product": product, "party_size": 2 });
    let first = screen.tap_with(&key, tickets, &fitting).await?.ok()?;
    let again = screen.tap_with(&key, tickets, &fitting).await?.ok()?;
    ensure!(again.bytes == first.bytes && again.header("idempotency-replayed") == Some("true"));
    let other = json!({ "product": product, "party_size": 3 });
    screen
        .tap_with(&key, tickets, &other)
        .await?
        .refused(422, "idempotency_key_reused")?;

    // Of all that, one ticket came about.
    screen.drained().await?;
    ensure!(world.admin.commands(world.edge().outlet).await?.len() == 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn central_refuses_what_does_not_fit_and_says_where() -> Result<()> {
    let world = World::on(Engine::Sqlite)
        .edges(0)
        .central("LIMITS__BODY_BYTES", 4096)
        .build()
        .await?;
    let outlet = world.outlets().await?[0];
    let http = gerai_tests::client::plain(gerai_tests::wait::SOON)?;
    let url = format!("{}/api/admin/outlets/{outlet}/acts", world.central.url());
    let send = async |body: String| -> Result<Answer> {
        let request = http
            .post(&url)
            .bearer_auth(world.admin.bearer())
            .header("idempotency-key", fresh_key())
            .header("content-type", "application/json")
            .body(body);
        Ok(Answer::read(request.send().await?).await?)
    };
    let large = json!({ "kind": "check_in", "remote": "x".repeat(5_000) }).to_string();
    send(large).await?.refused(413, "body_too_large")?;
    let malformed = send("{ \"kind\": }".to_owned()).await?.refused(400, "malformed_json")?;
    ensure!(
        malformed.body["detail"]
            .as_str()
            .is_some_and(|text| text.contains("column")),
        "{}",
        malformed.body
    );
    let unknown = json!({ "kind": "void_sale", "sale": outlet, "reason": "x", "colour": "red" }).to_string();
    let unknown = send(unknown).await?.refused(422, "invalid_body")?;
    ensure!(unknown.body.to_string().contains("colour"), "{}", unknown.body);
    let wrong = json!({ "kind": "set_room", "studio": outlet, "state": "on fire" }).to_string();
    let wrong = send(wrong).await?.refused(422, "invalid_body")?;
    ensure!(wrong.body.to_string().contains("cleaning"), "{}", wrong.body);
    ensure!(world.admin.commands(outlet).await?.is_empty());
    Ok(())
}

gerai_tests::on_both_engines!(a_bad_row_of_a_sheet_is_named_and_nothing_of_it_is_imported);

async fn a_bad_row_of_a_sheet_is_named_and_nothing_of_it_is_imported(engine: Engine) -> Result<()> {
    let world = World::on(engine).edges(0).build().await?;
    let sheet = world.folder().join("products.csv");
    let names = async || -> Result<usize> {
        let all = world.admin.all("/api/admin/catalog/products").await?;
        Ok(all
            .iter()
            .filter(|row| row["name"].as_str().is_some_and(|name| name.starts_with("Bingkai Uji")))
            .count())
    };
    let good = "category,name,price,retail_group\n\
        retailProduct,Bingkai Uji A,45000,bingkai\n\
        retailProduct,Bingkai Uji B,55000,bingkai\n";
    let bad = good.replace("55000", "lima puluh ribu");
    let path = sheet.display().to_string();
    let import = world.central.command(&["catalog", "import", &path]);

    std::fs::write(&sheet, bad)?;
    let output = import.output().await?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(!output.status.success(), "it was taken");
    ensure!(
        said.contains("line 3") && said.contains("price"),
        "the row is not named: {said}"
    );
    ensure!(names().await? == 0, "half of it was imported");

    std::fs::write(&sheet, good)?;
    import.succeed().await?;
    ensure!(names().await? == 2);
    Ok(())
}

/// Starts a program that must not come up: exit code 2 and one line that names `what`.
async fn refuses(launch: gerai_tests::process::Launch, what: &str) -> Result<()> {
    let output = launch.output().await?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(2), "ended with {}: {said}", output.status);
    let told: Vec<&str> = said.lines().filter(|line| line.to_lowercase().contains(what)).collect();
    ensure!(told.len() == 1, "no one line names {what}: {said}");
    ensure!(!said.contains("panicked"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_cannot_start_say_why_in_one_line() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port();
    let database = Database::open(Engine::Sqlite, folder.path()).await?;

    let central = Central::new(&folder.path().join("a"), database.url(), port)?;
    refuses(central.command(&["serve"]), &port.to_string())
        .await
        .context("central, port in use")?;
    let nowhere = format!("mysql://nobody@127.0.0.1:{}/nothing", ports::free_port()?);
    let central = Central::new(&folder.path().join("b"), &nowhere, ports::free_port()?)?;
    refuses(central.command(&["serve"]), "database")
        .await
        .context("central, no database")?;
    let unknown = central.command(&["config"]).env("GERAI_CENTRAL__SYNC__COLOUR", "red");
    refuses(unknown, "colour").await.context("central, unknown key")?;

    let line = Line::lay(ports::loopback(ports::free_port()?)).await?;
    let edge = Edge::new(gerai_tests::wire::fresh_id(), folder.path().join("c"), port, line)?;
    refuses(edge.command(&["serve"]), &port.to_string())
        .await
        .context("edge, port in use")?;
    let unknown = edge.command(&["config"]).env("GERAI_KIOSK__SYNC__COLOUR", "red");
    refuses(unknown, "colour").await.context("edge, unknown key")
}
