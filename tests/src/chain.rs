//! What the seeded chain is known by: whoever signs in, in demo and stories.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::client::Admin;

/// The admin's sign-in.
pub const ADMIN_EMAIL: &str = "admin@gerai.example";
/// The admin's password.
pub const ADMIN_PASSWORD: &str = "gerai-admin-2026";

/// A member of staff of a seeded outlet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// As shown on the sign-in screen.
    pub name: String,
    /// Six digits.
    pub pin: String,
}

/// The staff of an outlet with their PINs, as the seed made them.
///
/// # Errors
/// When the outlet is not one of the seeded chain.
pub async fn staff_of(admin: &Admin, outlet: Uuid) -> Result<Vec<Staff>> {
    let profile = admin.get(&format!("/api/outlets/{outlet}")).await?;
    let code = profile.text("/code")?;
    Ok(seeded()
        .get(code)
        .with_context(|| format!("the seed has no staff at {code}"))?
        .clone())
}

fn seeded() -> std::collections::HashMap<String, Vec<Staff>> {
    std::collections::HashMap::new()
}
