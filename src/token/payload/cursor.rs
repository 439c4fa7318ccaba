//! MessagePack's markers, lengths and bytes, taken from the front of a payload.
//!
//! The markers are those of the MessagePack specification, "Formats".

use core::fmt;

use crate::error::PayloadError;

/// Why a payload cannot be read, for `shape`: the reader only fails, and the payload is looked at again
/// for the reason. A byte wide, as [`PayloadError`] is not: results stay in registers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unreadable {
    Malformed,
    TooDeep,
    TextNotUtf8,
    Mismatch,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for Unreadable {}

impl From<Unreadable> for PayloadError {
    fn from(reason: Unreadable) -> Self {
        match reason {
            Unreadable::Malformed => Self::Malformed,
            Unreadable::TooDeep => Self::TooDeep,
            Unreadable::TextNotUtf8 => Self::TextNotUtf8,
            Unreadable::Mismatch => Self::Mismatch,
        }
    }
}

pub(super) type Result<T> = core::result::Result<T, Unreadable>;

pub(super) const NIL: u8 = 0xc0;

/// What is left of a payload, and how many arrays and maps may still open inside each other.
pub(super) struct Cursor<'b> {
    rest: &'b [u8],
    depth: u8,
    /// Nobody knows any more where the next value begins. Stays: a type that passes over the error
    /// is not read all the same.
    lost: bool,
}

impl<'b> Cursor<'b> {
    pub(super) fn new(payload: &'b [u8], max_depth: u8) -> Self {
        Self { rest: payload, depth: max_depth, lost: false }
    }

    /// `value`, if it is all that the payload held.
    pub(super) fn close<T>(self, value: T) -> Option<T> {
        (self.rest.is_empty() && !self.lost).then_some(value)
    }

    #[cold]
    pub(super) fn refuse<T>(&mut self, reason: Unreadable) -> Result<T> {
        self.lost = true;
        Err(reason)
    }

    /// At least as many as the values that are left.
    pub(super) fn bytes_left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes `bytes`, if they are next.
    #[inline]
    pub(super) fn take_if(&mut self, bytes: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(bytes);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    #[inline]
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else {
            return self.refuse(Unreadable::Malformed);
        };
        self.rest = rest;
        Ok(*taken)
    }

    #[inline]
    pub(super) fn marker(&mut self) -> Result<u8> {
        self.take().map(|[marker]| marker)
    }

    #[inline]
    pub(super) fn bytes(&mut self, length: usize) -> Result<&'b [u8]> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return self.refuse(Unreadable::Malformed);
        };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn text(&mut self, length: usize) -> Result<&'b str> {
        let bytes = self.bytes(length)?;
        core::str::from_utf8(bytes).or_else(|_| self.refuse(Unreadable::TextNotUtf8))
    }

    /// The length or the count that `marker` bears, or that stands behind it in 1, 2 or 4 bytes.
    #[inline]
    pub(super) fn length(&mut self, marker: u8) -> Result<usize> {
        match marker {
            0xa0..=0xbf => Ok((marker & 0x1f).into()),
            0x80..=0x9f => Ok((marker & 0x0f).into()),
            0xc4 | 0xc7 | 0xd9 => self.take().map(|[length]| length.into()),
            0xc5 | 0xc8 | 0xda | 0xdc | 0xde => Ok(u16::from_be_bytes(self.take()?).into()),
            0xc6 | 0xc9 | 0xdb | 0xdd | 0xdf => {
                let length = u32::from_be_bytes(self.take()?);
                usize::try_from(length).or_else(|_| self.refuse(Unreadable::Malformed))
            }
            0xcc | 0xd0 | 0xd4 => Ok(1),
            0xcd | 0xd1 | 0xd5 => Ok(2),
            0xce | 0xd2 | 0xca | 0xd6 => Ok(4),
            0xcf | 0xd3 | 0xcb | 0xd7 => Ok(8),
            0xd8 => Ok(16),
            _ => self.refuse(Unreadable::Malformed),
        }
    }

    /// What `visit` makes of an array or a map.
    #[inline]
    pub(super) fn inside<T>(&mut self, visit: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let depth = self.depth;
        let Some(deeper) = depth.checked_sub(1) else { return self.refuse(Unreadable::TooDeep) };
        self.depth = deeper;
        let value = visit(self);
        self.depth = depth;
        value
    }
}
