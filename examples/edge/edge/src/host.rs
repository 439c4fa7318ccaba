//! What one instance keeps between two calls: its buffers, its keys, its codec.

use std::cell::RefCell;

use hardtack::time::OffsetDateTime;
use hardtack::time::format_description::well_known::Rfc3339;
use hardtack::{Codec, CodecBuilder, Expiry, IssueOptions, Key, KeyRing, SessionId, Verified};

use crate::fault::Fault;
use crate::numbers::{Policy, instant};
use crate::session;
use crate::value::Value;

/// More than a token of any length that a browser keeps, beside the longest context.
const ROOM: usize = 1 << 18;

thread_local! {
    static BUFFERS: RefCell<Buffers> = const { RefCell::new(Buffers { input: Vec::new(), output: Vec::new() }) };
    static HOST: RefCell<Host> = const { RefCell::new(Host { keys: None, codec: None, scratch: Vec::new() }) };
}

struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
}

pub(crate) struct Host {
    keys: Option<KeyRing>,
    codec: Option<Codec>,
    scratch: Vec<u8>,
}

/// What is left of the arguments that stand in the input.
pub(crate) struct Arguments<'a>(&'a [u8]);

pub(crate) fn input(length: usize) -> *mut u8 {
    if length > ROOM {
        return core::ptr::null_mut();
    }
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.input.resize(length, 0);
        buffers.input.as_mut_ptr()
    })
}

pub(crate) fn output() -> *const u8 {
    BUFFERS.with_borrow(|buffers| buffers.output.as_ptr())
}

/// Runs an operation and leaves its result, or its fault's text, in the output.
pub(crate) fn answer(
    operation: impl FnOnce(&mut Host, &mut Arguments<'_>) -> Result<Vec<u8>, Fault>,
) -> i32 {
    BUFFERS.with_borrow_mut(|Buffers { input, output }| {
        let result = HOST.with_borrow_mut(|host| operation(host, &mut Arguments(input)));
        let sign = if result.is_ok() { 1 } else { -1 };
        *output = result.unwrap_or_else(|fault| fault.0.as_bytes().to_vec());
        i32::try_from(output.len()).map_or(0, |length| length * sign)
    })
}

impl<'a> Arguments<'a> {
    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (taken, left) = self.0.split_at_checked(length).ok_or("the arguments are cut short")?;
        self.0 = left;
        Ok(taken)
    }

    pub(crate) fn text(&mut self, length: usize) -> Result<&'a str, Fault> {
        core::str::from_utf8(self.bytes(length)?).map_err(|_| "an argument is not UTF-8".into())
    }

    /// A context's parts, each behind its length.
    fn parts(mut self) -> Result<Vec<&'a [u8]>, Fault> {
        let mut parts = Vec::new();
        while let Some((length, rest)) = self.0.split_first_chunk() {
            self.0 = rest;
            parts.push(self.bytes(u16::from_be_bytes(*length).into())?);
        }
        if self.0.is_empty() { Ok(parts) } else { Err("the context is cut short".into()) }
    }
}

fn activation(text: &str) -> Result<OffsetDateTime, Fault> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| "the text after @ is not an instant".into())
}

impl Host {
    /// `text` is a key, or a key and the instant from which it signs: `KEY@2026-12-01T00:00:00Z`.
    pub(crate) fn add_key(&mut self, text: &str, retired_at: f64) -> Result<Vec<u8>, Fault> {
        let (text, activation) = match text.split_once('@') {
            Some((text, instant)) => (text, Some(activation(instant)?)),
            None => (text, None),
        };
        let key = Key::from_base64(text)?;
        self.keys = Some(match (self.keys.take(), activation) {
            (None, _) => KeyRing::new(key),
            (Some(ring), Some(instant)) => ring.activate_at(key, instant)?,
            (Some(ring), None) if retired_at.is_nan() => ring.verify_with(key)?,
            (Some(ring), None) => ring.retire(key, instant(retired_at)?)?,
        });
        Ok(Vec::new())
    }

