//! Reads a session from MessagePack, in one pass.
//!
//! This reader accepts what rmp-serde writes, and the tests compare the two. It is stricter than
//! rmp-serde: text must be UTF-8, no bytes may follow the value, and a type must read each list,
//! map, binary, ext and variant to its end. So the reader never takes unread bytes for the next
//! value.

mod access;

use core::fmt;

use serde::de::value::{SeqAccessDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::cursor::{Cursor, NIL, Names, Result, Unreadable};
use super::{EXT, shape};
use crate::error::PayloadError;
use access::{Entries, Ext, Fields, Items, Variant};

/// Reads one value of `T` and checks that nothing follows it. The error describes what the type
/// refused; `shape` finds faults in the bytes.
pub(super) fn read<'b, T: Deserialize<'b>>(
    payload: &'b [u8],
    max_depth: u8,
) -> core::result::Result<T, PayloadError> {
    let mut cursor = Cursor::new(payload, max_depth);
    match T::deserialize(&mut cursor) {
        Ok(value) => cursor.close(value).ok_or_else(|| lost(&cursor)),
        Err(Unreadable(reason)) => Err(match (cursor.lost(), reason) {
            (None | Some(PayloadError::Mismatch), Some(reason)) => *reason,
            _ => lost(&cursor),
        }),
    }
}

#[cold]
fn lost(cursor: &Cursor<'_>) -> PayloadError {
    cursor.lost().unwrap_or(PayloadError::Mismatch)
}

/// Keeps only names that are constants of the program, because the value that was found is session
/// data.
impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        Self::because(PayloadError::MissingField(field))
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> Self {
        Self::because(PayloadError::DuplicateField(field))
    }

    #[cold]
    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::because(PayloadError::UnknownField { expected })
    }

    #[cold]
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::because(PayloadError::UnknownVariant { expected })
    }
}

impl Unreadable {
    fn because(reason: PayloadError) -> Self {
        Self(Some(Box::new(reason)))
    }
}

/// The encoding of a unit struct.
const EMPTY_ARRAY: u8 = 0x90;

/// The form in which a type receives binary.
#[derive(Clone, Copy)]
enum Binary {
    Bytes,
    List,
}

impl<'b> Cursor<'b> {
    #[inline]
    fn value<V: Visitor<'b>>(
        &mut self,
        marker: u8,
        visitor: V,
        binary: Binary,
    ) -> Result<V::Value> {
        match marker {
            0xa0..=0xbf | 0xd9..=0xdb => self.string(marker, visitor),
            0x90..=0x9f | 0xdc | 0xdd => self.list(marker, visitor),
            0x80..=0x8f | 0xde | 0xdf => self.map(marker, visitor),
            0xc4..=0xc6 => self.binary(marker, visitor, binary),
            0xc7..=0xc9 | 0xd4..=0xd8 => self.ext(marker, visitor),
            _ => self.number(marker, visitor),
        }
    }

    #[inline]
    fn string<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let length = self.length(marker)?;
        visitor.visit_borrowed_str(self.text(length)?)
    }

    /// Reads a number, nil, false or true.
    #[inline]
    fn number<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        match marker {
            0x00..=0x7f => visitor.visit_u8(marker),
            0xe0..=0xff => visitor.visit_i8(i8::from_be_bytes([marker])),
            NIL => visitor.visit_unit(),
            0xc2 | 0xc3 => visitor.visit_bool(marker == 0xc3),
            0xca => visitor.visit_f32(f32::from_be_bytes(self.take()?)),
            0xcb => visitor.visit_f64(f64::from_be_bytes(self.take()?)),
            0xcc => visitor.visit_u8(u8::from_be_bytes(self.take()?)),
            0xcd => visitor.visit_u16(u16::from_be_bytes(self.take()?)),
            0xce => visitor.visit_u32(u32::from_be_bytes(self.take()?)),
            0xcf => visitor.visit_u64(u64::from_be_bytes(self.take()?)),
            0xd0 => visitor.visit_i8(i8::from_be_bytes(self.take()?)),
            0xd1 => visitor.visit_i16(i16::from_be_bytes(self.take()?)),
            0xd2 => visitor.visit_i32(i32::from_be_bytes(self.take()?)),
            0xd3 => visitor.visit_i64(i64::from_be_bytes(self.take()?)),
            _ => self.refuse(PayloadError::Mismatch),
        }
    }

    /// Takes the 16 bytes of a 128-bit integer. Returns `None` if the value is another one, such as
    /// a smaller integer.
    fn wide(&mut self) -> Result<Option<[u8; 16]>> {
        if self.take_if(&[0xc4, 16]) { self.take().map(Some) } else { Ok(None) }
    }

    fn binary<V: Visitor<'b>>(
        &mut self,
        marker: u8,
        visitor: V,
        binary: Binary,
    ) -> Result<V::Value> {
        let length = self.length(marker)?;
        let bytes = self.bytes(length)?;
        match binary {
            Binary::Bytes => visitor.visit_borrowed_bytes(bytes),
            Binary::List => {
                let mut items = SeqDeserializer::new(bytes.iter().copied());
                let value = visitor.visit_seq(&mut items)?;
                items.end().map(|()| value)
            }
        }
    }

    /// Reads an ext, which a type receives as a list of its type and its bytes.
    fn ext<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let length = self.length(marker)?;
        let kind = i8::from_be_bytes(self.take()?);
        let mut ext = Ext { kind: Some(kind), bytes: Some(self.bytes(length)?) };
        let value = visitor.visit_newtype_struct(SeqAccessDeserializer::new(&mut ext))?;
        if ext.bytes.is_none() { Ok(value) } else { Err(Unreadable(None)) }
    }

    /// Returns a number of items. Refuses more items than bytes are left, because each item takes a
    /// byte.
    #[inline]
    fn count(&mut self, marker: u8) -> Result<usize> {
        let count = self.length(marker)?;
        self.bounded(count)
    }

    #[inline]
    fn bounded(&mut self, count: usize) -> Result<usize> {
        if count <= self.bytes_left() { Ok(count) } else { self.refuse(PayloadError::Malformed) }
    }

    /// Reads the next value. Refuses a type that takes no bytes, because the value would then be
    /// read again as the one after it.
    #[inline]
    fn next<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        let left = self.bytes_left();
        let value = seed.deserialize(&mut *self);
        if self.bytes_left() == left { self.refuse(PayloadError::Mismatch) } else { value }
    }

    #[inline]
    fn list<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let left = self.count(marker)?;
        self.items(left, visitor)
    }

    #[inline]
    fn items<V: Visitor<'b>>(&mut self, left: usize, visitor: V) -> Result<V::Value> {
        self.inside(|cursor| {
            let mut items = Items { cursor, left };
            let value = visitor.visit_seq(&mut items);
            if items.left == 0 { value } else { cursor.unread(value) }
        })
    }

    #[inline]
    fn map<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let left = self.count(marker)?;
        self.inside(|cursor| {
            let mut entries = Entries { cursor, left, value_waits: false };
            let value = visitor.visit_map(&mut entries);
            entries.close(value)
        })
    }

    /// Reads a map as a struct whose fields have these names.
    #[inline]
    fn fields<V: Visitor<'b>>(&mut self, marker: u8, names: Names, visitor: V) -> Result<V::Value> {
        let left = self.count(marker)?;
        self.inside(|cursor| {
            let entries = Entries { cursor, left, value_waits: false };
            let mut fields = Fields { entries, names, next: names, key: &[] };
            let value = visitor.visit_map(&mut fields);
            fields.entries.close(value)
        })
    }
}

