//! What a ticket's page says, in words. Pure, and without the name or number of any person.

use gerai_shared::{
    Micros,
    outlet::Outlet,
    problem::Lang,
    queue::{RemoteState, RemoteTicket, Ticket, TicketState},
};
use time::macros::format_description;

/// An outlet that has not been heard for so long is shown as offline, in microseconds: four
/// heartbeats.
const SILENT: i64 = 60_000_000;

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
}

/// A small fact below the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub name: &'static str,
    pub value: String,
    pub wide: bool,
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
    pub stale: Option<String>,
    pub facts: Vec<Fact>,
    pub foot: &'static str,
    /// Whether the page is asked for again by itself, for want of anything to follow.
    pub retry: bool,
}

/// What is said of a state: its word, tone, headline and the line below.
struct Said {
    state: &'static str,
    tone: &'static str,
    headline: String,
    more: &'static str,
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
        stale: None,
        facts: Vec::new(),
        foot: lang.pick(
            "Halaman ini memperbarui dirinya sendiri. Siapa pun yang punya tautannya bisa melihatnya.",
            "This page updates by itself. Anyone who has its link can see it.",
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
        Subject::Here(ticket) => (ticket.told(), here(known, ticket)),
        Subject::Remote(remote) => (remote.told(), afar(known, remote)),
    };
    let live = matches!(said.tone, "wait" | "called" | "good");
    View {
        title: format!("{told} · {}", known.outlet.name),
        outlet: known.outlet.name.clone(),
        state: said.state,
        tone: said.tone,
        told: Some(told),
        headline: said.headline,
        more: said.more.to_owned(),
        stale: stale(known).filter(|_| live),
        facts: facts(known),
        ..frame(lang)
    }
}

fn here(known: &Known<'_>, ticket: &Ticket) -> Said {
    let lang = known.lang;
    let say = |state, tone, headline: &str, more| Said {
        state,
        tone,
        headline: headline.to_owned(),
        more,
    };
    let over = ticket.day < known.outlet.business_day(known.now);
    match ticket.now.state {
        TicketState::Finished => say(
            "finished",
            "good",
            lang.pick("Selesai. Terima kasih!", "Finished. Thank you!"),
            lang.pick("Sampai jumpa lagi.", "See you again."),
        ),
        TicketState::Cancelled => say(
            "cancelled",
            "over",
            lang.pick("Tiket dibatalkan", "Ticket cancelled"),
            lang.pick(
                "Ambil nomor baru kalau mau antre lagi.",
                "Take a new number to queue again.",
            ),
        ),
        _ if over => past(lang),
        TicketState::Waiting => waiting(known, ticket),
        TicketState::Called => called(known, ticket),
        TicketState::OnHold => say(
            "on_hold",
            "wait",
            lang.pick("Ditunda sebentar", "On hold for a moment"),
            lang.pick(
                "Tempatmu aman. Staf akan memanggilmu lagi.",
                "Your place is safe. Staff will call you again.",
            ),
        ),
        TicketState::InSession => say(
            "in_session",
            "good",
            lang.pick("Sesi sedang berjalan", "Your session is on"),
            lang.pick("Selamat bersenang-senang!", "Have fun!"),
        ),
        TicketState::NoShow => say(
            "no_show",
            "wait",
            lang.pick("Nomormu sudah dipanggil", "Your number was called"),
            lang.pick(
                "Datang ke meja staf: hari ini tempatmu masih ada.",
                "Come to the desk: you still have your place today.",
            ),
        ),
    }
}

fn past(lang: Lang) -> Said {
    Said {
        state: "past",
        tone: "over",
        headline: lang.pick("Tiket ini sudah lewat", "This ticket is past").to_owned(),
        more: lang.pick("Tiket hanya berlaku pada harinya.", "A ticket is good on its day only."),
    }
}