    pub(crate) fn configure(
        &mut self,
        purpose: &str,
        schema: &str,
        encrypted: bool,
        policy: &Policy,
    ) -> Result<Vec<u8>, Fault> {
        let keys = self.keys.as_ref().ok_or("a key is needed")?;
        let mut builder = policy.apply(builder(encrypted, purpose, keys, policy)?)?;
        if !schema.is_empty() {
            builder = builder.compact(schema);
        }
        self.codec = Some(builder.build()?);
        Ok(Vec::new())
    }

    pub(crate) fn begin(
        &mut self,
        context: &[u8],
        data: &[u8],
        id: &[u8],
        now: f64,
        expiry: Expiry,
    ) -> Result<Vec<u8>, Fault> {
        let mut start = IssueOptions::at(instant(now)?).expiry(expiry);
        if !id.is_empty() {
            start = start
                .id(SessionId::from_bytes(id.try_into().map_err(|_| "a session id has 16 bytes")?));
        }
        let data = unpack(data)?;
        self.with_codec(context, |codec, _| Ok(codec.begin_at(&data, start)?.into_bytes()))
    }

    pub(crate) fn decode(
        &mut self,
        context: &[u8],
        token: &[u8],
        now: f64,
    ) -> Result<Vec<u8>, Fault> {
        self.with_session(context, token, now, |_, session, now| session::pack(session, now))
    }

    pub(crate) fn update(
        &mut self,
        context: &[u8],
        token: &[u8],
        data: &[u8],
        now: f64,
    ) -> Result<Vec<u8>, Fault> {
        let data = unpack(data)?;
        self.with_session(context, token, now, |codec, session, now| {
            Ok(codec.update_at(&session, &data, now)?.into_bytes())
        })
    }

    pub(crate) fn renew(
        &mut self,
        context: &[u8],
        token: &[u8],
        now: f64,
    ) -> Result<Vec<u8>, Fault> {
        self.with_session(context, token, now, |codec, session, now| {
            Ok(codec.renew_at(&session, now)?.into_bytes())
        })
    }

    fn with_session(
        &mut self,
        context: &[u8],
        token: &[u8],
        now: f64,
        then: impl FnOnce(&Codec, Verified<Value<'_>>, OffsetDateTime) -> Result<Vec<u8>, Fault>,
    ) -> Result<Vec<u8>, Fault> {
        let now = instant(now)?;
        self.with_codec(context, |codec, scratch| {
            let session = codec.decode_borrowed_at(token, scratch, now)?;
            then(codec, session, now)
        })
    }

    fn with_codec(
        &mut self,
        context: &[u8],
        then: impl FnOnce(&Codec, &mut Vec<u8>) -> Result<Vec<u8>, Fault>,
    ) -> Result<Vec<u8>, Fault> {
        let codec = self.codec.as_ref().ok_or("configure comes first")?;
        if context.is_empty() {
            return then(codec, &mut self.scratch);
        }
        let bound = codec.with_context(&Arguments(context).parts()?)?;
        then(&bound, &mut self.scratch)
    }
}

fn builder<'k>(
    encrypted: bool,
    purpose: &str,
    keys: &'k KeyRing,
    policy: &Policy,
) -> Result<CodecBuilder<'k>, Fault> {
    match encrypted {
        false => Ok(Codec::signed(purpose, keys, policy.max_age()?)),
        #[cfg(feature = "encrypt")]
        true => Ok(Codec::encrypted(purpose, keys, policy.max_age()?)),
        #[cfg(not(feature = "encrypt"))]
        true => Err("this module was built without encryption".into()),
    }
}

fn unpack(data: &[u8]) -> Result<Value<'_>, Fault> {
    rmp_serde::from_slice(data).map_err(|_| "payload".into())
}
