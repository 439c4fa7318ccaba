//! A codec, as a question describes it.

use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, Cutoff, Expiry, IssueOptions, Key, KeyRing, SessionId};
use serde::Deserialize;

use crate::Failure;
use crate::hex::Hex;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    mode: String,
    purpose: String,
    keys: Vec<RingKey>,
    overlap: u64,
    max_age: u64,
    max_requested_age: Option<u64>,
    absolute_timeout: Option<u64>,
    leeway: u64,
    not_before: Option<i64>,
    renew_after: Option<u64>,
    max_length: usize,
    context: Vec<Hex>,
}

/// The first signs from the beginning.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RingKey {
    key: Hex,
    signs_from: Option<i64>,
    retired_at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestedExpiry {
    Policy,
    BrowserClose,
    After(u64),
    At(i64),
}

impl Options {
    pub fn codec(&self) -> Result<Codec, Failure> {
        let (keys, max_age) = (self.ring()?, Duration::from_secs(self.max_age));
        let mut builder = match self.mode.as_str() {
            "signed" => Codec::signed(&self.purpose, &keys, max_age),
            _ => Codec::encrypted(&self.purpose, &keys, max_age),
        };
        builder = builder.leeway(Duration::from_secs(self.leeway)).max_len(self.max_length);
        builder = match self.absolute_timeout {
            Some(timeout) => builder.absolute_timeout(Duration::from_secs(timeout)),
            None => builder.no_absolute_timeout(),
        };
        if let Some(age) = self.max_requested_age {
            builder = builder.max_requested_age(Duration::from_secs(age));
        }
        if let Some(age) = self.renew_after {
            builder = builder.renew_after(Duration::from_secs(age));
        }
        if let Some(cutoff) = self.not_before {
            builder = builder.not_before(Cutoff::at(instant(cutoff)));
        }
        let parts: Vec<&[u8]> = self.context.iter().map(|part| part.0.as_slice()).collect();
        Ok(builder.build()?.with_context(&parts)?)
    }

    fn ring(&self) -> Result<KeyRing, Failure> {
        let (first, others) = self.keys.split_first().ok_or("a ring without a key")?;
        let mut ring =
            KeyRing::new(Key::from_bytes(&first.key.0)?).overlap(Duration::from_secs(self.overlap));
        for RingKey { key, signs_from, retired_at } in others {
            let key = Key::from_bytes(&key.0)?;
            ring = match (signs_from, retired_at) {
                (Some(from), _) => ring.activate_at(key, instant(*from))?,
                (None, Some(at)) => ring.retire(key, instant(*at))?,
                (None, None) => ring.verify_with(key)?,
            };
        }
        Ok(ring)
    }
}

impl RequestedExpiry {
    pub fn expiry(&self) -> Expiry {
        match self {
            Self::Policy => Expiry::Policy,
            Self::BrowserClose => Expiry::BrowserClose,
            Self::After(seconds) => Expiry::After(Duration::from_secs(*seconds)),
            Self::At(at) => Expiry::At(instant(*at)),
        }
    }
}

pub fn issue_options(
    now: i64,
    id: Option<&Hex>,
    expiry: Option<&RequestedExpiry>,
) -> Result<IssueOptions, Failure> {
    let mut options = IssueOptions::at(instant(now));
    if let Some(id) = id {
        options = options.id(session_id(id)?);
    }
    Ok(match expiry {
        Some(expiry) => options.expiry(expiry.expiry()),
        None => options,
    })
}

pub fn session_id(id: &Hex) -> Result<SessionId, Failure> {
    let bytes = id.0.as_slice().try_into()?;
    Ok(SessionId::from_bytes(bytes))
}

pub fn instant(seconds: i64) -> OffsetDateTime {
    let seconds = hardtack::time::Duration::seconds(seconds);
    OffsetDateTime::UNIX_EPOCH.saturating_add(seconds)
}
