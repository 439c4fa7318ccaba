//! The vectors as they are written down.

use std::error::Error;
use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, CodecBuilder, Cutoff, Key, KeyRing};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub struct Vectors {
    pub cases: Vec<Case>,
    pub renewals: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Case {
    pub name: String,
    pub token: String,
    pub expect: Value,
    /// Only of renewals.
    pub renew_at: Option<i64>,
    pub changed_payload: Option<String>,
    now: i64,
    keys: Vec<VectorKey>,
    purpose: String,
    mode: String,
    context: Vec<String>,
    max_age: u64,
    absolute_timeout: Option<u64>,
    longest_max_age: Option<u64>,
    leeway: u64,
    not_before: Option<i64>,
    max_len: usize,
}

#[derive(Deserialize)]
struct VectorKey {
    key: String,
    retired_at: Option<i64>,
    activates_at: Option<i64>,
}

impl Vectors {
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl Case {
    pub fn now(&self) -> OffsetDateTime {
        instant(self.now)
    }

    pub fn codec(&self) -> Result<Codec, Box<dyn Error>> {
        let keys = self.keys()?;
        let codec = self.limited(self.builder(&keys)).build()?;
        let parts = self.context.iter().map(|part| bytes(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(codec.with_context(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())?)
    }

    pub fn max_requested_age(&self) -> u64 {
        self.longest_max_age.unwrap_or(self.max_age)
    }

    fn builder<'k>(&self, keys: &'k KeyRing) -> CodecBuilder<'k> {
        let max_age = Duration::from_secs(self.max_age);
        match self.mode.as_str() {
            "signed" => Codec::signed(&self.purpose, keys, max_age),
            _ => Codec::encrypted(&self.purpose, keys, max_age),
        }
    }

    fn limited<'k>(&self, builder: CodecBuilder<'k>) -> CodecBuilder<'k> {
        let builder = builder.leeway(Duration::from_secs(self.leeway)).max_len(self.max_len);
        let builder = match self.absolute_timeout {
            Some(seconds) => builder.absolute_timeout(Duration::from_secs(seconds)),
            None => builder.no_absolute_timeout(),
        };
        let builder = match self.longest_max_age {
            Some(seconds) => builder.max_requested_age(Duration::from_secs(seconds)),
            None => builder,
        };
        match self.not_before {
            Some(seconds) => builder.not_before(Cutoff::from_unix_timestamp(seconds)),
            None => builder,
        }
    }

    fn keys(&self) -> Result<KeyRing, Box<dyn Error>> {
        let (first, others) = self.keys.split_first().ok_or("no keys")?;
        let ring = KeyRing::new(Key::from_hex(&first.key)?);
        others.iter().try_fold(ring, |ring, other| {
            let key = Key::from_hex(&other.key)?;
            Ok(match (other.activates_at, other.retired_at) {
                (Some(seconds), _) => ring.activate_at(key, instant(seconds))?,
                (None, Some(seconds)) => ring.retire(key, instant(seconds))?,
                (None, None) => ring.verify_with(key)?,
            })
        })
    }
}

pub fn instant(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + hardtack::time::Duration::seconds(seconds)
}

/// A payload as a value.
pub fn value(hex: &str) -> Result<rmpv::Value, Box<dyn Error>> {
    Ok(rmpv::decode::read_value(&mut bytes(hex)?.as_slice())?)
}

fn bytes(hex: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let pairs =
        hex.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(str::from_utf8(pair)?, 16)?));
    pairs.collect()
}
