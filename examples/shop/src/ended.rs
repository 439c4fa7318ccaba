//! The list of ended sessions. The check reads it from Redis. SQLite stores it as well, to fill Redis
//! again after a loss of data.

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hardtack::SessionId;
use hardtack::time::OffsetDateTime;
use redis::Pipeline;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::connection::Redis;
use crate::devices::Devices;
use crate::error::Error;

/// Present while Redis has the whole list. It is missing after Redis was emptied or replaced.
const IS_COMPLETE: &str = "shop:ended:is-complete";

/// How long a request waits while another one fills the list.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Ended {
    redis: Redis,
    devices: Devices,
    /// How long a session stays on the list. No token is valid for longer.
    lifetime: Duration,
    state: Arc<State>,
}

/// Tracks whether Redis has every session that this server knows to be ended.
struct State {
    /// Counts the changes that Redis missed. Begins at 1, because at first Redis may lack everything.
    missed: AtomicU64,
    /// The value of `missed` that the last refill covered.
    caught_up: AtomicU64,
    refilling: Mutex<()>,
}

impl Ended {
    pub fn new(redis: Redis, devices: Devices, lifetime: Duration) -> Self {
        let (missed, caught_up) = (AtomicU64::new(1), AtomicU64::new(0));
        let state = State { missed, caught_up, refilling: Mutex::new(()) };
        Self { redis, devices, lifetime, state: Arc::new(state) }
    }

    /// Returns true if the session is ended, or an error if that is unknown.
    pub async fn has(&self, id: SessionId, now: OffsetDateTime) -> Result<bool, Error> {
        if !self.state.is_complete() {
            self.refill(now).await?;
        }
        if let Some(is_ended) = self.ask(id).await? {
            return Ok(is_ended);
        }
        self.state.missed.fetch_add(1, Ordering::SeqCst);
        self.refill(now).await?;
        self.ask(id).await?.ok_or(Error::Unreachable)
    }

    /// Adds a session that is already marked as ended in SQLite. After a failure, this server accepts
    /// no member's session until Redis has been filled again.
    pub async fn add(&self, id: SessionId) -> Result<(), Error> {
        let mut list = redis::pipe();
        put(&mut list, id, self.lifetime.as_secs());
        let added = self.redis.run(&list).await;
        if added.is_err() {
            self.state.missed.fetch_add(1, Ordering::SeqCst);
        }
        added
    }

    /// Copies all ended sessions from SQLite to Redis.
    async fn refill(&self, now: OffsetDateTime) -> Result<(), Error> {
        let alone = timeout(QUEUE_TIMEOUT, self.state.refilling.lock()).await;
        let _alone = alone.map_err(|_| Error::Unreachable)?;
        if self.state.is_complete() {
            return Ok(()); // Another request filled it while this one waited.
        }
        let missed = self.state.missed.load(Ordering::SeqCst);
        let mut list = redis::pipe();
        list.atomic();
        for (id, ended_at) in self.devices.ended().await? {
            let forgotten_at = ended_at.saturating_add_unsigned(self.lifetime.as_secs());
            let left = forgotten_at.saturating_sub(now.unix_timestamp());
            if let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) {
                put(&mut list, id, left);
            }
        }
        list.cmd("SET").arg(IS_COMPLETE).arg(1).ignore();
        self.redis.run::<()>(&list).await?;
        self.state.caught_up.store(missed, Ordering::SeqCst);
        Ok(())
    }

    /// Returns `None` if Redis does not have the whole list.
    async fn ask(&self, id: SessionId) -> Result<Option<bool>, Error> {
        let mut question = redis::pipe();
        question.cmd("MGET").arg(IS_COMPLETE).arg(key(id));
        let ((is_complete, is_ended),): ((Option<u8>, Option<u8>),) =
            self.redis.run(&question).await?;
        Ok(is_complete.map(|_| is_ended.is_some()))
    }
}

impl State {
    fn is_complete(&self) -> bool {
        self.caught_up.load(Ordering::SeqCst) == self.missed.load(Ordering::SeqCst)
    }
}

fn put(list: &mut Pipeline, id: SessionId, seconds: u64) {
    list.cmd("SET").arg(key(id)).arg(1).arg("EX").arg(seconds).ignore();
}

fn key(id: SessionId) -> String {
    format!("shop:ended:{id}")
}
