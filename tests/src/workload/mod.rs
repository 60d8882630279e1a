//! A busy outlet: several screens at once, doing what can be done next, until enough was told.

mod shelf;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use gerai_shared::command::PROTOCOL;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use self::shelf::Shelf;
use crate::{
    chain::Staff,
    client::{Screen, fresh_key},
    wait,
};

/// How long the screens work, and who stands at them.
#[derive(Clone, Debug)]
pub struct Shift {
    /// At least so many writes are told.
    wanted: usize,
    /// And they work on until this says that it is closing time.
    closing: Option<tokio::sync::watch::Receiver<bool>>,
    /// Who signs in again when a session ended, and confirms the day.
    staff: Option<Staff>,
    /// The longest rest between two taps.
    rest: Duration,
    /// Only what an edge of this protocol can do.
    protocol: u16,
}

impl Shift {
    /// A shift that is over once so many writes were told.
    #[must_use]
    pub fn of(wanted: usize) -> Self {
        Self {
            wanted,
            closing: None,
            staff: None,
            rest: Duration::ZERO,
            protocol: PROTOCOL,
        }
    }

    /// Goes on until it is closing time.
    #[must_use]
    pub fn until(mut self, closing: tokio::sync::watch::Receiver<bool>) -> Self {
        self.closing = Some(closing);
        self
    }

    /// With somebody who does what the edge asks for: signing in again, confirming the day.
    #[must_use]
    pub fn staffed_by(mut self, staff: Staff) -> Self {
        self.staff = Some(staff);
        self
    }

    /// At an outlet whose edge may be of an earlier release: of its protocol's kinds alone.
    #[must_use]
    pub fn speaking(mut self, protocol: u16) -> Self {
        self.protocol = protocol;
        self
    }

    /// With a rest of up to `rest` between two taps.
    #[must_use]
    pub fn resting(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }

    fn goes_on(&self, done: &AtomicUsize) -> bool {
        done.load(Ordering::SeqCst) < self.wanted || self.closing.as_ref().is_some_and(|closing| !*closing.borrow())
    }
}

/// Something a screen may do next, at its path with its body.
type Step = (String, Value);

/// One screen's share of the work. It remembers what it was told and picks what that allows.
#[derive(Debug)]
struct Hand {
    screen: Screen,
    shelf: Shelf,
    random: StdRng,
    tickets: Vec<Value>,
    sales: Vec<Value>,
    sessions: Vec<Value>,
    shift: Option<Value>,
}

/// Lets `screens` work until `wanted` more writes were told; returns the kinds of paths taken.
///
/// # Errors
/// When a screen gets no answer, or a kind of work was never done.
pub async fn work(screens: &[Screen], wanted: usize, seed: u64) -> Result<BTreeSet<String>> {
    work_shift(screens, &Shift::of(wanted), seed).await
}

/// Lets `screens` work a shift; returns the kinds of paths taken.
///
/// # Errors
/// When a screen gets no answer, or one that nobody can do anything about.
pub async fn work_shift(screens: &[Screen], shift: &Shift, seed: u64) -> Result<BTreeSet<String>> {
    let done = Arc::new(AtomicUsize::new(0));
    let mut ready = Vec::new();
    for (nth, screen) in screens.iter().enumerate() {
        ready.push(Hand::new(screen.clone(), seed.wrapping_add(nth as u64), nth, screens.len()).await?);
    }
    let mut hands = tokio::task::JoinSet::new();
    for hand in ready {
        hands.spawn(hand.work(Arc::clone(&done), shift.clone()));
    }
    let mut kinds = BTreeSet::new();
    while let Some(worked) = hands.join_next().await {
        kinds.extend(worked??);
    }
    ensure!(
        done.load(Ordering::SeqCst) >= shift.wanted,
        "only {done:?} of {} writes were told",
        shift.wanted
    );
    Ok(kinds)
}

impl Hand {
    async fn new(screen: Screen, seed: u64, nth: usize, of: usize) -> Result<Self> {
        Ok(Self {
            shelf: Shelf::of(&screen, nth, of).await?,
            screen,
            random: StdRng::seed_from_u64(seed),
            tickets: Vec::new(),
            sales: Vec::new(),
            sessions: Vec::new(),
            shift: None,
        })
    }

