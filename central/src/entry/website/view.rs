//! What a ticket's page says, in words. Pure, and without the name or number of any person.

use gerai_shared::{
    Micros,
    estimate::Wait,
    outlet::Outlet,
    problem::Lang,
    queue::{RemoteState, RemoteTicket, Ticket, TicketState},
};
use time::macros::format_description;

use super::{
    notices::{self, Stays},
    qr::Qr,
    said,
};
use crate::features::{queue::Door, remote_queue};

/// What the token names.
pub(super) enum Subject {
    /// The outlet's own ticket.
    Here(Box<Ticket>),
    /// A remote ticket before check-in.
    Remote(Box<RemoteTicket>),
}

/// What is known when the page is made.
pub(super) struct Known<'a> {
    pub lang: Lang,
    pub now: Micros,
    pub outlet: &'a Outlet,
    pub subject: &'a Subject,
    /// The outlet's tickets of the day, in service order.
    pub day: &'a [Ticket],
    /// When the outlet's edge was heard; `None` where central leads, which knows at once.
    pub heard_at: Option<Micros>,
    /// The outlet's door; `None` on another day than the ticket's.
    pub door: Option<&'a Door>,
    /// How long the ticket waits; before check-in, how long it would.
    pub wait: Option<Wait>,
    /// The page's address, as its QR code says it at the outlet's check-in.
    pub address: &'a str,
    /// Where its holder leaves, relative to the page.
    pub exit: &'a str,
    /// What came of leaving, when that was tried.
    pub stays: Option<Stays>,
}

/// A small fact below the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub name: &'static str,
    pub value: String,
    pub wide: bool,
}

/// The way out of the queue: a question, and a button behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leave {
    /// Where the form goes, relative to the page.
    pub exit: String,
    pub question: &'static str,
    pub warning: &'static str,
    pub button: &'static str,
}

/// The words of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub lang: &'static str,
    pub other_lang: &'static str,
    pub other_name: &'static str,
    pub title: String,
    pub outlet: String,
    pub state: &'static str,
    /// `wait`, `called`, `good` or `over`.
    pub tone: &'static str,
    pub number_label: &'static str,
    pub told: Option<String>,
    pub headline: String,
    pub more: String,
    pub qr: Option<Qr>,
    pub stale: Option<String>,
    /// That the outlet takes nobody new.
    pub shut: Option<String>,
    /// What came of leaving.
    pub stays: Option<&'static str>,
    pub leave: Option<Leave>,
    pub facts: Vec<Fact>,
    pub foot: &'static str,
    /// Whether the page is asked for again by itself, for want of anything to follow.
    pub retry: bool,
}

fn frame(lang: Lang) -> View {
    let (code, other, name) = match lang {
        Lang::Id => ("id", "en", "English"),
        Lang::En => ("en", "id", "Bahasa Indonesia"),
    };
    View {
        lang: code,
        other_lang: other,
        other_name: name,
        title: "Gerai".to_owned(),
        outlet: "Gerai".to_owned(),
        state: "unknown",
        tone: "over",
        number_label: lang.pick("Nomor kamu", "Your number"),
        told: None,
        headline: String::new(),
        more: String::new(),
        qr: None,
        stale: None,
        shut: None,
        stays: None,
        leave: None,
        facts: Vec::new(),
        foot: lang.pick(
            "Halaman ini memperbarui dirinya sendiri. Siapa pun yang punya tautannya bisa melihat dan melepas nomornya.",
            "This page updates by itself. Anyone who has its link can see it and give its number up.",
        ),
        retry: false,
    }
}

/// The page of a token nobody knows (yet).
pub(super) fn unknown(lang: Lang) -> View {
    View {
        headline: lang.pick("Tiket ini belum sampai di sini", "This ticket has not arrived here").to_owned(),
        more: lang
            .pick(
                "Baru saja mengambilnya? Mungkin gerai sedang offline. Nomormu tetap berlaku; dengarkan panggilan di gerai. \
                 Halaman ini mencoba lagi sendiri.",
                "Just got it? The outlet may be offline. Your number is good; listen for its call at the outlet. \
                 This page tries again by itself.",
            )
            .to_owned(),
        retry: true,
        ..frame(lang)
    }
}

