//! MessagePack -> session, in one pass.
//!
//! rmp-serde writes the sessions, so what it reads is read here, and the tests compare the two. It does
//! not read them itself because it passes over text that is no UTF-8 and over what stands behind the
//! value: a second pass had to check, and took a quarter of the time. Stricter than both: what a type
//! leaves unread, of a list, a map, binary, an ext or a variant, is never read as something else.

use core::fmt;

use serde::de::value::{BorrowedBytesDeserializer, SeqAccessDeserializer, SeqDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::cursor::{Cursor, NIL, Result, Unreadable};
use super::shape;

/// One value of `T` and nothing behind it; `None` says not why.
pub(super) fn read<'b, T: Deserialize<'b>>(payload: &'b [u8], max_depth: u8) -> Option<T> {
    let mut cursor = Cursor::new(payload, max_depth);
    let value = T::deserialize(&mut cursor).ok()?;
    cursor.close(value)
}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Mismatch
    }
}

/// rmp-serde's name for a newtype that is an ext.
const EXT: &str = "_ExtStruct";

/// What a unit struct is written as.
const EMPTY_ARRAY: u8 = 0x90;

/// What binary is shown as to a type that asked for a list.
#[derive(Clone, Copy)]
enum Binary {
    Bytes,
    List,
}

impl<'b> Cursor<'b> {
    #[inline]
    fn value<V: Visitor<'b>>(&mut self, visitor: V, binary: Binary) -> Result<V::Value> {
        let marker = self.marker()?;
        match marker {
            0xa0..=0xbf | 0xd9..=0xdb => {
                let length = self.length(marker)?;
                visitor.visit_borrowed_str(self.text(length)?)
            }
            0x90..=0x9f | 0xdc | 0xdd => self.list(marker, visitor),
            0x80..=0x8f | 0xde | 0xdf => self.map(marker, visitor),
            0xc4..=0xc6 => self.binary(marker, visitor, binary),
            0xc7..=0xc9 | 0xd4..=0xd8 => self.ext(marker, visitor),
            _ => self.number(marker, visitor),
        }
    }

    /// Numbers, nil, false and true.
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
            _ => self.refuse(Unreadable::Mismatch),
        }
    }

    /// The 16 bytes that an integer of 128 bits is written as; a smaller one may stand there too.
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

    /// An ext is shown as the list of its type and its bytes.
    fn ext<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let length = self.length(marker)?;
        let kind = i8::from_be_bytes(self.take()?);
        let mut ext = Ext { kind: Some(kind), bytes: Some(self.bytes(length)?) };
        let value = visitor.visit_newtype_struct(SeqAccessDeserializer::new(&mut ext))?;
        if ext.bytes.is_none() { Ok(value) } else { Err(Unreadable::Mismatch) }
    }

    /// A count of items, each of which is a byte at least.
    #[inline]
    fn count(&mut self, marker: u8) -> Result<usize> {
        let count = self.length(marker)?;
        if count <= self.bytes_left() { Ok(count) } else { self.refuse(Unreadable::Malformed) }
    }

    /// The next value. Whoever takes no byte of it would have it read as what stands behind it.
    #[inline]
    fn next<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        let left = self.bytes_left();
        let value = seed.deserialize(&mut *self);
        if self.bytes_left() == left { self.refuse(Unreadable::Mismatch) } else { value }
    }

    #[inline]
    fn list<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let left = self.count(marker)?;
        self.inside(|cursor| {
            let mut items = Items { cursor, left };
            let value = visitor.visit_seq(&mut items);
            if items.left == 0 { value } else { cursor.refuse(Unreadable::Mismatch) }
        })
    }

    #[inline]
    fn map<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let left = self.count(marker)?;
        self.inside(|cursor| {
            let mut entries = Entries { cursor, left, value_waits: false };
            let value = visitor.visit_map(&mut entries);
            let is_done = entries.left == 0 && !entries.value_waits;
            if is_done { value } else { cursor.refuse(Unreadable::Mismatch) }
        })
    }
}

/// Methods that ask for a number.
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
        char str string bytes byte_buf unit map identifier
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    #[inline]
    fn deserialize_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.value(visitor, Binary::Bytes)
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
        if self.take_if(&[NIL]) { visitor.visit_none() } else { visitor.visit_some(self) }
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
                _ => self.refuse(Unreadable::Mismatch),
            },
            _ => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        self.value(visitor, Binary::List)
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'b>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.value(visitor, Binary::List)
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.value(visitor, Binary::List)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.value(visitor, Binary::List)
    }

    /// A variant's name, or a map of one entry: name and content.
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
                if waits { cursor.refuse(Unreadable::Mismatch) } else { value }
            }),
            _ => self.refuse(Unreadable::Mismatch),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        shape::pass_over(self, 1)?;
        visitor.visit_unit()
    }
}

struct Items<'a, 'b> {
    cursor: &'a mut Cursor<'b>,
    left: usize,
}

impl<'b> SeqAccess<'b> for Items<'_, 'b> {
    type Error = Unreadable;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        self.cursor.next(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

struct Entries<'a, 'b> {
    cursor: &'a mut Cursor<'b>,
    left: usize,
    value_waits: bool,
}

impl<'b> MapAccess<'b> for Entries<'_, 'b> {
    type Error = Unreadable;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.value_waits {
            return self.cursor.refuse(Unreadable::Mismatch);
        }
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        (self.left, self.value_waits) = (left, true);
        self.cursor.next(seed).map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        if !self.value_waits {
            return self.cursor.refuse(Unreadable::Mismatch);
        }
        self.value_waits = false;
        self.cursor.next(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

struct Variant<'a, 'b> {
    cursor: &'a mut Cursor<'b>,
    content_waits: Option<&'a mut bool>,
}

impl<'a, 'b> Variant<'a, 'b> {
    fn content(self) -> Result<&'a mut Cursor<'b>> {
        let Some(waits) = self.content_waits else { return Err(Unreadable::Mismatch) };
        *waits = false;
        Ok(self.cursor)
    }
}

impl<'b> EnumAccess<'b> for Variant<'_, 'b> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<(S::Value, Self)> {
        Ok((self.cursor.next(seed)?, self))
    }
}

impl<'b> VariantAccess<'b> for Variant<'_, 'b> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<()> {
        if self.content_waits.is_none() {
            return Ok(());
        }
        let cursor = self.content()?;
        if cursor.take_if(&[NIL]) { Ok(()) } else { cursor.refuse(Unreadable::Mismatch) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<S::Value> {
        self.content()?.next(seed)
    }

    fn tuple_variant<V: Visitor<'b>>(self, items: usize, visitor: V) -> Result<V::Value> {
        self.content()?.deserialize_tuple(items, visitor)
    }

    fn struct_variant<V: Visitor<'b>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.content()?.deserialize_struct("", fields, visitor)
    }
}

struct Ext<'b> {
    kind: Option<i8>,
    bytes: Option<&'b [u8]>,
}

impl<'b> SeqAccess<'b> for Ext<'b> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if let Some(kind) = self.kind.take() {
            return seed.deserialize(kind.into_deserializer()).map(Some);
        }
        let Some(bytes) = self.bytes.take() else { return Ok(None) };
        seed.deserialize(BorrowedBytesDeserializer::new(bytes)).map(Some)
    }
}

#[cfg(test)]
mod tests;