fn waiting(known: &Known<'_>, ticket: &Ticket) -> Said {
    let before = known.day.iter().take_while(|other| other.id != ticket.id);
    let ahead = before.filter(|other| other.now.state == TicketState::Waiting).count();
    let headline = match (ahead, known.lang) {
        (0, Lang::Id) => "Kamu berikutnya".to_owned(),
        (0, Lang::En) => "You are next".to_owned(),
        (ahead, Lang::Id) => format!("{ahead} antrean di depanmu"),
        (ahead, Lang::En) => format!("{ahead} ahead of you"),
    };
    let more = match ahead {
        0 => known.lang.pick(
            "Tetap dekat, sebentar lagi dipanggil.",
            "Stay close, you are called soon.",
        ),
        _ => known.lang.pick(
            "Kami panggil lewat layar dan suara di gerai.",
            "We call you on screen and by voice.",
        ),
    };
    Said {
        state: "waiting",
        tone: "wait",
        headline,
        more,
    }
}

fn called(known: &Known<'_>, ticket: &Ticket) -> Said {
    let room = room(known, ticket);
    let headline = match (room, known.lang) {
        (Some(room), Lang::Id) => format!("Giliranmu! Ke {room}"),
        (Some(room), Lang::En) => format!("It is your turn! Go to {room}"),
        (None, Lang::Id) => "Giliranmu! Ke meja staf".to_owned(),
        (None, Lang::En) => "It is your turn! Come to the desk".to_owned(),
    };
    Said {
        state: "called",
        tone: "called",
        headline,
        more: known.lang.pick("Kami menunggumu.", "We are waiting for you."),
    }
}

fn room<'a>(known: &Known<'a>, ticket: &Ticket) -> Option<&'a str> {
    let studio = ticket.now.studio?;
    known.outlet.studio(studio).map(|studio| studio.name.as_str())
}

fn afar(known: &Known<'_>, remote: &RemoteTicket) -> Said {
    let lang = known.lang;
    let over = remote.day < known.outlet.business_day(known.now);
    match remote.state {
        RemoteState::Cancelled => Said {
            state: "cancelled",
            tone: "over",
            headline: lang.pick("Dibatalkan", "Cancelled").to_owned(),
            more: lang.pick("Tiket ini tidak dipakai lagi.", "This ticket is not used any more."),
        },
        _ if over => past(lang),
        RemoteState::CheckedIn => Said {
            state: "checked_in",
            tone: "wait",
            headline: lang.pick("Sudah check-in", "Checked in").to_owned(),
            more: lang.pick(
                "Kami panggil lewat layar dan suara di gerai.",
                "We call you on screen and by voice.",
            ),
        },
        RemoteState::Joined => Said {
            state: "joined",
            tone: "wait",
            headline: lang.pick("Check-in dulu di gerai", "Check in at the outlet").to_owned(),
            more: lang.pick(
                "Ketik nomor ini di layar gerai begitu kamu sampai. Baru setelah itu kamu bisa dipanggil.",
                "Type this number on the outlet's screen when you are there. Only then can you be called.",
            ),
        },
    }
}

fn stale(known: &Known<'_>) -> Option<String> {
    let heard = known.heard_at?;
    let age = known.now.0 - heard.0;
    if age < SILENT {
        return None;
    }
    let (at, minutes) = (clock(known, heard), age / 60_000_000);
    Some(match known.lang {
        Lang::Id => {
            format!("Gerai sedang offline. Ini keadaan per {at} ({minutes} menit lalu); dengarkan panggilan di gerai.")
        }
        Lang::En => {
            format!("The outlet is offline. This is as of {at} ({minutes} min ago); listen for calls at the outlet.")
        }
    })
}

fn clock(known: &Known<'_>, at: Micros) -> String {
    let format = format_description!("[hour].[minute]");
    known.outlet.zone.local(at).format(format).unwrap_or_default()
}

fn facts(known: &Known<'_>) -> Vec<Fact> {
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
