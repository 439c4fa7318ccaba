//! Takes markers, lengths and bytes of MessagePack from the front of a payload.
//!
//! The markers are those of the MessagePack specification, "Formats".

use core::fmt;

use crate::error::PayloadError;

/// The error of reading a value. It contains the error of the session's type, if there is one. The
/// cursor stores a fault in the bytes.
///
/// It is as wide as a pointer, unlike [`PayloadError`], so that results stay in registers.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) Option<Box<PayloadError>>);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl core::error::Error for Unreadable {}

pub(super) type Result<T> = core::result::Result<T, Unreadable>;

pub(super) const NIL: u8 = 0xc0;

/// The names of a struct's fields.
pub(super) type Names = &'static [&'static str];

/// The rest of a payload, and the levels of nesting that are still allowed.
pub(super) struct Cursor<'b> {
    rest: &'b [u8],
    /// The remaining levels of arrays and maps.
    depth: u8,
    /// The remaining levels of options and newtypes. They take no bytes, so only this count ends
    /// the recursion of a type that contains itself.
    wrappers: u8,
    /// The reason why the position of the next value is unknown, once an error has occurred. It is
    /// never reset, so the payload is refused even if a type ignores the error.
    lost: Option<PayloadError>,
}

impl<'b> Cursor<'b> {
    pub(super) fn new(payload: &'b [u8], max_depth: u8) -> Self {
        Self { rest: payload, depth: max_depth, wrappers: u8::MAX, lost: None }
    }

    /// Returns `value` if no bytes follow it and no error occurred.
    pub(super) fn close<T>(&self, value: T) -> Option<T> {
        (self.rest.is_empty() && self.lost.is_none()).then_some(value)
    }

    #[cold]
    pub(super) fn refuse<T>(&mut self, reason: PayloadError) -> Result<T> {
        self.lost.get_or_insert(reason);
        Err(Unreadable(None))
    }

    /// Refuses `value` of a list or a map that was not read to its end. Keeps the error of `value`,
    /// if it is one.
    #[cold]
    pub(super) fn unread<T>(&mut self, value: Result<T>) -> Result<T> {
        let refused = self.refuse(PayloadError::Mismatch);
        value.and(refused)
    }

    /// Returns the first reason why bytes were refused.
    pub(super) fn lost(&self) -> Option<PayloadError> {
        self.lost
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// Returns the number of bytes left, which is an upper limit for the number of values left.
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
            return self.refuse(PayloadError::Malformed);
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
            return self.refuse(PayloadError::Malformed);
        };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn text(&mut self, length: usize) -> Result<&'b str> {
        let bytes = self.bytes(length)?;
        core::str::from_utf8(bytes).or_else(|_| self.refuse(PayloadError::TextNotUtf8))
    }

    /// Returns the length or the count, which is in `marker` or in the next 1, 2 or 4 bytes.
    #[inline]
    pub(super) fn length(&mut self, marker: u8) -> Result<usize> {
        match marker {
            0xa0..=0xbf => Ok((marker & 0x1f).into()),
            0x80..=0x9f => Ok((marker & 0x0f).into()),
            0xc4 | 0xc7 | 0xd9 => self.take().map(|[length]| length.into()),
            0xc5 | 0xc8 | 0xda | 0xdc | 0xde => Ok(u16::from_be_bytes(self.take()?).into()),
            0xc6 | 0xc9 | 0xdb | 0xdd | 0xdf => {
                let length = u32::from_be_bytes(self.take()?);
                usize::try_from(length).or_else(|_| self.refuse(PayloadError::Malformed))
            }
            0xcc | 0xd0 | 0xd4 => Ok(1),
            0xcd | 0xd1 | 0xd5 => Ok(2),
            0xce | 0xd2 | 0xca | 0xd6 => Ok(4),
            0xcf | 0xd3 | 0xcb | 0xd7 => Ok(8),
            0xd8 => Ok(16),
            _ => self.refuse(PayloadError::Malformed),
        }
    }

    /// Runs `visit` on the value inside an option or a newtype.
    #[inline]
    pub(super) fn wrapped<T>(&mut self, visit: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let wrappers = self.wrappers;
        let Some(left) = wrappers.checked_sub(1) else {
            return self.refuse(PayloadError::TooDeep);
        };
        self.wrappers = left;
        let value = visit(self);
        self.wrappers = wrappers;
        value
    }

    /// Takes the next text if it is one of `names`. Removes that name and those before it from
    /// `names`.
    #[inline]
    pub(super) fn known_name(&mut self, names: &mut Names) -> Option<&'static str> {
        let (name, behind) = names.split_first()?;
        let (marker, rest) = self.rest.split_first()?;
        let length = usize::from(marker ^ 0xa0);
        if length < 32 && length == name.len() {
            if let Some(rest) = rest.strip_prefix(name.as_bytes()) {
                (*names, self.rest) = (behind, rest);
                return Some(name);
            }
        }
        self.later_name(names)
    }

    /// Does the same if the next text is not the first name, because fields were left out or come
    /// in another order.
    fn later_name(&mut self, names: &mut Names) -> Option<&'static str> {
        let (marker, rest) = self.rest.split_first()?;
        let 0xa0..=0xbf = *marker else { return None };
        let (text, rest) = rest.split_at_checked((marker & 0x1f).into())?;
        let at = names.iter().position(|name| name.as_bytes() == text)?;
        let (_, behind) = names.split_at_checked(at)?;
        let (name, behind) = behind.split_first()?;
        (*names, self.rest) = (behind, rest);
        Some(name)
    }

    /// Runs `visit` on the content of an array or a map.
    #[inline]
    pub(super) fn inside<T>(&mut self, visit: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let depth = self.depth;
        let Some(deeper) = depth.checked_sub(1) else { return self.refuse(PayloadError::TooDeep) };
        self.depth = deeper;
        let value = visit(self);
        self.depth = depth;
        value
    }
}
