//! The connection to Redis.

use core::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, Pipeline, RedisResult};

use crate::error::Error;

#[derive(Clone)]
pub struct Redis(ConnectionManager);

impl Redis {
    /// Connects on first use. The short timeouts turn a Redis that hangs into one that is down.
    pub fn connect(url: &str) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(500)))
            .set_response_timeout(Some(Duration::from_secs(1)))
            .set_number_of_retries(0);
        ConnectionManager::new_lazy_with_config(Client::open(url)?, config).map(Self)
    }

    /// Runs commands. If the connection was closed, Redis may run them twice.
    pub async fn run<R: FromRedisValue>(&self, commands: &Pipeline) -> Result<R, Error> {
        let mut manager = self.0.clone();
        let mut reply = commands.query_async(&mut manager).await;
        if is_closed(&reply) {
            reply = commands.query_async(&mut manager).await;
        }
        Ok(reply?)
    }
}

/// The connection manager reports a closed connection once, and then opens another one.
fn is_closed<R>(reply: &RedisResult<R>) -> bool {
    reply.as_ref().is_err_and(|error| error.is_io_error() && !error.is_timeout())
}