/// Defines the methods that request a number.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
            let marker = self.marker()?;
            self.number(marker, visitor)
        }
    )*};
}

impl<'b> Deserializer<'b> for &mut Cursor<'b> {
    type Error = Unreadable;

    numbers! {
        deserialize_bool deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_f32 deserialize_f64
    }

    forward_to_deserialize_any! { <V: Visitor<'b>>
        char bytes byte_buf unit map
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    #[inline]
    fn deserialize_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        let marker = self.marker()?;
        self.value(marker, visitor, Binary::Bytes)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        match self.marker()? {
            marker @ 0xa0..=0xbf => visitor.visit_borrowed_str(self.text((marker & 0x1f).into())?),
            marker => self.value(marker, visitor, Binary::Bytes),
        }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_i128<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        match self.wide()? {
            Some(bytes) => visitor.visit_i128(i128::from_be_bytes(bytes)),
            None => self.deserialize_i64(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        match self.wide()? {
            Some(bytes) => visitor.visit_u128(u128::from_be_bytes(bytes)),
            None => self.deserialize_u64(visitor),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        if self.take_if(&[NIL]) {
            return visitor.visit_none();
        }
        self.wrapped(|cursor| visitor.visit_some(cursor))
    }

    fn deserialize_unit_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if self.take_if(&[EMPTY_ARRAY]) {
            return self.inside(|_| visitor.visit_unit());
        }
        self.deserialize_any(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'b>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match name {
            EXT => match self.marker()? {
                marker @ (0xc7..=0xc9 | 0xd4..=0xd8) => self.ext(marker, visitor),
                _ => self.refuse(PayloadError::Mismatch),
            },
            _ => self.wrapped(|cursor| visitor.visit_newtype_struct(cursor)),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        match self.marker()? {
            marker @ 0x90..=0x9f => {
                let left = self.bounded((marker & 0x0f).into())?;
                self.items(left, visitor)
            }
            marker => self.value(marker, visitor, Binary::List),
        }
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        names: Names,
        visitor: V,
    ) -> Result<V::Value> {
        match self.marker()? {
            marker @ (0x80..=0x8f | 0xde | 0xdf) => self.fields(marker, names, visitor),
            marker @ (0x90..=0x9f | 0xdc | 0xdd) => self.list(marker, visitor),
            marker => self.value(marker, visitor, Binary::List),
        }
    }

    /// Reads a variant: its name, or a map of one entry with its name and content.
    fn deserialize_enum<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let Some(marker @ (0x80..=0x8f | 0xde | 0xdf)) = self.peek() else {
            return visitor.visit_enum(Variant { cursor: self, content_waits: None });
        };
        self.marker()?;
        match self.length(marker)? {
            1 => self.inside(|cursor| {
                let mut waits = true;
                let value = visitor.visit_enum(Variant { cursor, content_waits: Some(&mut waits) });
                if waits { cursor.refuse(PayloadError::Mismatch) } else { value }
            }),
            _ => self.refuse(PayloadError::Mismatch),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        shape::pass_over(self, 1)?;
        visitor.visit_unit()
    }
}

#[cfg(test)]
mod tests;
