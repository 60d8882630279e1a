//! Somebody at the dashboard, through central's API.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, fresh_key, plain};

const PATIENCE: Duration = Duration::from_secs(60);
/// The longest page there is.
const PAGE: usize = 1_000;
/// More pages than any story fills.
const PAGES: usize = 1_000;

/// A signed-in user of central.
#[derive(Clone, Debug)]
pub struct Admin {
    http: reqwest::Client,
    central: String,
    bearer: String,
}

impl Admin {
    /// Signs in with an e-mail address or phone number.
    ///
    /// # Errors
    /// When central does not answer or refuses.
    pub async fn sign_in(central: &str, login: &str, password: &str) -> Result<Self> {
        let http = plain(PATIENCE)?;
        let request = http
            .post(format!("{central}/api/auth/login"))
            .header("idempotency-key", fresh_key())
            .json(&json!({ "login": login, "password": password }));
        let answer = Answer::read(request.send().await?)
            .await?
            .ok()
            .context("signing in at central")?;
        Ok(Self {
            http,
            central: central.to_owned(),
            bearer: answer.body["access_token"]
                .as_str()
                .context("no access_token")?
                .to_owned(),
        })
    }

    /// A client that is signed in already.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn with_token(central: &str, token: &str) -> Result<Self> {
        Ok(Self {
            http: plain(PATIENCE)?,
            central: central.to_owned(),
            bearer: token.to_owned(),
        })
    }

    /// The access token.
    #[must_use]
    pub fn bearer(&self) -> &str {
        &self.bearer
    }

    /// Makes a call, with a fresh `Idempotency-Key`.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.central))
            .bearer_auth(&self.bearer)
            .header("idempotency-key", fresh_key())
            .header("accept-language", "en");
        if let Some(body) = body {
            request = request.json(body);
        }
        Ok(Answer::read(request.send().await?).await?)
    }

    /// Makes a write at `path` that must succeed, by another method than POST.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub async fn change(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let answer = self.call(method.clone(), path, body).await?;
        answer.ok().with_context(|| format!("{method} {path}"))
    }

    /// Reads something that is there.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        let answer = self.call(Method::GET, path, None).await?;
        answer.ok().with_context(|| format!("GET {path}"))
    }

    /// Makes a write that must succeed.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        let answer = self.call(Method::POST, path, Some(body)).await?;
        answer.ok().with_context(|| format!("POST {path}"))
    }

    /// All rows of a paged list.
    ///
    /// # Errors
    /// When a page cannot be read.
    pub async fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut rows = Vec::new();
        for page in 1..PAGES {
            let answer = self.get(&format!("{path}{mark}page={page}&per_page={PAGE}")).await?;
            rows.extend_from_slice(answer.rows());
            let last = answer
                .body
                .pointer("/meta/last_page")
                .and_then(Value::as_u64)
                .unwrap_or(1);
            if answer.rows().is_empty() || page as u64 >= last {
                break;
            }
        }
        Ok(rows)
    }

    /// The rows of an outlet as central has them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn rows(&self, outlet: Uuid, table: &str) -> Result<Vec<Value>> {
        self.all(&format!("/api/admin/outlets/{outlet}/rows?table={table}"))
            .await
    }

    /// The commands of an outlet as central has them, in order.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn commands(&self, outlet: Uuid) -> Result<Vec<Value>> {
        let mut commands = Vec::new();
        let mut after = 0;
        loop {
            let path = format!("/api/admin/outlets/{outlet}/commands?after_seq={after}");
            let page = self.get(&path).await?;
            let Some(last) = page.rows().last() else {
                return Ok(commands);
            };
            after = last["seq"].as_u64().context("a command without a number")?;
            commands.extend_from_slice(page.rows());
        }
    }

    /// The outlets of the chain.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn outlets(&self) -> Result<Vec<Value>> {
        self.all("/api/outlets").await
    }

    /// Keeps an outlet open all day every day, so that a story plays at any hour.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn open_all_day(&self, outlet: Uuid) -> Result<()> {
        let mut profile = self.get(&format!("/api/outlets/{outlet}")).await?.data().clone();
        let fields = profile.as_object_mut().context("an outlet is an object")?;
        fields.remove("id");
        let starts = fields["day_starts_at"].as_u64().context("no day_starts_at")?;
        let hours = json!({ "opens": starts, "closes": starts + 24 * 60 });
        fields.insert("hours".to_owned(), json!(vec![hours; 7]));
        let path = format!("/api/admin/outlets/{outlet}");
        self.change(Method::PUT, &path, Some(&profile)).await?;
        Ok(())
    }

    /// The exceptions listed for an outlet.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn exceptions(&self, outlet: Uuid) -> Result<Vec<Value>> {
        self.all(&format!("/api/admin/sync/exceptions?outlet={outlet}")).await
    }

    /// The commands of an outlet that central holds.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn held(&self, outlet: Uuid) -> Result<Vec<Value>> {
        self.all(&format!("/api/admin/sync/held?outlet={outlet}")).await
    }
}
