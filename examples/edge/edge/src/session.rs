//! A verified session as one MessagePack array, in the order in which `hardtack.mjs` reads it.

use hardtack::time::OffsetDateTime;
use hardtack::{Expiry, Verified};

use crate::fault::Fault;
use crate::value::Value;

pub(crate) fn pack(verified: Verified<Value<'_>>, now: OffsetDateTime) -> Result<Vec<u8>, Fault> {
    let id = verified.id();
    let fields = vec![
        id.as_ref().map_or(Value::Nil, |id| Value::Bytes(id.as_bytes())),
        Value::Unsigned(verified.key_id().as_u8().into()),
        seconds(verified.started_at()),
        seconds(verified.issued_at()),
        seconds(verified.expires_at()),
        expiry(verified.expiry()),
        Value::Bool(verified.renewal(now).is_some()),
        verified.into_data(),
    ];
    let mut out = Vec::new();
    rmp_serde::encode::write_named(&mut out, &Value::Array(fields)).map_err(|_| "payload")?;
    Ok(out)
}

fn expiry(expiry: Expiry) -> Value<'static> {
    match expiry {
        Expiry::Policy => Value::Text("policy"),
        Expiry::BrowserClose => Value::Text("browser_close"),
        Expiry::After(life) => {
            Value::Map(vec![(Value::Text("after"), Value::Unsigned(life.as_secs()))])
        }
        Expiry::At(instant) => Value::Map(vec![(Value::Text("at"), seconds(instant))]),
        _ => Value::Text("unknown"),
    }
}

fn seconds(instant: OffsetDateTime) -> Value<'static> {
    Value::Signed(instant.unix_timestamp())
}
