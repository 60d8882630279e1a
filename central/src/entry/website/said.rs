//! What is said of a ticket in each of its states.

use gerai_shared::{
    problem::Lang,
    queue::{RemoteState, RemoteTicket, Ticket, TicketState},
};

use super::view::Known;

/// What is said of a state: its word, tone, headline and the line below.
pub(super) struct Said {
    pub state: &'static str,
    pub tone: &'static str,
    pub headline: String,
    pub more: &'static str,
}

pub(super) fn here(known: &Known<'_>, ticket: &Ticket) -> Said {
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
    let place = ticket.service_order(known.now);
    let before = known.day.iter().filter(|other| other.service_order(known.now) < place);
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

pub(super) fn afar(known: &Known<'_>, remote: &RemoteTicket) -> Said {
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
