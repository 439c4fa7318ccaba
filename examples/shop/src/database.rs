//! Access to SQLite on threads that serve no requests.

use core::time::Duration;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::Error;

/// How long SQLite waits for a lock of another process.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a request waits for the connection.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(2);

/// `AUTOINCREMENT` never assigns an ID twice. Otherwise, a new user could get the sessions of a
/// deleted one.
const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    is_admin INTEGER NOT NULL,
    sessions_valid_from INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    id BLOB PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    idle_timeout INTEGER NOT NULL,
    agent TEXT NOT NULL,
    address TEXT NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id);
";

/// A connection for reading and one for writing, so that readers do not wait for a writer.
#[derive(Clone)]
pub struct Database {
    reader: Arc<Mutex<Connection>>,
    writer: Arc<Mutex<Connection>>,
}

impl Database {
    pub fn open(path: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        create_private(path)?;
        let (writer, reader) = (connect(path)?, connect(path)?);
        writer.execute_batch(SCHEMA)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self { reader: Arc::new(Mutex::new(reader)), writer: Arc::new(Mutex::new(writer)) })
    }

    pub async fn read<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
    ) -> Result<R, Error> {
        run(&self.reader, |connection| work(connection)).await
    }

    /// Runs `work` in a transaction, and rolls it back if `work` fails.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<R> + Send + 'static,
    ) -> Result<R, Error> {
        run(&self.writer, |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
        .await
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

async fn run<R: Send + 'static>(
    connection: &Arc<Mutex<Connection>>,
    work: impl FnOnce(&mut Connection) -> rusqlite::Result<R> + Send + 'static,
) -> Result<R, Error> {
    let waiting = timeout(QUEUE_TIMEOUT, Arc::clone(connection).lock_owned());
    let mut connection = waiting.await.map_err(|_| Error::Busy)?;
    let done = spawn_blocking(move || work(&mut connection)).await;
    Ok(done.map_err(Error::internal)??)
}

/// Creates the file with the password hashes so that no other user of the machine can read it. SQLite
/// gives its other files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
