//! Passwords, hashed with Argon2id.

use core::time::Duration;
use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::Error;

/// The maximum length in bytes. A longer password counts as wrong.
pub const MAX_LENGTH: usize = 1024;
/// How long a log-in waits for its turn.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);

/// Hashes passwords on threads that serve no requests, at most as many at once as there are cores. Each
/// hash takes 19 MiB of memory and about 20 ms.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The hash to verify if no user has the name, so that the response takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    pub fn new() -> Result<Self, password_hash::Error> {
        let cores = available_parallelism().map_or(1, usize::from);
        let decoy = hash("nobody has this password")?.into();
        Ok(Self { turns: Arc::new(Semaphore::new(cores)), decoy })
    }

    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.in_turn(move || hash(&password)).await?.map_err(Error::internal)
    }

    /// Returns true if `password` matches `hash`. Without a hash, returns false after the same time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let matches = self.in_turn(move || verify(&password, &hash)).await?;
        Ok(matches.map_err(Error::internal)? && exists)
    }

    /// Keeps the turn until the work is done, even if the request is dropped before.
    async fn in_turn<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Result<R, Error> {
        let turn = timeout(QUEUE_TIMEOUT, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(Error::internal)?;
        let done = spawn_blocking(move || (work(), turn)).await;
        Ok(done.map_err(Error::internal)?.0)
    }
}

/// Uses a cost that OWASP recommends: 19 MiB, two passes, one lane.
fn hash(password: &str) -> Result<String, password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool, password_hash::Error> {
    if password.len() > MAX_LENGTH {
        return Ok(false);
    }
    let hash = PasswordHash::new(hash)?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}
