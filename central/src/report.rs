//! What a command tells the person who ran it.

use std::fmt::Write;

use gerai_central::features::fleet::{Forgotten, Restored};

/// What `restored` did, and what happens next.
pub fn restored(done: &Restored) -> String {
    let mut text = format!(
        "The database has a new epoch, {} (it was {}).\n\nIn this backup:\n",
        done.epoch, done.before
    );
    for outlet in &done.outlets {
        let edge = match &outlet.edge {
            Some((name, Some(heard))) => format!("edge \"{name}\", heard last {}", heard.to_rfc3339()),
            Some((name, None)) => format!("edge \"{name}\", not heard yet"),
            None => "led by central".to_owned(),
        };
        // Writing into a string does not fail.
        let _ = writeln!(text, "  {:<8} {:>8} commands, {edge}", outlet.code, outlet.last_seq);
    }
    text.push_str(
        "\nStart central now. Every edge says hello anew: it is taken at its key and its incarnation, once,
fetches what it follows anew, and sends again what is missing here of the last 30 days. What is here
already is answered as before. Mobile and booking numbers go on at the next free hundred.

Not brought back, because nobody but central had it: what was done at central since the backup
(accounts, catalogue, joins and bookings from afar). An edge that was approved since the backup works on and
says who it is: `gerai-central adopt` lists those that wait, and gives them their outlets back.\n",
    );
    text
}

/// The edges that wait to be adopted.
pub fn forgotten(waiting: &[Forgotten]) -> String {
    if waiting.is_empty() {
        return "No edge waits to be adopted.\n".to_owned();
    }
    let mut text = "These edges were approved after this backup. `gerai-central adopt ID` gives one its outlet back;\nrevoke the others, and what they did is reviewed.\n".to_owned();
    for edge in waiting {
        let outlet = edge.outlet.as_deref().unwrap_or("?");
        // Writing into a string does not fail.
        let _ = writeln!(
            text,
            "  {}  {outlet:<8} life {}, {} commands",
            edge.edge, edge.incarnation, edge.commands
        );
    }
    text
}