/// The page of a ticket.
pub(super) fn page(known: &Known<'_>) -> View {
    let lang = known.lang;
    let (told, said) = match known.subject {
        Subject::Here(ticket) => (ticket.told(), said::here(known, ticket)),
        Subject::Remote(remote) => (remote.told(), said::afar(known, remote)),
    };
    let live = matches!(said.tone, "wait" | "called" | "good");
    let stale = notices::stale(known).filter(|_| live);
    let may_leave = may_leave(known);
    View {
        title: format!("{told} · {}", known.outlet.name),
        outlet: known.outlet.name.clone(),
        state: said.state,
        tone: said.tone,
        told: Some(told),
        headline: said.headline,
        more: said.more.to_owned(),
        qr: matches!(said.state, "joined").then(|| qr(known)).flatten(),
        shut: notices::shut(known).filter(|_| said.tone == "wait"),
        stays: known.stays.filter(|_| may_leave).map(|stays| stays.told(lang)),
        leave: may_leave.then(|| leave(known)),
        facts: facts(known, stale.is_none()),
        stale,
        ..frame(lang)
    }
}

fn qr(known: &Known<'_>) -> Option<Qr> {
    let caption = known.lang.pick(
        "Tunjukkan ke pemindai di gerai untuk check-in",
        "Show it to the outlet's scanner to check in",
    );
    Qr::of(known.address, caption)
}

/// Whether there is a place in the queue, or on the way to it, to give up.
fn may_leave(known: &Known<'_>) -> bool {
    let (day, held) = match known.subject {
        Subject::Remote(remote) => (remote.day, remote.state == RemoteState::Joined),
        Subject::Here(ticket) => (ticket.day, remote_queue::is_held(ticket)),
    };
    held && day >= known.outlet.business_day(known.now)
}

fn leave(known: &Known<'_>) -> Leave {
    let lang = known.lang;
    Leave {
        exit: known.exit.to_owned(),
        question: lang.pick("Tidak jadi?", "Not coming?"),
        warning: lang.pick(
            "Nomormu dilepas dan tidak bisa dikembalikan.",
            "Your number is given up and cannot be brought back.",
        ),
        button: lang.pick("Lepas nomor ini", "Give this number up"),
    }
}

fn minutes(lang: Lang, wait: Wait) -> String {
    let unit = lang.pick("menit", "min");
    match (wait.low, wait.high) {
        (_, 0) => lang.pick("sebentar lagi", "any moment").to_owned(),
        (low, high) if low == high => format!("{low} {unit}"),
        (low, high) => format!("{low}–{high} {unit}"),
    }
}

pub(super) fn clock(known: &Known<'_>, at: Micros) -> String {
    let format = format_description!("[hour].[minute]");
    known.outlet.zone.local(at).format(format).unwrap_or_default()
}

fn facts(known: &Known<'_>, fresh: bool) -> Vec<Fact> {
    let lang = known.lang;
    let mut facts = Vec::new();
    let mut add = |name, value: String, wide| facts.push(Fact { name, value, wide });
    let (product, party) = match known.subject {
        Subject::Here(ticket) => (&ticket.product.name, ticket.party_size),
        Subject::Remote(remote) => (&remote.product.name, remote.party_size),
    };
    if let Subject::Remote(remote) = known.subject
        && let Some(at) = remote.starts_at
    {
        let date = known.outlet.zone.local(at).date();
        let day = format!("{:02}/{:02}/{}", date.day(), u8::from(date.month()), date.year());
        add(
            lang.pick("Jadwal", "Booked for"),
            format!("{day}, {}", clock(known, at)),
            true,
        );
    }
    if let Some(wait) = known.wait.filter(|_| fresh) {
        let name = match known.subject {
            Subject::Here(_) => lang.pick("Perkiraan tunggu", "Estimated wait"),
            Subject::Remote(_) => lang.pick("Perkiraan tunggu setelah check-in", "Estimated wait after check-in"),
        };
        add(name, minutes(lang, wait), true);
    }
    add(lang.pick("Untuk", "For"), product.clone(), false);
    add(lang.pick("Orang", "People"), party.to_string(), false);
    let serving: Vec<_> = known
        .day
        .iter()
        .filter(|ticket| ticket.now.state == TicketState::Called)
        .map(Ticket::told)
        .collect();
    if !serving.is_empty() {
        add(lang.pick("Sedang dipanggil", "Being called"), serving.join(", "), true);
    }
    facts
}
