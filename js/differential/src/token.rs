//! Questions about tokens.

use hardtack::{Codec, Expiry, Mode, Renewal, Verified, inspect};
use rmpv::Value as Payload;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::codec::{Options, RequestedExpiry, instant, issue_options};
use crate::hex::{Hex, hex};

#[derive(Deserialize)]
pub struct Question {
    codec: Options,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
enum Step {
    Begin {
        payload: Hex,
        now: i64,
        id: Option<Hex>,
        expiry: Option<RequestedExpiry>,
    },
    Decode {
        token: String,
        now: i64,
    },
    Renew {
        token: String,
        now: i64,
        at: i64,
    },
    Update {
        token: String,
        now: i64,
        at: i64,
        payload: Hex,
        id: Option<Hex>,
        expiry: Option<RequestedExpiry>,
    },
    Inspect {
        token: String,
    },
}

impl Question {
    pub fn answer(&self) -> Result<Value, Failure> {
        let codec = self.codec.codec()?;
        self.steps.iter().map(|step| step.answer(&codec)).collect()
    }
}

impl Step {
    fn answer(&self, codec: &Codec) -> Result<Value, Failure> {
        Ok(match self {
            Self::Begin { payload, now, id, expiry } => {
                let options = issue_options(*now, id.as_ref(), expiry.as_ref())?;
                match codec.begin_at(&read(payload)?, options) {
                    Ok(token) => json!({ "token": token }),
                    Err(error) => json!({ "error": error.kind() }),
                }
            }
            Self::Decode { token, now } => match decode(codec, token, *now) {
                Ok(session) => described(&session, *now),
                Err(kind) => json!({ "error": kind }),
            },
            Self::Renew { token, now, at } => {
                let session = match decode(codec, token, *now) {
                    Ok(session) => session,
                    Err(kind) => return Ok(json!({ "decode": kind })),
                };
                match codec.renew_at(&session, instant(*at)) {
                    Ok(token) => json!({ "token": token }),
                    Err(error) => json!({ "error": error.kind() }),
                }
            }
            Self::Update { token, now, at, payload, id, expiry } => {
                let session = match decode(codec, token, *now) {
                    Ok(session) => session,
                    Err(kind) => return Ok(json!({ "decode": kind })),
                };
                let options = issue_options(*at, id.as_ref(), expiry.as_ref())?;
                match codec.update_at(&session, &read(payload)?, options) {
                    Ok(token) => json!({ "token": token }),
                    Err(error) => json!({ "error": error.kind() }),
                }
            }
            Self::Inspect { token } => inspected(token),
        })
    }
}

/// A map with a key twice is refused, as every type of a session refuses it but the one of these questions.
fn decode(codec: &Codec, token: &str, now: i64) -> Result<Verified<Payload>, &'static str> {
    match codec.decode_at::<Payload>(token, instant(now)) {
        Ok(session) if repeats(session.data()) => Err("payload"),
        Ok(session) => Ok(session),
        Err(error) => Err(error.kind()),
    }
}

fn read(payload: &Hex) -> Result<Payload, Failure> {
    Ok(rmpv::decode::read_value(&mut payload.0.as_slice())?)
}

fn described(session: &Verified<Payload>, now: i64) -> Value {
    let mut data = Vec::new();
    let written = rmpv::encode::write_value(&mut data, session.data());
    json!({
        "data": written.is_ok().then(|| hex(&data)),
        "id": session.id().map(|id| id.to_string()),
        "keyId": session.key_id().to_string(),
        "startedAt": session.started_at().unix_timestamp(),
        "issuedAt": session.issued_at().unix_timestamp(),
        "expiresAt": session.expires_at().unix_timestamp(),
        "expiry": expiry(session.expiry()),
        "renewal": session.renewal(instant(now)).map(|renewal| match renewal {
            Renewal::Key => "key",
            _ => "age",
        }),
    })
}

/// Whether a map has a key twice.
fn repeats(value: &Payload) -> bool {
    match value {
        Payload::Array(items) => items.iter().any(repeats),
        Payload::Map(entries) => {
            let is_twice = |at: usize| {
                let rest = entries.get(at.saturating_add(1)..).unwrap_or_default();
                entries
                    .get(at)
                    .is_some_and(|(key, _)| rest.iter().any(|(other, _)| same(key, other)))
            };
            (0..entries.len()).any(is_twice)
                || entries.iter().any(|(key, value)| repeats(key) || repeats(value))
        }
        _ => false,
    }
}

/// As JavaScript compares: by value, whatever the width or kind of a number.
fn same(a: &Payload, b: &Payload) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b || (a.is_nan() && b.is_nan()),
        _ => a == b,
    }
}

pub fn expiry(expiry: Expiry) -> Value {
    match expiry {
        Expiry::Policy => json!("policy"),
        Expiry::After(span) => json!({ "after": span.as_secs() }),
        Expiry::At(at) => json!({ "at": at.unix_timestamp() }),
        _ => json!("browser_close"),
    }
}

fn inspected(token: &str) -> Value {
    match inspect(token) {
        Ok(token) => json!({
            "mode": if token.unverified_mode() == Mode::Signed { "signed" } else { "encrypted" },
            "keyId": token.unverified_key_id().to_string(),
            "id": token.unverified_session_id().map(|id| id.to_string()),
            "startedAt": token.unverified_started_at().unix_timestamp(),
            "issuedAt": token.unverified_issued_at().unix_timestamp(),
            "expiry": expiry(token.unverified_expiry()),
            "payloadLength": token.unverified_payload_len(),
        }),
        Err(hardtack::InspectError::Malformed) => json!({ "error": "malformed" }),
        Err(_) => json!({ "error": "unsupported_version" }),
    }
}
