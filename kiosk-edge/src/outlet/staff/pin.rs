//! Name and PIN, checked against the grant; no line to central is needed.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHash, PasswordVerifier};
use gerai_shared::{Micros, ScreenId, StaffId, outlet::Grant};

use super::{
    active_grants,
    lockout::{self, Bounds},
    session,
};
use crate::{journal::JournalError, outlet::House, problems::Fault};

/// Who says to be signing in.
#[derive(Clone, Debug)]
pub(super) enum Who {
    Id(StaffId),
    Name(String),
}

impl Who {
    fn is(&self, grant: &Grant) -> bool {
        match self {
            Self::Id(id) => grant.staff == *id,
            Self::Name(name) => grant.name.trim().to_lowercase() == name.trim().to_lowercase(),
        }
    }

    /// Whose wrong PINs are counted; names of nobody count like any other.
    fn subject(&self, grant: Option<&Grant>) -> String {
        match (grant, self) {
            (Some(grant), _) => format!("staff:{}", grant.staff),
            (None, Self::Id(id)) => format!("staff:{id}"),
            (None, Self::Name(name)) => format!(
                "name:{}",
                name.trim().to_lowercase().chars().take(100).collect::<String>()
            ),
        }
    }
}

/// Opens a session when the PIN is right; else counts one more wrong one. A screen that hangs up
/// meanwhile is counted all the same.
pub(super) async fn sign_in(house: &House, screen: ScreenId, who: Who, pin: String) -> Result<(Grant, Micros), Fault> {
    tokio::spawn(check(house.clone(), screen, who, pin))
        .await
        .map_err(|_| JournalError::Closed)?
}

async fn check(house: House, screen: ScreenId, who: Who, pin: String) -> Result<(Grant, Micros), Fault> {
    // Held to the end: guesses come one after the other, each seeing the count of the last.
    let turn = house
        .one_hash
        .clone()
        .acquire_owned()
        .await
        .map_err(|_| JournalError::Closed)?;
    let known = house.journal.known();
    let trust = house.journal.trust();
    let now = house.clock.now();
    let booth = lockout::subject_of(screen);
    let counted = booth.clone();
    let (grant, subject, of_subject, of_screen, nobody) = (house.journal)
        .read(move |connection| {
            let grants = active_grants(connection, &trust)?;
            let nobody = grants.is_empty();
            let grant = grants.into_iter().find(|grant| who.is(grant));
            let subject = who.subject(grant.as_ref());
            let of_subject = lockout::of(connection, &subject)?.locked_for(now);
            let of_screen = lockout::of(connection, &counted)?.locked_for(now);
            Ok((grant, subject, of_subject, of_screen, nobody))
        })
        .await?;
    if nobody && known.outlet_position() == 0 {
        return Err(Fault::StaffMissing);
    }
    if let Some(retry_after) = of_screen {
        return Err(Fault::ScreenLocked { retry_after });
    }
    if let Some(retry_after) = of_subject {
        return Err(Fault::Locked { retry_after });
    }
    let hash = grant.as_ref().map(|grant| grant.pin_hash.clone());
    let right = tokio::task::spawn_blocking(move || is_right(hash.as_deref(), &pin))
        .await
        .unwrap_or(false);
    let settings = house.rules.staff;
    let answer = match grant.filter(|_| right) {
        Some(grant) => {
            let (staff, ladder) = (grant.staff, house.ladder());
            let expires_at = (house.journal)
                .write(move |group| {
                    lockout::forget(group.connection(), &subject)?;
                    if !session::is_known(group.connection(), staff)? {
                        ladder.admits_new()?;
                    }
                    session::begin(group, screen, staff, settings)
                })
                .await?;
            Ok((grant, expires_at))
        }
        None => {
            let attempts_left = (house.journal)
                .write(move |group| {
                    let now = group.clock.now();
                    lockout::count(group.connection(), &booth, now, Bounds::of_screen(settings))?;
                    let left = lockout::count(group.connection(), &subject, now, Bounds::of_name(settings))?;
                    Ok::<_, JournalError>(left)
                })
                .await?;
            Err(Fault::PinWrong { attempts_left })
        }
    };
    drop(turn);
    answer
}

/// Takes as long when there is no such name.
fn is_right(hash: Option<&str>, pin: &str) -> bool {
    static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| {
        use argon2::PasswordHasher;
        let hash = Argon2::default().hash_password_with_salt(b"nobody", b"no such member of staff");
        hash.ok().map(|hash| hash.to_string())
    });
    let known = hash.is_some();
    let Some(hash) = hash.or(NOBODYS.as_deref()) else {
        return false;
    };
    let matches =
        PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok());
    known && matches
}
