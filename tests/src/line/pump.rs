//! Carrying one connection's bytes, as the line's mode allows at each piece.

use std::{
    io,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{Mode, Shared};

/// How a push begins on the wire. Bodies are JSON, in which this does not occur by chance.
pub(super) const PUSH: &[u8] = b"POST /edge/v1/push ";
const PIECE: usize = 16 * 1024;

/// What both directions of a connection know of it.
#[derive(Default)]
struct Connection {
    /// Bytes that went up, or down, were swallowed: it never works again.
    dead: [AtomicBool; 2],
    /// The answer that comes next is to be lost.
    losing: AtomicBool,
    /// Pushes that were carried up and have no byte of an answer yet.
    open: AtomicU64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up = 0,
    Down = 1,
}

/// Carries a connection until either end closes it.
pub(super) async fn carry(outlet: TcpStream, shared: &Shared) -> io::Result<()> {
    let connection = Connection::default();
    outlet.set_nodelay(true)?;
    if matches!(shared.mode(), Mode::Cut) {
        connection.die(Way::Up, shared);
        return swallow(outlet, shared).await;
    }
    let target = shared.course().central;
    let central = TcpStream::connect(target).await?;
    central.set_nodelay(true)?;
    let (outlet_read, outlet_write) = outlet.into_split();
    let (central_read, central_write) = central.into_split();
    let mut hang_ups = shared.hang_ups.subscribe();
    let carried = async {
        tokio::try_join!(
            one_way(Way::Up, outlet_read, central_write, shared, &connection),
            one_way(Way::Down, central_read, outlet_write, shared, &connection),
        )
        .map(|_| ())
    };
    let ended = tokio::select! {
        ended = carried => ended,
        _ = hang_ups.changed() => Ok(()),
    };
    let broken = connection.answered(shared);
    shared.counters.broken_pushes.fetch_add(broken, Ordering::SeqCst);
    ended
}

/// A connection made during a cut: heard by nobody, and kept open for ever.
async fn swallow(mut outlet: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let read = outlet.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        count(&shared.counters.swallowed_bytes, read);
    }
}

async fn one_way(
    way: Way,
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    shared: &Shared,
    connection: &Connection,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut seen = Vec::new();
    loop {
        let read = from.read(&mut piece).await?;
        let mode = shared.mode();
        if connection.swallows(way, mode) {
            connection.die(way, shared);
            if read == 0 {
                // A close does not cross a cut either: the other end learns nothing.
                return Ok(());
            }
            count(&shared.counters.swallowed_bytes, read);
            continue;
        }
        if read == 0 {
            return to.shutdown().await;
        }
        let mut begun = 0;
        if way == Way::Up {
            let pushes = note_pushes(&piece[..read], &mut seen, mode, shared, connection);
            if pushes > 0 && mode == Mode::WithoutPushes {
                count(&shared.counters.swallowed_bytes, read);
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            begun = pushes as u64;
        } else {
            connection.answered(shared);
            if connection.losing.load(Ordering::SeqCst) {
                // Central has answered, so it has committed; the outlet never hears of it.
                count(&shared.counters.lost_answers, 1);
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        if let Mode::Slow {
            latency,
            bytes_per_second,
        } = mode
        {
            count(&shared.counters.delayed, 1);
            let carrying = Duration::from_micros(read as u64 * 1_000_000 / bytes_per_second.max(1));
            tokio::time::sleep(latency + carrying).await;
            if matches!(shared.mode(), Mode::Cut) {
                connection.die(way, shared);
                count(&shared.counters.swallowed_bytes, read);
                continue;
            }
        }
        to.write_all(&piece[..read]).await?;
        if begun > 0 {
            connection.open.fetch_add(begun, Ordering::SeqCst);
            shared.counters.open_pushes.fetch_add(begun, Ordering::SeqCst);
        }
    }
}

/// Counts the pushes that begin in this piece, and marks the connection when the answer to one of
/// them is to be lost. Says how many.
fn note_pushes(piece: &[u8], seen: &mut Vec<u8>, mode: Mode, shared: &Shared, connection: &Connection) -> usize {
    seen.extend_from_slice(piece);
    let found = seen.windows(PUSH.len()).filter(|window| *window == PUSH).count();
    for _ in 0..found {
        let nth = shared.counters.pushes.fetch_add(1, Ordering::SeqCst) + 1;
        if let Mode::LosingAnswers { every } = mode
            && nth.is_multiple_of(every)
        {
            connection.losing.store(true, Ordering::SeqCst);
        }
    }
    // A beginning may lie across two pieces; what was counted must not be kept.
    let keep = (PUSH.len() - 1).min(seen.len());
    seen.drain(..seen.len() - keep);
    found
}

impl Connection {
    /// Whether bytes going this way are lost now. Once some were, all that follow are, for a stream
    /// with a hole in it is no stream.
    fn swallows(&self, way: Way, mode: Mode) -> bool {
        let dead = |way: Way| self.dead[way as usize].load(Ordering::SeqCst);
        match mode {
            Mode::Cut | Mode::Portal { .. } => true,
            Mode::HalfOpen => way == Way::Down || dead(way),
            _ => dead(Way::Up) || dead(Way::Down),
        }
    }

    /// Nothing waits for an answer on this connection any more; how many pushes did.
    fn answered(&self, shared: &Shared) -> u64 {
        let open = self.open.swap(0, Ordering::SeqCst);
        shared.counters.open_pushes.fetch_sub(open, Ordering::SeqCst);
        open
    }

    fn die(&self, way: Way, shared: &Shared) {
        let [up, down] = &self.dead;
        let died_before = up.load(Ordering::SeqCst) || down.load(Ordering::SeqCst);
        self.dead[way as usize].store(true, Ordering::SeqCst);
        if !died_before {
            count(&shared.counters.swallowed_connections, 1);
        }
    }
}

pub(super) fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Ordering::SeqCst);
}
