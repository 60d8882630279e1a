//! Why an edge is not let in.

use gerai_shared::{
    command::LEAST_FOLLOWED,
    sync::{TOO_OLD, UNKNOWN_EDGE},
};
use sea_orm::DbErr;
use thiserror::Error;

use crate::platform::{db::Transient, http::Failure};

/// Why an edge is not let in.
#[derive(Debug, Error)]
pub enum FleetError {
    /// The code is unknown, used or out of date.
    #[error("the code is unknown, used, or out of date")]
    BadCode,
    /// The key is not an Ed25519 public key, or the signature is not its.
    #[error("the signature is not that of the edge's key")]
    BadSignature,
    /// There is no such edge or outlet.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// It is not approved yet.
    #[error("the edge waits for approval")]
    Pending,
    /// Central has no approval of it: it says who it is, and shows central's own word.
    #[error("the edge is not known here")]
    NotKnown,
    /// It was approved after the backup this database was put back from, and no admin has adopted it yet.
    #[error("the edge was approved after this backup, and waits to be adopted")]
    Forgotten,
    /// Its outlet has had an edge of its life or of a later one meanwhile.
    #[error("life {0} of the outlet's edge is not before this one: revoke this one, its commands are reviewed then")]
    Superseded(i64),
    /// It was revoked.
    #[error("the edge was revoked")]
    Revoked,
    /// Another edge has taken its place.
    #[error("another edge has taken this one's place")]
    Fenced,
    /// Two machines say hello as this edge, or its disk was set back.
    #[error("the edge is a copy, or its disk was set back: {0}")]
    Cloned(&'static str),
    /// A hello from before others that were taken; its answer is of no use to anybody.
    #[error("the hello is from before the last one")]
    Outdated,
    /// It speaks a protocol the feed is not meant for any more.
    #[error("the edge speaks protocol {0}; the feed is for {LEAST_FOLLOWED} and later")]
    TooOld(u16),
    /// It is not fenced: its commands go the usual way.
    #[error("the edge leads its outlet")]
    Leads,
    /// A person has decided about the command before.
    #[error("the command is {0}")]
    Settled(String),
    /// This program cannot read the command.
    #[error("the command cannot be read: {0}")]
    Unreadable(String),
    /// It cannot be approved in the state it is in.
    #[error("the edge is {0}")]
    WrongStatus(String),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Transient for FleetError {
    fn database(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FleetError> for Failure {
    fn from(error: FleetError) -> Self {
        let detail = error.to_string();
        match error {
            FleetError::BadCode => Self::new(422, "enrol_code_invalid", "Kode tidak berlaku", "The code is not valid"),
            FleetError::BadSignature => Self::new(401, "bad_signature", "Tanda tangan salah", "Wrong signature"),
            FleetError::Unknown(_) => Self::not_found(),
            FleetError::Pending => Self::new(409, "edge_pending", "Menunggu persetujuan", "Waiting for approval"),
            FleetError::NotKnown => Self::new(
                404,
                UNKNOWN_EDGE,
                "Pusat tidak mengenal perangkat ini",
                "Central does not know this device",
            ),
            FleetError::Forgotten => Self::new(
                409,
                "edge_forgotten",
                "Pusat dipulihkan dari cadangan; perangkat ini menunggu diakui admin",
                "Central was put back from a backup; this device waits to be adopted by an admin",
            ),
            FleetError::Superseded(_) => Self::new(
                409,
                "edge_superseded",
                "Gerai ini sudah punya perangkat yang sama barunya",
                "The outlet has had a device of this life or a later one",
            ),
            FleetError::Revoked => Self::new(409, "edge_revoked", "Perangkat dicabut", "The device was revoked"),
            FleetError::Fenced => Self::new(
                409,
                "edge_fenced",
                "Perangkat ini sudah digantikan",
                "This device has been replaced",
            ),
            FleetError::Cloned(_) => Self::new(409, "edge_cloned", "Perangkat ini salinan", "This device is a copy"),
            FleetError::Outdated => Self::new(409, "hello_outdated", "Salam sudah usang", "The hello is outdated"),
            FleetError::TooOld(_) => Self::new(
                409,
                TOO_OLD,
                "Program gerai terlalu lama; perbarui dahulu",
                "The outlet's program is too old; upgrade it first",
            ),
            FleetError::Leads => Self::new(
                409,
                "edge_active",
                "Perangkat masih memimpin gerainya",
                "The device leads its outlet",
            ),
            FleetError::Settled(_) => Self::new(409, "already_settled", "Sudah diputuskan", "Already decided"),
            FleetError::Unreadable(_) => Self::new(
                409,
                "command_unreadable",
                "Perintah belum terbaca oleh versi ini",
                "This version cannot read the command yet",
            ),
            FleetError::WrongStatus(_) => Self::new(
                409,
                "wrong_edge_status",
                "Status perangkat tidak sesuai",
                "The device's state does not allow this",
            ),
            FleetError::Database(error) => return Self::from(error),
        }
        .detail(detail)
    }
}