    async fn work(mut self, done: Arc<AtomicUsize>, shift: Shift) -> Result<BTreeSet<String>> {
        let mut kinds = BTreeSet::new();
        while shift.goes_on(&done) {
            if !shift.rest.is_zero() {
                wait::pass(shift.rest.mul_f64(self.random.random())).await;
            }
            let (path, body) = self.next_step(shift.protocol)?;
            let key = fresh_key();
            let mut answer = self.screen.tap_with(&key, &path, &body).await?;
            if let Some(staff) = &shift.staff {
                // The same question again: it may have been done before its answer was lost.
                while self.screen.set_right(&answer, staff).await? {
                    answer = self.screen.tap_with(&key, &path, &body).await?;
                }
            }
            if answer.code().starts_with("ladder_") {
                // So long without central that this is not done here any more.
                continue;
            }
            if answer.code() == "permission_missing" {
                // The grants of an older central know nothing of it.
                self.forget_refused(&path);
                continue;
            }
            // Without staff nobody would ever confirm it.
            if answer.status == 409 && answer.code() != "day_unconfirmed" {
                // Another screen was first: the room is taken, say. That is life, not a failure.
                self.forget_refused(&path);
                continue;
            }
            let answer = answer.ok().with_context(|| format!("{path} {body}"))?;
            done.fetch_add(1, Ordering::SeqCst);
            kinds.insert(kind_of(&path));
            self.remember(&path, &answer.body);
        }
        Ok(kinds)
    }

    fn next_step(&mut self, protocol: u16) -> Result<Step> {
        let dice = self.random.random_range(0..100);
        let step = match dice {
            0..22 => self.sell(protocol),
            22..32 => self.void(),
            32..38 => self.set_room(),
            38..45 => self.session_step(),
            45..80 => self.ticket_step(),
            // Cash shifts and the door are of protocol 3.
            80..85 if protocol >= 3 => self.shift_step(),
            85..88 if protocol >= 3 => self.door_step(),
            _ => None,
        };
        match step {
            Some(step) => Ok(step),
            None => self.issue(protocol),
        }
    }

    fn issue(&mut self, protocol: u16) -> Result<Step> {
        let product = self.shelf.visited(&mut self.random).context("nothing to visit")?;
        let mut ticket = json!({ "product": product, "party_size": self.random.random_range(1..6), "holder": "Budi" });
        if protocol >= 3 && self.random.random_bool(0.5) {
            ticket["consent"] = json!({ "wording": 1, "publicity": self.random.random_bool(0.5) });
        }
        if protocol >= 3 && self.random.random_bool(0.5) {
            self.shelf.choose(&mut self.random, &mut ticket);
        }
        Ok(("/api/outlet/tickets".to_owned(), ticket))
    }

    fn sell(&mut self, protocol: u16) -> Option<Step> {
        let packets = protocol >= 3 && self.random.random_bool(0.3);
        let mut line = self.shelf.line(&mut self.random, packets)?;
        line["quantity"] = json!(self.random.random_range(1..4));
        Some((
            "/api/outlet/sales".to_owned(),
            json!({ "lines": [line], "tendered": 100_000_000 }),
        ))
    }

    fn void(&mut self) -> Option<Step> {
        let sale = self.sales.pop()?;
        let id = sale["id"].as_str()?;
        Some((
            format!("/api/outlet/sales/{id}/void"),
            json!({ "reason": "salah barang" }),
        ))
    }

    fn set_room(&mut self) -> Option<Step> {
        let studio = self.shelf.studio(&mut self.random)?;
        let state = *["free", "cleaning"].choose(&mut self.random)?;
        Some((format!("/api/outlet/studios/{studio}/state"), json!({ "state": state })))
    }

