//! A printer that is a file of the machine, such as `/dev/usb/lp0`.

use std::{fs::OpenOptions, io, io::Write, path::Path, path::PathBuf, time::Duration};

use tokio::{
    sync::oneshot::{self, error::TryRecvError},
    time::timeout,
};

use super::{seen::Found, talk::PIECE};

/// Such a file, and what still writes to it.
#[derive(Debug)]
pub(super) struct Node {
    path: PathBuf,
    /// Opening and writing can block for as long as the printer likes: the thread that does is not waited
    /// for beyond the patience, and no second one is started beside it.
    stuck: Option<oneshot::Receiver<io::Result<()>>>,
}

impl Node {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, stuck: None }
    }

    /// Opens it and writes a slip, or nothing to see whether it is there. All that is known then is that the
    /// machine took it.
    pub(super) async fn write(&mut self, slip: Vec<u8>, patience: Duration) -> Found {
        if let Some(before) = &mut self.stuck {
            if matches!(before.try_recv(), Err(TryRecvError::Empty)) {
                return Found::SILENT;
            }
            self.stuck = None;
        }
        let pieces = u32::try_from(slip.len() / PIECE).unwrap_or(u32::MAX);
        let patience = patience.saturating_mul(pieces.saturating_add(1));
        let (path, (tell, mut told)) = (self.path.clone(), oneshot::channel());
        // Not of the runtime's threads: it would wait for them when the program ends.
        let writing = std::thread::Builder::new()
            .name("printer".to_owned())
            // Nobody may be waiting any more.
            .spawn(move || drop(tell.send(write(&path, &slip))));
        if writing.is_err() {
            return Found::SILENT;
        }
        match timeout(patience, &mut told).await {
            Ok(Ok(Ok(()))) => Found::UNTOLD,
            Ok(_) => Found::SILENT,
            Err(_) => {
                self.stuck = Some(told);
                Found::SILENT
            }
        }
    }
}

/// Neither makes the file nor empties it.
fn write(path: &Path, slip: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(slip)?;
    file.flush()
}
