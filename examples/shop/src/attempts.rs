//! How many log-ins may be tried, counted in Redis.

use core::net::{IpAddr, Ipv6Addr};

use redis::aio::ConnectionManager;

use crate::error::Error;

const WINDOW_SECS: u64 = 15 * 60;
/// For one name from one address.
const MAX_OF_PAIR: u64 = 10;
/// For one name from everywhere. The owner of the name is locked out with the attacker for up to a
/// window, so it is high; sessions that exist go on.
const MAX_OF_NAME: u64 = 100;
/// For all names from one address, which may be a whole office.
const MAX_OF_ADDRESS: u64 = 200;

#[derive(Clone)]
pub struct Attempts {
    redis: ConnectionManager,
}

impl Attempts {
    pub fn new(redis: ConnectionManager) -> Self {
        Self { redis }
    }

    /// Counts an attempt before its password is looked at, so that many at once are counted as well.
    /// Names that no user has are counted alike.
    pub async fn count(&self, address: IpAddr, name: &str) -> Result<(), Error> {
        // First the address alone: one that tries very many names fills no memory with them.
        self.count_one(format!("shop:attempts:from:{}", network(address)), MAX_OF_ADDRESS).await?;
        let [pair, name] = keys_of_name(address, name);
        self.count_one(pair, MAX_OF_PAIR).await?;
        self.count_one(name, MAX_OF_NAME).await
    }

    async fn count_one(&self, key: String, limit: u64) -> Result<(), Error> {
        let mut count = redis::pipe();
        count.atomic().cmd("INCR").arg(&key);
        count.cmd("EXPIRE").arg(key).arg(WINDOW_SECS).arg("NX").ignore();
        let (count,): (u64,) = count.query_async(&mut self.redis.clone()).await?;
        if count > limit { Err(Error::TooManyAttempts) } else { Ok(()) }
    }

    /// Forgets the failures of a name that its owner remembered at last. The address keeps its count:
    /// else an attacker with an account could begin anew.
    pub async fn forget(&self, address: IpAddr, name: &str) -> Result<(), Error> {
        let keys = keys_of_name(address, name).to_vec();
        Ok(redis::cmd("DEL").arg(keys).query_async(&mut self.redis.clone()).await?)
    }
}

/// Names differ by more than the case of their letters.
fn keys_of_name(address: IpAddr, name: &str) -> [String; 2] {
    let name: String = name.to_ascii_lowercase().chars().take(64).collect();
    [format!("shop:attempts:at:{}:{name}", network(address)), format!("shop:attempts:of:{name}")]
}

/// Counts an IPv6 network of 64 bits as one address, because one client has all 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}
