//! What several centrals share beside the database, where a Redis is configured: counted calls, and the
//! word that a feed moved. Nothing is lost with it: without its answer each central counts on its own,
//! and sees what moved when it next looks.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::StreamExt;
use redis::{
    Client, RedisResult, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long an answer is waited for: callers wait meanwhile, and there is another way.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long a connection that broke is left alone, at most.
const REST: Duration = Duration::from_secs(2);
/// Where centrals tell each other that a feed moved; the message is who says so.
const MOVED: &str = "gerai:feed-moved";
/// Before each caller's name.
const CALLS: &str = "gerai:calls:";

/// The generic cell rate algorithm (ITU-T I.371), by Redis's own clock: a key holds the theoretical
/// arrival time in microseconds. Answers whether the call conforms, and how many more would, or the
/// microseconds until one does.
const GCRA: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + interval
local wait = arrival - interval * burst - now
if wait > 0 then return {0, wait} end
redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
return {1, math.floor(-wait / interval)}
";

/// The address is none.
#[derive(Debug, Error)]
#[error("redis.url is no address of a Redis")]
pub struct BadAddress(#[source] redis::RedisError);

/// What a shared count says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It may be made, and so many more at once.
    Within(u32),
    /// It is one too many until so long has passed.
    Beyond(Duration),
}

/// A Redis; clones share its connection.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    connection: ConnectionManager,
    gcra: Arc<Script>,
    me: Uuid,
    moved: Arc<Notify>,
}

impl fmt::Debug for Redis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Redis")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

impl Redis {
    /// The Redis at an address. It is connected to when it is first needed, again and again: central
    /// does not wait for it. `me` tells this central from the others.
    ///
    /// # Errors
    /// When the address is none.
    pub fn at(url: &str, me: Uuid) -> Result<Self, BadAddress> {
        let client = Client::open(url).map_err(BadAddress)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(BadAddress)?;
        Ok(Self {
            client,
            connection,
            gcra: Arc::new(Script::new(GCRA)),
            me,
            moved: Arc::default(),
        })
    }

    /// Counts a call of `who` against so many a minute, of all centrals together. `None` when Redis
    /// does not answer.
    pub async fn count(&self, who: &str, per_minute: u32) -> Option<Counted> {
        let per_minute = per_minute.max(1);
        let mut call = self.gcra.key(format!("{CALLS}{who}"));
        call.arg(60_000_000 / u64::from(per_minute)).arg(per_minute);
        let mut connection = self.connection.clone();
        let asked = tokio::time::timeout(PATIENCE, call.invoke_async::<(u8, u64)>(&mut connection)).await;
        match asked {
            Ok(Ok((1, left))) => Some(Counted::Within(u32::try_from(left).unwrap_or(u32::MAX))),
            Ok(Ok((_, wait))) => Some(Counted::Beyond(Duration::from_micros(wait))),
            Ok(Err(error)) => unanswered(&error),
            Err(late) => unanswered(&late),
        }
    }

    /// Tells the other centrals that a feed moved; soon, and once for many.
    pub fn say_moved(&self) {
        self.moved.notify_one();
    }

    /// Says and hears that feeds moved, until cancelled.
    pub async fn run(self, heard: impl Fn(), cancelled: CancellationToken) {
        let work = futures_util::future::join(self.say(), self.hear(heard));
        tokio::select! {
            () = cancelled.cancelled() => {}
            _ = work => {}
        }
    }

    async fn say(&self) {
        let mut connection = self.connection.clone();
        loop {
            self.moved.notified().await;
            let mut said = redis::cmd("PUBLISH");
            said.arg(MOVED).arg(self.me.as_bytes());
            let sent: RedisResult<u32> = said.query_async(&mut connection).await;
            if let Err(error) = sent {
                unanswered::<()>(&error);
            }
        }
    }

    async fn hear(&self, heard: impl Fn()) {
        loop {
            if let Err(error) = self.listen(&heard).await {
                unanswered::<()>(&error);
            }
            tokio::time::sleep(REST).await;
        }
    }

    async fn listen(&self, heard: &impl Fn()) -> RedisResult<()> {
        let mut subscription = self.client.get_async_pubsub().await?;
        subscription.subscribe(MOVED).await?;
        tracing::info!("hears through Redis what other centrals change");
        // What was said while nobody listened.
        heard();
        let mut messages = subscription.on_message();
        while let Some(message) = messages.next().await {
            if message.get_payload_bytes() != self.me.as_bytes() {
                heard();
            }
        }
        Ok(())
    }
}

/// Each central goes on by itself meanwhile.
fn unanswered<T>(error: &(dyn std::error::Error + 'static)) -> Option<T> {
    metrics::counter!("gerai_redis_unanswered_total").increment(1);
    tracing::warn!(error, "Redis does not answer");
    None
}
