//! The limits on log-in attempts, which are counted in Redis.

use core::net::{IpAddr, Ipv6Addr};

use crate::connection::Redis;
use crate::error::Error;

const WINDOW_SECS: u64 = 15 * 60;
/// The limit for one name from one address.
const MAX_OF_PAIR: u64 = 10;
/// The limit for one name from all addresses. It is high, because it also locks out the owner of the
/// name until the window ends. Existing sessions are not affected.
const MAX_OF_NAME: u64 = 100;
/// The limit for all names from one address, which a whole office may share.
const MAX_OF_ADDRESS: u64 = 200;

#[derive(Clone)]
pub struct Attempts {
    redis: Redis,
}

impl Attempts {
    pub fn new(redis: Redis) -> Self {
        Self { redis }
    }

    /// Counts an attempt before its password is verified, so that parallel attempts are counted too.
    /// Counts names that no user has in the same way.
    pub async fn count(&self, address: IpAddr, name: &str) -> Result<(), Error> {
        // The address comes first, so that an address over its limit adds no names to Redis.
        self.count_one(format!("shop:attempts:from:{}", network(address)), MAX_OF_ADDRESS).await?;
        let [pair, name] = keys_of_name(address, name);
        self.count_one(pair, MAX_OF_PAIR).await?;
        self.count_one(name, MAX_OF_NAME).await
    }

    async fn count_one(&self, key: String, limit: u64) -> Result<(), Error> {
        let mut count = redis::pipe();
        count.atomic().cmd("INCR").arg(&key);
        count.cmd("EXPIRE").arg(key).arg(WINDOW_SECS).arg("NX").ignore();
        let (count,): (u64,) = self.redis.run(&count).await?;
        if count > limit { Err(Error::TooManyAttempts) } else { Ok(()) }
    }

    /// Resets the counts of a name after a correct password. Keeps the count of the address, which an
    /// attacker with an account could otherwise reset.
    pub async fn forget(&self, address: IpAddr, name: &str) -> Result<(), Error> {
        let mut reset = redis::pipe();
        reset.cmd("DEL").arg(keys_of_name(address, name).to_vec()).ignore();
        self.redis.run(&reset).await
    }
}

/// Ignores the case of letters in the name, as SQLite does.
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
