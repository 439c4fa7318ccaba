//! Every vector, decoded and renewed.

use std::error::Error;

use hardtack::{Expiry, Verified};
use serde_json::{Value, json};

use crate::case::{Case, Vectors, instant, value};

type Outcome<T> = Result<T, Box<dyn Error>>;

pub fn check(vectors: &Vectors) -> Outcome<()> {
    let cases = passed(&vectors.cases, decode)?;
    let renewals = passed(&vectors.renewals, renew)?;
    println!("{cases} cases, {renewals} renewals");
    Ok(())
}

fn passed(cases: &[Case], answer: impl Fn(&Case) -> Outcome<Value>) -> Outcome<usize> {
    for case in cases {
        let got = answer(case)?;
        let expected = expected(case)?;
        if got != expected {
            return Err(format!("{}: {got}, not {expected}", case.name).into());
        }
    }
    Ok(cases.len())
}

/// Without what only another implementation would look at: the key's position, the payload as JSON.
fn expected(case: &Case) -> Outcome<Value> {
    let mut expected = case.expect.clone();
    if let Some(ok) = expected.get_mut("ok").and_then(Value::as_object_mut) {
        let payload = ok.get("payload").and_then(Value::as_str).ok_or("no payload")?;
        let payload = value(payload)?.to_string();
        ok.retain(|field, _| field != "key_index" && field != "value");
        ok.insert("payload".into(), payload.into());
        cap(&mut ok["expiry"], case);
    }
    Ok(expected)
}

/// An instant is given back as the policy caps it.
fn cap(expiry: &mut Value, case: &Case) {
    if expiry[0] == "at" {
        expiry[1] = expiry[1].as_u64().map(|seconds| seconds.min(case.max_requested_age())).into();
    }
}

fn decode(case: &Case) -> Outcome<Value> {
    Ok(match case.codec()?.decode_at::<rmpv::Value>(&case.token, case.now()) {
        Err(error) => json!({ "error": error.kind() }),
        Ok(session) => json!({ "ok": fields(&session) }),
    })
}

fn fields(session: &Verified<rmpv::Value>) -> Value {
    json!({
        "payload": session.data().to_string(),
        "issued_at": session.issued_at().unix_timestamp(),
        "started_at": session.started_at().unix_timestamp(),
        "expires_at": session.expires_at().unix_timestamp(),
        "expiry": expiry(session),
        "key_id": session.key_id().as_u8(),
        "session_id": session.id().map(|id| id.to_string()),
    })
}

/// The kind, and its seconds after the token was issued.
fn expiry(session: &Verified<rmpv::Value>) -> Value {
    match session.expiry() {
        Expiry::Policy => json!(["policy", 0]),
        Expiry::BrowserClose => json!(["browser_close", 0]),
        Expiry::After(life) => json!(["after", life.as_secs()]),
        Expiry::At(instant) => json!(["at", (instant - session.issued_at()).whole_seconds()]),
        _ => unreachable!("a new variant"),
    }
}

fn renew(case: &Case) -> Outcome<Value> {
    let codec = case.codec()?;
    let session = codec.decode_at::<rmpv::Value>(&case.token, case.now())?;
    let renew_at = instant(case.renew_at.ok_or("not a renewal")?);
    let token = match &case.changed_payload {
        None => codec.renew_at(&session, renew_at),
        Some(payload) => codec.update_at(&session, &value(payload)?, renew_at),
    };
    Ok(token
        .map_or_else(|error| json!({ "error": error.kind() }), |token| json!({ "token": token })))
}
