//! The line to a printer, when it goes wrong half-way.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::{
    super::{printer::Manner, seen::Found, talk::ask},
    MOMENT,
    ear::{PATIENT, in_time},
};

/// Answers four questions well, then takes so many bytes and no more.
async fn takes(line: &mut tokio::io::DuplexStream, bytes: usize) {
    for _ in 0..4 {
        let mut question = [0; 3];
        line.read_exact(&mut question).await.unwrap();
        line.write_all(&[0x12]).await.unwrap();
    }
    line.read_exact(&mut vec![0; bytes]).await.unwrap();
}

#[tokio::test]
async fn a_printer_that_stalls_in_the_middle_of_a_slip_is_given_up() {
    let (mut ours, mut its) = duplex(64);
    let mut manner = Manner {
        patience: MOMENT,
        speaks: None,
    };
    let slip = [b'x'; 1_000];
    let printing = async {
        let failed = manner.print_on(&mut ours, &slip).await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::TimedOut);
    };
    // It stays connected meanwhile.
    let (its, ()) = in_time(async {
        tokio::join!(
            async {
                takes(&mut its, 300).await;
                its
            },
            printing
        )
    })
    .await;
    drop(its);
    assert_eq!(manner.speaks, Some(true), "it had answered");
}

#[tokio::test]
async fn a_printer_that_took_all_and_then_says_nothing_has_fallen_silent() {
    let (mut ours, mut its) = duplex(64);
    let mut manner = Manner {
        patience: MOMENT,
        speaks: None,
    };
    let slip = [b'x'; 1_000];
    let printing = manner.print_on(&mut ours, &slip);
    let listening = async {
        takes(&mut its, 1_000).await;
        its
    };
    let (found, its) = in_time(async { tokio::join!(printing, listening) }).await;
    drop(its);
    assert_eq!(found.unwrap(), Found::SILENT);
}

#[tokio::test]
async fn what_was_not_asked_for_is_passed_over_and_what_is_not_known_stays_open() {
    let (mut ours, mut its) = duplex(64);
    let answering = async {
        let mut question = [0; 3];
        its.read_exact(&mut question).await.unwrap();
        assert_eq!(question, [0x10, 0x04, 1]);
        // XON, automatic status, then the answer.
        its.write_all(&[0x11, 0x14, 0x00, 0x00, 0x0F, 0x12]).await.unwrap();
        its.read_exact(&mut question).await.unwrap();
        assert_eq!(question, [0x10, 0x04, 2]);
        its
    };
    let (answers, its) = in_time(async { tokio::join!(ask(&mut ours, MOMENT), answering) }).await;
    drop(its);
    assert_eq!(answers.unwrap(), [Some(0x12), None, None, None]);
}

#[tokio::test]
async fn a_printer_that_hangs_up_is_an_error_at_once() {
    let (mut ours, its) = duplex(64);
    drop(its);
    assert!(in_time(ask(&mut ours, PATIENT)).await.is_err());
}
