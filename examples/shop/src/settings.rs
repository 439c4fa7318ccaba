//! The settings, which come from environment variables.

use core::time::Duration;
use std::env;
use std::error::Error;
use std::path::PathBuf;

use hardtack::{Key, KeyRing};

pub struct Settings {
    /// `SHOP_KEYS`. Defaults to a new key for this run.
    pub keys: KeyRing,
    /// `SHOP_DATABASE`, a file.
    pub database: PathBuf,
    /// `SHOP_REDIS`, a URL.
    pub redis: String,
    /// `SHOP_PORT`, on 127.0.0.1. 0 takes a free port.
    pub port: u16,
    /// Whether the cookie is `Secure` and named `__Host-session`: true unless `SHOP_PLAIN_HTTP` is `1`.
    pub secure: bool,
    /// `SHOP_CLOCK_AHEAD`, in seconds. Sets the clock forward, to see sessions expire.
    pub clock_ahead: Duration,
}

impl Settings {
    pub fn from_env() -> Result<Self, Box<dyn Error>> {
        let or = |name, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        Ok(Self {
            keys: keys()?,
            database: or("SHOP_DATABASE", "data/shop.db").into(),
            redis: or("SHOP_REDIS", "redis://127.0.0.1:6380"),
            port: or("SHOP_PORT", "3000").parse()?,
            secure: or("SHOP_PLAIN_HTTP", "0") != "1",
            clock_ahead: Duration::from_secs(or("SHOP_CLOCK_AHEAD", "0").parse()?),
        })
    }
}

fn keys() -> Result<KeyRing, Box<dyn Error>> {
    if env::var_os("SHOP_KEYS").is_some() {
        return Ok(KeyRing::from_env("SHOP_KEYS")?);
    }
    eprintln!("WARNING: SHOP_KEYS is not set. When this server stops, all users are logged out.");
    eprintln!("WARNING: To keep a key: export SHOP_KEYS=\"$(openssl rand -base64 32)\"");
    Ok(KeyRing::new(Key::generate()?))
}
