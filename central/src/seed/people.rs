//! Roles, and the people of the demo.

use std::collections::HashMap;

use gerai_shared::{OutletId, StaffId, UserId, outlet::Permission};
use serde::Deserialize;
use uuid::Uuid;

use super::{DEMO_ADMIN, Error, chain, rows};
use crate::{
    features::{
        accounts::{self, Person, ensure_role, ensure_user},
        staff::{self, Pin, Wish},
    },
    platform::Platform,
    tx,
};

const STAFF: &str = include_str!("../../demo/staff.csv");
const CUSTOMERS: &str = include_str!("../../demo/customers.csv");

/// Roles, and what each gives.
const ROLES: [(&str, &[Permission]); 5] = [
    ("admin", &Permission::ALL),
    ("store_manager", &Permission::ALL),
    (
        "cashier",
        &[
            Permission::QueueManage,
            Permission::SalesSell,
            Permission::SyncView,
            Permission::TillManage,
        ],
    ),
    ("operator", &[Permission::QueueManage]),
    ("customer", &[]),
];

#[derive(Deserialize)]
struct Member {
    outlet: String,
    name: String,
    pin: String,
    role: String,
    id: Uuid,
}

#[derive(Deserialize)]
struct Customer {
    name: String,
    email: String,
    phone: String,
    customer_type: String,
    id: Uuid,
}

/// The base roles.
pub(super) async fn roles(platform: &Platform) -> Result<(), Error> {
    tx!(&platform.db, |tx| -> Result<(), Error> {
        for (role, permissions) in ROLES {
            let names: Vec<_> = permissions.iter().map(|permission| permission.as_str()).collect();
            ensure_role(tx, &platform.clock, role, &names).await?;
        }
        Ok(())
    })
}

/// An admin, if nobody has that email.
pub(super) async fn admin(platform: &Platform, email: &str, password: &str) -> Result<(), Error> {
    let email = email.trim().to_lowercase();
    let hash = accounts::hash_password(&platform.clock, password).await?;
    let person = Person {
        id: None,
        name: "Admin",
        email: Some(&email),
        phone: None,
        password_hash: Some(&hash),
        admin: true,
        customer_type: "retail",
        roles: &["admin"],
    };
    tx!(&platform.db, |tx| -> Result<(), Error> {
        ensure_user(tx, &platform.clock, &person).await?;
        Ok(())
    })
}

/// The staff of the demo with their grants; those who have one keep it, revoked or not.
pub(super) async fn staff(platform: &Platform) -> Result<(), Error> {
    let outlets: HashMap<String, OutletId> = chain::demo_outlets()?
        .into_iter()
        .map(|outlet| (outlet.code, outlet.id))
        .collect();
    let password = accounts::hash_password(&platform.clock, DEMO_ADMIN.1).await?;
    for member in rows::<Member>("staff.csv", STAFF)? {
        let unknown = |what: &str| Error::Demo("staff.csv", format!("{} has an unknown {what}", member.name));
        let outlet = *outlets.get(&member.outlet).ok_or_else(|| unknown("outlet"))?;
        let (_, permissions) = ROLES
            .into_iter()
            .find(|(role, _)| *role == member.role)
            .ok_or_else(|| unknown("role"))?;
        let staff = StaffId(member.id);
        if staff::grant(platform.db.reader(), staff, outlet).await?.is_some() {
            continue;
        }
        let pin_hash = Pin::new(&member.pin)?.hash(platform.clock.secret()).await?;
        let email = address(&member.name, "staf.gerai.example");
        let person = Person {
            id: Some(UserId(member.id)),
            name: &member.name,
            email: Some(&email),
            phone: None,
            password_hash: Some(&password),
            admin: false,
            customer_type: "retail",
            roles: &[&member.role],
        };
        let wish = Wish {
            staff,
            outlet,
            name: Some(member.name.clone()),
            permissions: permissions.to_vec(),
            pin_hash: Some(pin_hash),
        };
        let now = platform.clock.now();
        tx!(&platform.db, |tx| -> Result<(), Error> {
            ensure_user(tx, &platform.clock, &person).await?;
            staff::give(tx, &platform.key, wish.clone(), now).await?;
            Ok(())
        })?;
    }
    Ok(())
}

/// The customers of the demo.
pub(super) async fn customers(platform: &Platform) -> Result<(), Error> {
    let customers = rows::<Customer>("customers.csv", CUSTOMERS)?;
    let password = accounts::hash_password(&platform.clock, DEMO_ADMIN.1).await?;
    tx!(&platform.db, |tx| -> Result<(), Error> {
        for customer in &customers {
            let person = Person {
                id: Some(UserId(customer.id)),
                name: &customer.name,
                email: Some(&customer.email),
                phone: Some(&customer.phone),
                password_hash: Some(&password),
                admin: false,
                customer_type: &customer.customer_type,
                roles: &["customer"],
            };
            ensure_user(tx, &platform.clock, &person).await?;
        }
        Ok(())
    })
}

/// `Arum Contoh` at `staf.gerai.example`.
fn address(name: &str, domain: &str) -> String {
    format!("{}@{domain}", name.to_lowercase().replace(' ', "."))
}
