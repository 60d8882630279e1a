//! Commands of every protocol there has been, read for ever.

use serde_json::Value;

use super::{Act, Command, Header, PROTOCOL, TransferTicket, Unreadable};
use crate::{
    Change, State,
    change::{Table, hash_of},
    decide,
    outlet::{Grant, Permission},
    recordings::Recorded,
};

/// What an edge of protocol 2 did, with the rows and hashes it came to.
const PROTOCOL_2: &str = include_str!("../../fixtures/protocol-2.jsonl");
/// A transfer between studios, as protocol 1 wrote it.
const PROTOCOL_1_TRANSFER: &str = include_str!("../../fixtures/protocol-1-transfer.json");
/// A grant as central of protocol 2 signed it.
const PROTOCOL_2_GRANT: &str = include_str!("../../fixtures/protocol-2-grant.json");
/// A day of protocol 3, with every kind it has, before it said what a guest agreed to and chose.
const PROTOCOL_3: &str = include_str!("../../fixtures/protocol-3.jsonl");
/// A day of the present protocol, with every field it has.
const PRESENT: &str = include_str!("../../fixtures/protocol-4.jsonl");

fn recorded(fixture: &str) -> impl Iterator<Item = Recorded> {
    fixture.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// An edge that has not been upgraded goes on pushing: what it did is read, and the same rows with
/// the same hash follow, so that nothing diverges.
#[test]
fn an_older_edges_day_comes_to_the_same_hashes() {
    for (fixture, kinds) in [(PROTOCOL_2, 18), (PROTOCOL_3, 25), (PRESENT, Act::KINDS.len())] {
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

/// The present recording's number with all a guest can say.
fn issued() -> (Recorded, Command) {
    let issued = recorded(PRESENT).next().unwrap();
    let command = Command::read(&issued.command, PROTOCOL).unwrap();
    (issued, command)
}

/// What a guest agreed to and chose is in the command, the row and its hash; where nobody was asked and
/// nothing was chosen, nothing is in the row.
#[test]
fn what_a_guest_agreed_to_and_chose_is_kept_with_the_ticket_and_nothing_leaves_no_trace() {
    let (issued, mut command) = issued();
    let Act::IssueTicket(issue) = &mut command.act else {
        panic!("{command:?}")
    };
    let Change::Ticket(ticket) = &issued.rows[0] else {
        panic!("{:?}", issued.rows)
    };
    assert!(issue.consent.is_some_and(|consent| consent.publicity));
    assert_eq!((ticket.consent, &ticket.wanted), (issue.consent, &issue.wanted));
    (issue.consent, issue.wanted) = (None, None);
    let read = Command::read(&command.to_json(), PROTOCOL).unwrap();
    assert_eq!(read, command);
    let changes = decide(&State::default(), &read).unwrap().changes;
    let json = serde_json::to_string(&changes).unwrap();
    assert!(!json.contains("consent") && !json.contains("wanted"), "{json}");
    assert_ne!(hash_of(&changes), issued.hash);
}

/// The packet of a line, likewise.
#[test]
fn a_packet_is_kept_with_the_sale_and_none_leaves_no_trace() {
    let sold = recorded(PRESENT)
        .find(|recorded| recorded.command.contains("\"sale.sell\""))
        .unwrap();
    let mut command = Command::read(&sold.command, PROTOCOL).unwrap();
    let Act::Sell(sell) = &mut command.act else {
        panic!("{command:?}")
    };
    let Change::Sale(sale) = &sold.rows[0] else {
        panic!("{:?}", sold.rows)
    };
    assert_eq!(sale.lines, sell.lines);
    let line = sell.lines.iter_mut().find(|line| line.packet.is_some()).unwrap();
    line.packet = None;
    let read = Command::read(&command.to_json(), PROTOCOL).unwrap();
    let changes = decide(&State::default(), &read).unwrap().changes;
    assert!(!serde_json::to_string(&changes).unwrap().contains("packet"));
    assert_ne!(hash_of(&changes), sold.hash);
}

/// Edges said in the last weeks of protocol 3 what protocol 4 asks for: the converter fills in what is
/// missing, and takes nothing away.
#[test]
fn invariant_11_what_protocol_3_said_in_its_last_weeks_stays_said() {
    for recorded in recorded(PRESENT) {
        let command = Command::read(&recorded.command, PROTOCOL).unwrap();
        if command.act.version() < 4 {
            continue;
        }
        // As then: nothing was said where there was nothing to say.
        let mut then: Value = serde_json::from_str(&recorded.command).unwrap();
        then["version"] = 3.into();
        if let Some(body) = then["body"].as_object_mut() {
            body.retain(|field, value| !(["consent", "wanted"].contains(&field.as_str()) && value.is_null()));
        }
        assert_eq!(Command::read(&then.to_string(), 3), Ok(command));
    }
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
    for recorded in recorded(PRESENT) {
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
    for recorded in recorded(PRESENT) {
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
    let odd = PRESENT
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
    let json = recorded(PRESENT).next().unwrap().command;
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
    for recorded in recorded(PROTOCOL_2)
        .chain(recorded(PROTOCOL_3))
        .chain(recorded(PRESENT))
    {
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
