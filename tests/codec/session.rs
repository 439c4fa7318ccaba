//! A session that is a `String`, and shorthands for common calls.

use hardtack::{Codec, DecodeError, Mode, SessionId, Verified};
use time::OffsetDateTime;

use crate::support::{MODES, NOW};

pub const ID: SessionId = SessionId::from_bytes([0xab; 16]);
pub const OTHER_ID: SessionId = SessionId::from_bytes([0xcd; 16]);

pub fn decode(codec: &Codec, token: &str, now: OffsetDateTime) -> Verified<String> {
    codec.decode_at(token, now).unwrap()
}

pub fn error(codec: &Codec, token: &str, now: OffsetDateTime) -> DecodeError {
    codec.decode_at::<String>(token, now).unwrap_err()
}

/// A session of "Ada" that begins at [`NOW`].
pub fn begun(codec: &Codec) -> Verified<String> {
    decode(codec, &codec.begin_at("Ada", NOW).unwrap(), NOW)
}

pub fn in_each_mode(check: impl Fn(Mode)) {
    for &mode in MODES {
        check(mode);
    }
}
