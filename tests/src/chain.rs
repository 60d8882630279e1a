//! What the seeded chain is known by: whoever signs in, in demo and stories.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::client::Admin;

/// The admin's sign-in.
pub const ADMIN_EMAIL: &str = "admin@gerai.example";
/// The admin's password.
pub const ADMIN_PASSWORD: &str = "rahasia-demo-123";

/// As `gerai-central seed --demo` reads it.
const STAFF: &str = include_str!("../../central/demo/staff.csv");
/// The role with every permission.
const MANAGER: &str = "store_manager";

/// A member of staff of a seeded outlet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// As shown on the sign-in screen.
    pub name: String,
    /// Six digits.
    pub pin: String,
}

#[derive(Deserialize)]
struct Seeded {
    outlet: String,
    name: String,
    pin: String,
    role: String,
}

/// The staff of an outlet with their PINs, as the seed made them; first who may do everything.
///
/// # Errors
/// When the outlet is not one of the seeded chain.
pub async fn staff_of(admin: &Admin, outlet: Uuid) -> Result<Vec<Staff>> {
    let profile = admin.get(&format!("/api/outlets/{outlet}")).await?;
    let code = profile.text("/code")?;
    let mut rows = csv::Reader::from_reader(STAFF.as_bytes());
    let mut seeded = rows.deserialize().collect::<Result<Vec<Seeded>, _>>()?;
    seeded.retain(|row| row.outlet == code);
    seeded.sort_by_key(|row| row.role != MANAGER);
    ensure!(!seeded.is_empty(), "the seed has no staff at {code}");
    let staff = |Seeded { name, pin, .. }| Staff { name, pin };
    Ok(seeded.into_iter().map(staff).collect())
}
