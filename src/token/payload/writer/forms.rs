//! Writes the shortest form of every number, text and length. The markers are those of the
//! MessagePack specification, "Formats".

use super::{Result, Writer};
use crate::error::PayloadError;

impl Writer<'_> {
    #[inline]
    pub(super) fn marked<const N: usize>(&mut self, marker: u8, bytes: [u8; N]) {
        self.out.push(marker);
        self.out.extend_from_slice(&bytes);
    }

    #[inline]
    pub(super) fn unsigned(&mut self, value: u64) {
        match u8::try_from(value) {
            Ok(value @ 0..=0x7f) => self.out.push(value),
            _ => self.wide(value),
        }
    }

    fn wide(&mut self, value: u64) {
        if let Ok(value) = u8::try_from(value) {
            self.marked(0xcc, [value]);
        } else if let Ok(value) = u16::try_from(value) {
            self.marked(0xcd, value.to_be_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            self.marked(0xce, value.to_be_bytes());
        } else {
            self.marked(0xcf, value.to_be_bytes());
        }
    }

    #[inline]
    pub(super) fn signed(&mut self, value: i64) {
        if let Ok(value) = u64::try_from(value) {
            self.unsigned(value);
        } else if let Ok(value) = i8::try_from(value) {
            match value {
                -32.. => self.out.extend_from_slice(&value.to_be_bytes()),
                _ => self.marked(0xd0, value.to_be_bytes()),
            }
        } else if let Ok(value) = i16::try_from(value) {
            self.marked(0xd1, value.to_be_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.marked(0xd2, value.to_be_bytes());
        } else {
            self.marked(0xd3, value.to_be_bytes());
        }
    }

    /// Writes a marker and a length of 8, 16 or 32 bits.
    #[inline]
    pub(super) fn length(&mut self, length: usize, markers: [u8; 3]) -> Result<()> {
        let [one, two, four] = markers;
        if let (Ok(length), 1..) = (u8::try_from(length), one) {
            self.marked(one, [length]);
        } else if let Ok(length) = u16::try_from(length) {
            self.marked(two, length.to_be_bytes());
        } else if let Ok(length) = u32::try_from(length) {
            self.marked(four, length.to_be_bytes());
        } else {
            return self.refuse(PayloadError::Length);
        }
        Ok(())
    }

    #[inline]
    pub(super) fn text(&mut self, text: &str) -> Result<()> {
        match u8::try_from(text.len()) {
            Ok(length @ ..32) => self.out.push(0xa0 | length),
            _ => self.length(text.len(), [0xd9, 0xda, 0xdb])?,
        }
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    pub(super) fn binary(&mut self, bytes: &[u8]) -> Result<()> {
        self.length(bytes.len(), [0xc4, 0xc5, 0xc6])?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    pub(super) fn array_len(&mut self, items: usize) -> Result<()> {
        match u8::try_from(items) {
            Ok(items @ ..16) => self.out.push(0x90 | items),
            _ => self.length(items, [0, 0xdc, 0xdd])?,
        }
        Ok(())
    }

    #[inline]
    pub(super) fn map_len(&mut self, entries: usize) -> Result<()> {
        match u8::try_from(entries) {
            Ok(entries @ ..16) => self.out.push(0x80 | entries),
            _ => self.length(entries, [0, 0xde, 0xdf])?,
        }
        Ok(())
    }
}
