//! A touchscreen, or whoever speaks for one.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Ear, fresh_key, plain};
use crate::{
    acklog::AckLog,
    chain::Staff,
    wait::{self, LATER, Tries},
};

/// How long a screen waits for an answer before it asks again with the same key.
const PATIENCE: Duration = Duration::from_secs(10);

/// A screen paired with an edge. Every acknowledged write goes into its log, the oracle of the
/// stories.
#[derive(Clone, Debug)]
pub struct Screen {
    http: reqwest::Client,
    edge: String,
    token: String,
    log: AckLog,
}

impl Screen {
    /// A screen of the edge at `edge` (a base URL), paired with `token`.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn new(edge: &str, token: &str) -> Result<Self> {
        Ok(Self {
            http: plain(PATIENCE)?,
            edge: edge.to_owned(),
            token: token.to_owned(),
            log: AckLog::default(),
        })
    }

    /// The same screen, writing into another log.
    #[must_use]
    pub fn logging_to(mut self, log: &AckLog) -> Self {
        self.log = log.clone();
        self
    }

    /// What it was told.
    #[must_use]
    pub fn log(&self) -> &AckLog {
        &self.log
    }

    /// A request as this screen makes it.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.edge))
            .header("gerai-screen", &self.token)
            .header("accept-language", "en")
    }

    /// Reads something.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        Ok(Answer::read(self.request(Method::GET, path).send().await?).await?)
    }

    /// Reads something that is there.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub async fn data(&self, path: &str) -> Result<Value> {
        let answer = self.get(path).await?.ok().with_context(|| path.to_owned())?;
        Ok(answer.data().clone())
    }

    /// One try of a write.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_once(&self, key: &str, path: &str, body: &Value) -> Result<Answer> {
        let request = self
            .request(Method::POST, path)
            .header("idempotency-key", key)
            .json(body);
        let answer = Answer::read(request.send().await?).await?;
        if (200..300).contains(&answer.status) {
            self.log.note(key, path, &answer.body);
        } else if answer.status >= 500 {
            self.log.note_failure();
        }
        Ok(answer)
    }

    /// A tap: asks with one key until there is an answer, as a screen does.
    ///
    /// # Errors
    /// When there is none for a long time.
    pub async fn tap(&self, path: &str, body: &Value) -> Result<Answer> {
        self.tap_with(&fresh_key(), path, body).await
    }

    /// A tap with a key of one's own.
    ///
    /// # Errors
    /// When there is no answer for a long time.
    pub async fn tap_with(&self, key: &str, path: &str, body: &Value) -> Result<Answer> {
        let mut tries = Tries::of(&format!("an answer to POST {path}"), LATER);
        loop {
            match self.try_once(key, path, body).await {
                Ok(answer) if answer.status < 500 && answer.status != 429 => return Ok(answer),
                // An edge that is down or full is asked again.
                Ok(_) | Err(_) => tries.again().await?,
            }
        }
    }

    /// A tap that must succeed.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn done(&self, path: &str, body: &Value) -> Result<Answer> {
        self.tap(path, body)
            .await?
            .ok()
            .with_context(|| format!("POST {path} {body}"))
    }

    /// Asks for the remote tickets of a telephone number. Nothing is written by it.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn look_up(&self, phone: &str) -> Result<Answer> {
        let request = self
            .request(Method::POST, "/api/outlet/check-in/look-up")
            .json(&json!({ "phone": phone }));
        Ok(Answer::read(request.send().await?).await?)
    }

    /// Listens to what the edge tells as it happens.
    ///
    /// # Errors
    /// When it does not tell.
    pub async fn listen(&self) -> Result<Ear> {
        let request = self.request(Method::GET, "/api/outlet/events").timeout(LATER);
        Ok(Ear::new(request.send().await?.error_for_status()?))
    }

    /// Has a printer of the outlet print a slip.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn print(&self, printer: &str, slip: &[u8]) -> Result<Answer> {
        let request = self
            .request(Method::POST, &format!("/api/outlet/devices/{printer}/print"))
            .header("content-type", "application/octet-stream")
            .body(slip.to_vec());
        Ok(Answer::read(request.send().await?).await?)
    }

    /// Signs a member of staff in.
    ///
    /// # Errors
    /// When the PIN is refused.
    pub async fn sign_in(&self, name: &str, pin: &str) -> Result<Answer> {
        self.try_sign_in(name, pin).await?.ok()
    }

    /// Does what a refusal asks staff for: signs in again, confirms the day. Says whether it did.
    ///
    /// # Errors
    /// When the edge does not take it for a long time.
    pub async fn set_right(&self, refusal: &Answer, staff: &Staff) -> Result<bool> {
        match refusal.code() {
            "staff_needed" => self.sign_in_again(staff).await?,
            "day_unconfirmed" => {
                if let Ok(here) = self.data("/api/outlet").await {
                    let said = self
                        .tap("/api/outlet/day/confirm", &json!({ "day": here["day"] }))
                        .await?;
                    // A guest's tap asks for no staff, so that nothing else would ever ask for them.
                    if said.code() == "staff_needed" {
                        self.sign_in_again(staff).await?;
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    async fn sign_in_again(&self, staff: &Staff) -> Result<()> {
        let mut tries = Tries::of("staff to be signed in again", LATER);
        while !matches!(self.try_sign_in(&staff.name, &staff.pin).await, Ok(answer) if answer.status == 200) {
            tries.again().await?;
        }
        Ok(())
    }

    /// Tries to sign a member of staff in.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_sign_in(&self, name: &str, pin: &str) -> Result<Answer> {
        let request = self
            .request(Method::POST, "/api/outlet/staff/sign-in")
            .json(&json!({ "name": name, "pin": pin }));
        Ok(Answer::read(request.send().await?).await?)
    }

    /// Staff confirm the day the edge says it is, as they do after a boot of its machine without
    /// central.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn confirm_day(&self) -> Result<Answer> {
        let day = self.data("/api/outlet").await?["day"].clone();
        self.done("/api/outlet/day/confirm", &json!({ "day": day })).await
    }

    /// Waits until the edge answers and sits on a live line with nothing waiting.
    ///
    /// # Errors
    /// When that does not come about.
    pub async fn drained(&self) -> Result<()> {
        let seen = wait::until("the edge's journal to drain", LATER, async || {
            let Ok(sync) = self.data("/api/outlet/sync").await else {
                return Ok(None);
            };
            Ok((sync["backlog"] == 0 && sync["link"]["state"] == "up").then_some(sync))
        })
        .await;
        if let Err(error) = seen {
            bail!("{error:#}; it says {:?}", self.data("/api/outlet/sync").await);
        }
        Ok(())
    }

    /// Has outlet and central compared row by row, all days the edge has, and waits for how they stand.
    ///
    /// # Errors
    /// When they do not come to it, or differ.
    pub async fn proved(&self) -> Result<Value> {
        let asked = self.done("/api/outlet/sync/digest", &json!({ "whole": true })).await?;
        let when = asked.data()["at"].clone();
        let proof = wait::until("outlet and central to be compared", LATER, async || {
            let proof = self.data("/api/outlet/sync").await?["proof"].take();
            Ok((proof["asked_here"] == when).then_some(proof))
        })
        .await?;
        if proof["equal"] != true || proof["held"] != 0 {
            bail!("outlet and central differ: {proof}");
        }
        Ok(proof)
    }

    /// Waits until the edge has noticed that its line is cut.
    ///
    /// # Errors
    /// When it does not.
    pub async fn cut_off(&self) -> Result<()> {
        wait::until_true("the edge to notice the cut", LATER, async || {
            Ok(self.data("/api/outlet/sync").await?["link"]["state"] != "up")
        })
        .await
    }

    /// The products this outlet sells or has rooms for.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn products(&self) -> Result<Vec<Value>> {
        let list = self.get("/api/outlet/products").await?.ok()?;
        Ok(list.rows().to_vec())
    }

    /// The id of a product that is visited in a room here.
    ///
    /// # Errors
    /// When there is none.
    pub async fn visited_product(&self) -> Result<String> {
        self.product_where("a product to visit", |category| {
            !matches!(category, "additional" | "retailProduct" | "thematic")
        })
        .await
    }

    /// The id of a product that is sold over the counter.
    ///
    /// # Errors
    /// When there is none.
    pub async fn sold_product(&self) -> Result<String> {
        self.product_where("a product to sell", |category| category == "retailProduct")
            .await
    }

    async fn product_where(&self, what: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let products = self.products().await?;
        products
            .iter()
            .find(|product| wanted(product["category"].as_str().unwrap_or_default()))
            .and_then(|product| product["id"].as_str())
            .map(str::to_owned)
            .with_context(|| format!("the catalogue has not {what}: {} products", products.len()))
    }

    /// A room of this outlet for a product that is visited.
    ///
    /// # Errors
    /// When there is none.
    pub async fn room_for(&self, product: &str) -> Result<Value> {
        let products = self.products().await?;
        let category = products
            .iter()
            .find(|row| row["id"] == product)
            .map(|row| &row["category"]);
        let outlet = self.data("/api/outlet").await?;
        let studios = outlet["outlet"]["studios"].as_array().cloned().unwrap_or_default();
        let serves = |studio: &Value| {
            let serves = studio["serves"].as_array();
            serves.is_some_and(|serves| serves.iter().any(|one| Some(one) == category))
        };
        let room = studios.into_iter().find(serves).context("no room for it")?;
        Ok(room["id"].clone())
    }

    /// Takes a ticket.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn take_ticket(&self, product: &str) -> Result<Answer> {
        self.done("/api/outlet/tickets", &json!({ "product": product, "party_size": 2 }))
            .await
    }

    /// Sells one of a product for a note large enough.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn sell(&self, product: &str) -> Result<Answer> {
        let body = json!({ "lines": [{ "product": product, "quantity": 1 }], "tendered": 1_000_000_000 });
        self.done("/api/outlet/sales", &body).await
    }
}
