//! A customer's phone.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Admin, Answer, fresh_key, plain};
use crate::wait::SOON;

/// A registered customer.
#[derive(Clone, Debug)]
pub struct Mobile {
    account: Admin,
    /// The customer's id.
    pub user: Uuid,
}

impl Mobile {
    /// Registers somebody nobody else is.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn register(central: &str) -> Result<Self> {
        Self::register_with(central, None).await
    }

    /// Registers somebody with a telephone number, as they write it.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn register_with(central: &str, phone: Option<&str>) -> Result<Self> {
        let name = Uuid::new_v4();
        let request = plain(SOON)?
            .post(format!("{central}/api/auth/register"))
            .header("idempotency-key", fresh_key())
            .json(&json!({
                "name": "Sari Wulandari",
                "email": format!("{name}@pelanggan.example"),
                "phone": phone,
                "password": "rahasia-banget-1",
            }));
        let answer = Answer::read(request.send().await?).await?.ok().context("registering")?;
        let token = answer.body["access_token"].as_str().context("no access_token")?;
        let user = answer.body["user"]["id"].as_str().context("no user id")?.parse()?;
        Ok(Self {
            account: Admin::with_token(central, token)?,
            user,
        })
    }

    /// The access token.
    #[must_use]
    pub fn bearer(&self) -> &str {
        self.account.bearer()
    }

    /// Joins an outlet's queue from afar; returns the remote ticket.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn join(&self, outlet: Uuid, product: &str) -> Result<Value> {
        let body = json!({ "outlet": outlet, "product": product, "party_size": 2 });
        let answer = self.account.post("/api/queue/join", &body).await?;
        Ok(answer.data().clone())
    }

    /// Books a slot, which begins at `starts_at` (RFC 3339); returns the booking.
    ///
    /// # Errors
    /// When central refuses.
    pub async fn book(&self, outlet: Uuid, product: &str, starts_at: &Value) -> Result<Value> {
        let body = json!({ "outlet": outlet, "product": product, "party_size": 2, "starts_at": starts_at });
        let answer = self.account.post("/api/bookings", &body).await?;
        Ok(answer.data().clone())
    }

    /// Gives a ticket up, remote or checked in.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn cancel(&self, ticket: &str) -> Result<Answer> {
        let body = json!({ "ticket": ticket });
        self.account.call(Method::POST, "/api/queue/leave", Some(&body)).await
    }

    /// Reads something.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.account.get(path).await
    }
}