    fn session_step(&mut self) -> Option<Step> {
        let at = (!self.sessions.is_empty()).then(|| self.random.random_range(0..self.sessions.len()))?;
        let id = self.sessions[at]["id"].as_str()?.to_owned();
        if self.random.random_bool(0.4) {
            return Some((format!("/api/outlet/sessions/{id}/extend"), json!({ "minutes": 5 })));
        }
        self.sessions.remove(at);
        Some((format!("/api/outlet/sessions/{id}/end"), json!({})))
    }

    /// The drawer is everybody's: who is not first hears of an open shift, and leaves it alone.
    fn shift_step(&mut self) -> Option<Step> {
        let Some(shift) = &self.shift else {
            return Some(("/api/outlet/shifts".to_owned(), json!({ "float": 200_000 })));
        };
        let id = shift["id"].as_str()?;
        if !shift["settlement"].is_null() {
            let path = format!("/api/outlet/shifts/{id}/corrections");
            self.shift = None;
            return Some((path, json!({ "amount": -5_000, "reason": "salah hitung" })));
        }
        if self.random.random_bool(0.3) {
            let counted = self.random.random_range(0..5_000_000);
            return Some((format!("/api/outlet/shifts/{id}/close"), json!({ "counted": counted })));
        }
        let direction = *["in", "out"].choose(&mut self.random)?;
        Some((
            format!("/api/outlet/shifts/{id}/movements"),
            json!({ "direction": direction, "amount": 10_000, "reason": "uang kecil" }),
        ))
    }

    fn door_step(&mut self) -> Option<Step> {
        if self.random.random_bool(0.5) {
            let minutes = self.random.random_range(-5..10);
            return Some((
                "/api/outlet/queue/estimate".to_owned(),
                json!({ "adjust_minutes": minutes }),
            ));
        }
        Some((
            "/api/outlet/intake".to_owned(),
            json!({ "state": "open", "message": "Selamat datang" }),
        ))
    }

    fn ticket_step(&mut self) -> Option<Step> {
        let ticket = self.tickets.choose(&mut self.random)?.clone();
        let studio = self.shelf.studio(&mut self.random)?;
        let id = ticket["id"].as_str()?;
        let acts: &[&str] = match ticket["state"].as_str()? {
            "waiting" => &["call", "call", "hold", "transfer", "cancel", "start"],
            "called" => &["recall", "hold", "no-show", "start", "start", "undo"],
            "on_hold" => &["resume", "transfer", "cancel"],
            "no_show" => &["return", "undo"],
            _ => return None,
        };
        let act = *acts.choose(&mut self.random)?;
        // Only what was done can be taken back.
        let act = if act == "undo" && ticket["before"].is_null() {
            "recall"
        } else {
            act
        };
        let body = match act {
            "start" => json!({ "studio": studio }),
            "transfer" => json!({ "studio": studio }),
            "cancel" | "hold" => json!({ "reason": "tamu minta" }),
            _ => json!({}),
        };
        Some((format!("/api/outlet/tickets/{id}/{act}"), body))
    }

    fn remember(&mut self, path: &str, body: &Value) {
        let row = body["data"].clone();
        if path.starts_with("/api/outlet/tickets") {
            self.tickets.retain(|ticket| ticket["id"] != row["id"]);
            if path.ends_with("/start") {
                self.sessions.push(body["session"].clone());
            }
            if matches!(
                row["state"].as_str(),
                Some("waiting" | "called" | "on_hold" | "no_show")
            ) {
                self.tickets.push(row);
            }
        } else if path == "/api/outlet/sales" {
            self.sales.push(row);
        } else if path.starts_with("/api/outlet/shifts") && !path.ends_with("/corrections") {
            self.shift = Some(row);
        }
    }

    fn forget_refused(&mut self, path: &str) {
        if path.ends_with("/start") || path.contains("/studios/") {
            return;
        }
        self.tickets
            .retain(|ticket| !ticket["id"].as_str().is_some_and(|id| path.contains(id)));
    }
}

/// A path without its ids: `tickets/call`, `sales`, …
fn kind_of(path: &str) -> String {
    let parts: Vec<&str> = path
        .trim_start_matches("/api/outlet/")
        .split('/')
        .filter(|part| part.parse::<uuid::Uuid>().is_err())
        .collect();
    parts.join("/")
}
