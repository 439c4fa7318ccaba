//! Converts between claims and the bytes of the header (FORMAT.md, "Token").

use core::ops::Range;

use super::claims::Claims;
use super::session_id::SessionId;
use super::{SIGNATURE_LEN, TAG_LEN};
use crate::error::DecodeError;
use crate::keys::KeyId;
use crate::mode::Mode;
use crate::policy::{ExpiryClaim, Lifetime};

pub(crate) const VERSION: u8 = 1;
const HAS_SESSION_ID: u8 = 1 << 4;
const HAS_AGE: u8 = 1 << 1;
const ENCRYPTED: u8 = 1;

/// The reason why bytes are not a header of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    Malformed,
    UnsupportedVersion(u8),
}

impl From<HeaderFault> for DecodeError {
    fn from(fault: HeaderFault) -> Self {
        match fault {
            HeaderFault::Malformed => Self::Malformed,
            HeaderFault::UnsupportedVersion(version) => Self::UnsupportedVersion { version },
        }
    }
}

/// Appends the header.
pub(crate) fn write(claims: &Claims, out: &mut Vec<u8>) {
    let Lifetime { started_at, issued_at, expiry } = claims.lifetime;
    let age = issued_at.saturating_sub(started_at);
    let [a, b, c, d] = issued_at.to_be_bytes();
    out.extend_from_slice(&[first_byte(claims, age), claims.key_id.as_u8(), a, b, c, d]);
    if let Some(id) = &claims.session_id {
        out.extend_from_slice(id.as_bytes());
    }
    if age > 0 {
        write_varint(age, out);
    }
    if let ExpiryClaim::After(seconds) | ExpiryClaim::At(seconds) = expiry {
        write_varint(seconds, out);
    }
}

/// Reads a header, and returns the claims and its length in bytes.
pub(crate) fn read(bytes: &[u8]) -> Result<(Claims, usize), HeaderFault> {
    let first = *bytes.first().ok_or(HeaderFault::Malformed)?;
    match first >> 5 {
        VERSION => read_fields(first, bytes).ok_or(HeaderFault::Malformed),
        version => Err(HeaderFault::UnsupportedVersion(version)),
    }
}

/// Returns the range of the payload in a token of `length` bytes, if the token has the minimum size
/// for its mode.
pub(crate) fn payload_range(
    mode: Mode,
    header_len: usize,
    length: usize,
) -> Result<Range<usize>, HeaderFault> {
    let tag = if mode == Mode::Encrypted { TAG_LEN } else { 0 };
    let start = header_len.saturating_add(SIGNATURE_LEN);
    let end = length.checked_sub(tag).filter(|end| *end > start);
    end.map(|end| start..end).ok_or(HeaderFault::Malformed)
}

fn first_byte(claims: &Claims, age: u32) -> u8 {
    let session_id = if claims.session_id.is_some() { HAS_SESSION_ID } else { 0 };
    let expiry: u8 = match claims.lifetime.expiry {
        ExpiryClaim::Policy => 0,
        ExpiryClaim::After(_) => 1,
        ExpiryClaim::At(_) => 2,
        ExpiryClaim::BrowserClose => 3,
    };
    let age = if age > 0 { HAS_AGE } else { 0 };
    let mode = if claims.mode == Mode::Encrypted { ENCRYPTED } else { 0 };
    VERSION << 5 | session_id | expiry << 2 | age | mode
}

fn read_fields(first: u8, bytes: &[u8]) -> Option<(Claims, usize)> {
    let mut rest = bytes.get(1..)?;
    let key_id = KeyId::from_u8(take::<1>(&mut rest)?[0]);
    let issued_at = u32::from_be_bytes(*take(&mut rest)?);
    let session_id = match first & HAS_SESSION_ID {
        0 => None,
        _ => Some(SessionId::from_bytes(*take(&mut rest)?)),
    };
    let age = if first & HAS_AGE == 0 { 0 } else { read_positive(&mut rest)? };
    let claims = Claims {
        mode: if first & ENCRYPTED == 0 { Mode::Signed } else { Mode::Encrypted },
        key_id,
        session_id,
        lifetime: Lifetime {
            started_at: issued_at.checked_sub(age)?,
            issued_at,
            expiry: read_expiry(first, &mut rest)?,
        },
    };
    Some((claims, bytes.len().checked_sub(rest.len())?))
}

fn read_expiry(first: u8, rest: &mut &[u8]) -> Option<ExpiryClaim> {
    Some(match first >> 2 & 0b11 {
        0 => ExpiryClaim::Policy,
        1 => ExpiryClaim::After(read_positive(rest)?),
        2 => ExpiryClaim::At(read_positive(rest)?),
        _ => ExpiryClaim::BrowserClose,
    })
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(taken)
}

/// Writes unsigned LEB128.
fn write_varint(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Reads unsigned LEB128 of a value from 1 to 2³² − 1, in its shortest form.
fn read_positive(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let [byte] = *take(rest)?;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            // If the last byte is zero, the form is not the shortest or the value is zero.
            return if byte == 0 { None } else { u32::try_from(value).ok() };
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_varint_comes_back_at_the_edges_of_its_lengths() {
        for (value, length) in [(1, 1), (127, 1), (128, 2), (16383, 2), (16384, 3), (u32::MAX, 5)] {
            let mut bytes = Vec::new();
            write_varint(value, &mut bytes);
            assert_eq!(bytes.len(), length);
            assert_eq!(read_positive(&mut bytes.as_slice()), Some(value));
        }
    }

    #[test]
    fn a_varint_has_one_spelling() {
        for bytes in [
            &[0][..],
            &[0x80, 0],
            &[0x81, 0],
            &[0xff; 5],
            &[0xff, 0xff, 0xff, 0xff, 0x1f],
            &[0x80],
            &[],
        ] {
            assert_eq!(read_positive(&mut &*bytes), None, "{bytes:x?}");
        }
    }

    /// Six fixed bytes, a session ID and two varints.
    const MAX_HEADER: usize = 6 + 16 + 5 + 5;

    #[test]
    fn a_full_header_takes_its_most_bytes() {
        let claims = Claims {
            mode: Mode::Encrypted,
            key_id: KeyId::from_u8(9),
            session_id: Some(SessionId::from_bytes([1; 16])),
            lifetime: Lifetime {
                started_at: 0,
                issued_at: u32::MAX,
                expiry: ExpiryClaim::At(u32::MAX),
            },
        };
        let mut bytes = Vec::new();
        write(&claims, &mut bytes);
        assert_eq!(bytes.len(), MAX_HEADER);
        assert_eq!(read(&bytes), Ok((claims, MAX_HEADER)));
    }
}
