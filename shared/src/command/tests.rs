//! Commands of every protocol there has been, read for ever.

use serde::Deserialize;
use serde_json::Value;

use super::{Act, Command, Header, PROTOCOL, TransferTicket, Unreadable};
use crate::{
    Change, Exception, State,
    change::{Table, hash_of},
    decide,
    outlet::{Grant, Permission},
    queue::{Consent, Extra, Wanted},
};

/// What an edge of protocol 2 did, with the rows and hashes it came to.
const PROTOCOL_2: &str = include_str!("../../fixtures/protocol-2.jsonl");
/// A transfer between studios, as protocol 1 wrote it.
const PROTOCOL_1_TRANSFER: &str = include_str!("../../fixtures/protocol-1-transfer.json");
/// A grant as central of protocol 2 signed it.
const PROTOCOL_2_GRANT: &str = include_str!("../../fixtures/protocol-2-grant.json");
/// A day of protocol 3, with every kind it has.
const PROTOCOL_3: &str = include_str!("../../fixtures/protocol-3.jsonl");

#[derive(Deserialize)]
struct Recorded {
    command: String,
    hash: String,
    rows: Vec<Change>,
    exceptions: Vec<Exception>,
}

fn recorded(fixture: &str) -> impl Iterator<Item = Recorded> {
    fixture.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// An edge that has not been upgraded goes on pushing: what it did is read, and the same rows with
/// the same hash follow, so that nothing diverges.
#[test]
fn an_older_edges_day_comes_to_the_same_hashes() {
    for (fixture, kinds) in [(PROTOCOL_2, 18), (PROTOCOL_3, Act::KINDS.len())] {
        let (mut state, mut seen) = (State::default(), std::collections::BTreeSet::new());
        for recorded in recorded(fixture) {
            let command = Command::read(&recorded.command, PROTOCOL).unwrap();
            let decision = decide(&state, &command).unwrap();
            assert_eq!(decision.changes, recorded.rows, "{}", recorded.command);
            assert_eq!(hash_of(&decision.changes), recorded.hash, "{}", recorded.command);
            assert_eq!(decision.exceptions, recorded.exceptions);
            seen.insert(command.act.kind());
            state.apply(decision.changes);
        }
        assert_eq!(seen.len(), kinds, "a kind is not in the recording: {seen:?}");
    }
}

/// What this program writes today is what the recording of its own protocol says: a changed shape
/// needs a raised version, a converter, and a recording of its own.
#[test]
fn the_present_shape_is_the_recorded_one() {
    for recorded in recorded(PROTOCOL_3) {
        let command = Command::read(&recorded.command, PROTOCOL).unwrap();
        assert_eq!(command.to_json(), recorded.command);
    }
}

/// What a guest agreed to is in the command, the row and its hash; where nobody was asked nothing is.
#[test]
fn a_consent_is_kept_with_the_ticket_and_none_leaves_no_trace() {
    let issued = recorded(PROTOCOL_3)
        .find(|recorded| recorded.command.contains("\"ticket.issue\""))
        .unwrap();
    let mut command = Command::read(&issued.command, PROTOCOL).unwrap();
    assert!(!command.to_json().contains("consent"));
    let agreed = Consent {
        wording: 1,
        publicity: true,
    };
    let Act::IssueTicket(issue) = &mut command.act else {
        panic!("{command:?}")
    };
    issue.consent = Some(agreed);
    let read = Command::read(&command.to_json(), PROTOCOL).unwrap();
    assert_eq!(read, command);
    let changes = decide(&State::default(), &read).unwrap().changes;
    assert!(matches!(&changes[..], [Change::Ticket(ticket)] if ticket.consent == Some(agreed)));
    assert_ne!(hash_of(&changes), issued.hash);
}

/// What a guest chose is in the command, the row and its hash; where nothing was chosen nothing is.
#[test]
fn a_choice_is_kept_with_the_ticket_and_none_leaves_no_trace() {
    let issued = recorded(PROTOCOL_3)
        .find(|recorded| recorded.command.contains("\"ticket.issue\""))
        .unwrap();
    let mut command = Command::read(&issued.command, PROTOCOL).unwrap();
    assert!(!command.to_json().contains("wanted"));
    let wanted = Wanted {
        packet: Some("Gold".to_owned()),
        extras: vec![Extra {
            product: uuid::Uuid::from_u128(5).into(),
            name: "Print 4R".to_owned(),
            quantity: 2,
        }],
    };
    let Act::IssueTicket(issue) = &mut command.act else {
        panic!("{command:?}")
    };
    issue.wanted = Some(wanted.clone());
    let read = Command::read(&command.to_json(), PROTOCOL).unwrap();
    assert_eq!(read, command);
    let changes = decide(&State::default(), &read).unwrap().changes;
    assert!(matches!(&changes[..], [Change::Ticket(ticket)] if ticket.wanted.as_ref() == Some(&wanted)));
    assert_ne!(hash_of(&changes), issued.hash);
}

/// The packet of a line, likewise.
#[test]
fn a_packet_is_kept_with_the_sale_and_none_leaves_no_trace() {
    let sold = recorded(PROTOCOL_3)
        .find(|recorded| recorded.command.contains("\"sale.sell\""))
        .unwrap();
    let mut command = Command::read(&sold.command, PROTOCOL).unwrap();
    assert!(!command.to_json().contains("packet"));
    let Act::Sell(sell) = &mut command.act else {
        panic!("{command:?}")
    };
    sell.lines[0].packet = Some("Gold".to_owned());
    let read = Command::read(&command.to_json(), PROTOCOL).unwrap();
    assert_eq!(read, command);
    let changes = decide(&State::default(), &read).unwrap().changes;
    assert!(matches!(&changes[..], [Change::Sale(sale)] if sale.lines[0].packet.as_deref() == Some("Gold")));
    assert_ne!(hash_of(&changes), sold.hash);
}

#[test]
fn invariant_11_a_transfer_of_the_first_protocol_is_read() {
    let read = Command::read(PROTOCOL_1_TRANSFER.trim_end(), PROTOCOL).unwrap();
    assert!(matches!(
        read.act,
        Act::TransferTicket(TransferTicket {
            product: None,
            from: None,
            ..
        })
    ));
}

#[test]
fn a_newer_command_is_told_apart() {
    for recorded in recorded(PROTOCOL_3) {
        let newer = recorded.command.replacen("\"version\":", "\"version\":9", 1);
        assert!(matches!(Command::read(&newer, PROTOCOL), Err(Unreadable::Newer { .. })));
        // A program that may only read the protocol before holds what is newer, and no more.
        let command = Command::read(&recorded.command, PROTOCOL).unwrap();
        let before = Command::read(&recorded.command, PROTOCOL - 1);
        assert_eq!(before.is_err(), command.act.version() == PROTOCOL);
    }
}

/// A program of protocol 2 reads tables by name, strictly; and so does this one no longer.
#[test]
fn tables_that_came_later_stand_apart_and_unknown_ones_are_no_reason_to_refuse() {
    for recorded in recorded(PROTOCOL_3) {
        let (command, value) = (
            Command::read(&recorded.command, PROTOCOL).unwrap(),
            serde_json::from_str::<Value>(&recorded.command).unwrap(),
        );
        for key in value["keys"].as_array().unwrap() {
            assert!(
                ["ticket", "session", "room", "sale", "sale_void", "answer"].contains(&key["table"].as_str().unwrap())
            );
        }
        let header: Header = serde_json::from_str(&recorded.command).unwrap();
        let (mut told, mut own) = (header.keys, command.act.keys());
        told.sort_unstable();
        own.sort_unstable();
        assert_eq!(told, own);
    }
    let odd = PROTOCOL_3
        .lines()
        .next()
        .unwrap()
        .replace("\\\"table\\\":\\\"ticket\\\"", "\\\"table\\\":\\\"locker\\\"");
    let odd: Recorded = serde_json::from_str(&odd).unwrap();
    let header: Header = serde_json::from_str(&odd.command).unwrap();
    assert_eq!(header.keys[0].table, Table::Unknown);
}

#[test]
fn unknown_fields_of_a_command_are_refused() {
    let json = recorded(PROTOCOL_3).next().unwrap().command;
    let odd = json.replacen("\"party_size\":", "\"party_sise\":1,\"party_size\":", 1);
    assert!(matches!(
        Command::read(&odd, PROTOCOL),
        Err(Unreadable::Malformed(why)) if why.contains("party_sise")
    ));
}

#[test]
fn grants_are_read_over_the_protocols() {
    let old: Grant = serde_json::from_str(PROTOCOL_2_GRANT).unwrap();
    assert_eq!(old.permissions.len(), 5);
    let now = Grant {
        permissions: Permission::ALL.to_vec(),
        ..old.clone()
    };
    let json: Value = serde_json::to_value(&now).unwrap();
    // A program of protocol 2 can read these; it passes over fields it does not know.
    assert_eq!(
        json["permissions"],
        serde_json::from_str::<Value>(PROTOCOL_2_GRANT).unwrap()["permissions"]
    );
    assert_eq!(serde_json::from_value::<Grant>(json.clone()).unwrap(), now);
    let mut later = json;
    later["further"] = serde_json::json!(["till.manage", "moon.land"]);
    assert_eq!(serde_json::from_value::<Grant>(later).unwrap(), now);
}

/// One pass over the bytes comes to what two came to: the header any program reads, and the command.
#[test]
fn header_and_command_are_read_together() {
    for recorded in recorded(PROTOCOL_2).chain(recorded(PROTOCOL_3)) {
        let (header, command) = Command::read_with_header(&recorded.command, PROTOCOL).unwrap();
        assert_eq!(header, serde_json::from_str(&recorded.command).unwrap());
        assert_eq!(command, Command::read(&recorded.command, PROTOCOL));
        assert!(command.is_ok(), "{command:?}");
        // An envelope of a shape to come: its header is what it always was.
        let later = recorded.command.replacen("\"version\":", "\"moon\":1,\"version\":9", 1);
        let (header, command) = Command::read_with_header(&later, PROTOCOL).unwrap();
        assert_eq!(header, serde_json::from_str(&later).unwrap());
        assert!(matches!(command, Err(Unreadable::Newer { .. })), "{command:?}");
    }
    assert!(Command::read_with_header("{\"seq\":1}", PROTOCOL).is_err());
}
