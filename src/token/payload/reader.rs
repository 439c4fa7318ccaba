//! MessagePack -> session, in one pass: what rmp-serde reads, read from a slice, and as strict as
//! [`shape`](super::shape), which is asked only about what nobody wants.
//!
//! What of serde becomes what of MessagePack is rmp-serde's choice, since it writes the sessions.

use core::fmt;

use serde::de::value::{BorrowedBytesDeserializer, SeqAccessDeserializer, SeqDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::shape;

/// One value of `T` and nothing behind it; `None` says not why.
pub(super) fn read<'b, T: Deserialize<'b>>(payload: &'b [u8], max_depth: u8) -> Option<T> {
    let mut reader = Reader { rest: payload, depth: max_depth, broken: false };
    let value = T::deserialize(&mut reader).ok()?;
    (reader.rest.is_empty() && !reader.broken).then_some(value)
}

/// Why is found out afterwards, by looking at the payload again.
#[derive(Debug)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl core::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Result<T> = core::result::Result<T, Unreadable>;

/// rmp-serde's name for a newtype that is an ext.
const EXT: &str = "_ExtStruct";

const NIL: u8 = 0xc0;

/// What binary is shown as to a type that asked for a list.
#[derive(Clone, Copy)]
enum Binary {
    Bytes,
    List,
}

struct Reader<'b> {
    rest: &'b [u8],
    depth: u8,
    /// Something was no MessagePack. A type that passes over the error is not read all the same.
    broken: bool,
}

impl<'b> Reader<'b> {
    #[cold]
    fn refuse<T>(&mut self) -> Result<T> {
        self.broken = true;
        Err(Unreadable)
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else { return self.refuse() };
        self.rest = rest;
        Ok(*taken)
    }

    #[inline]
    fn marker(&mut self) -> Result<u8> {
        self.take().map(|[marker]| marker)
    }

    #[inline]
    fn bytes(&mut self, length: usize) -> Result<&'b [u8]> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else { return self.refuse() };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn text(&mut self, length: usize) -> Result<&'b str> {
        let bytes = self.bytes(length)?;
        core::str::from_utf8(bytes).or_else(|_| self.refuse())
    }

    /// The length or count that a marker bears or announces.
    #[inline]
    fn length(&mut self, marker: u8) -> Result<usize> {
        match marker {
            0xa0..=0xbf => Ok((marker & 0x1f).into()),
            0x80..=0x9f => Ok((marker & 0x0f).into()),
            0xc4 | 0xc7 | 0xd9 => self.take().map(|[length]| length.into()),
            0xc5 | 0xc8 | 0xda | 0xdc | 0xde => Ok(u16::from_be_bytes(self.take()?).into()),
            0xc6 | 0xc9 | 0xdb | 0xdd | 0xdf => {
                let length = u32::from_be_bytes(self.take()?);
                usize::try_from(length).or_else(|_| self.refuse())
            }
            0xd4 => Ok(1),
            0xd5 => Ok(2),
            0xd6 => Ok(4),
            0xd7 => Ok(8),
            0xd8 => Ok(16),
            _ => self.refuse(),
        }
    }

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
            0xc7..=0xc9 | 0xd4..=0xd8 => visitor.visit_newtype_struct(self.ext(marker)?),
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
            _ => self.refuse(),
        }
    }

    /// An integer of any width, or the 16 bytes of one that needs them.
    fn wide(&mut self) -> Result<i128> {
        match self.marker()? {
            0xc4 => match self.take()? {
                [16] => self.take().map(i128::from_be_bytes),
                _ => self.refuse(),
            },
            marker => self.number(marker, Wide),
        }
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
            Binary::List => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
        }
    }

    /// An ext is shown as the list of its type and its bytes.
    fn ext(&mut self, marker: u8) -> Result<SeqAccessDeserializer<Ext<'b>>> {
        let length = self.length(marker)?;
        let kind = i8::from_be_bytes(self.take()?);
        let bytes = self.bytes(length)?;
        Ok(SeqAccessDeserializer::new(Ext { kind: Some(kind), bytes: Some(bytes) }))
    }

    #[inline]
    fn list<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let left = self.length(marker)?;
        self.inside(|reader| {
            let mut items = Items { reader, left };
            let value = visitor.visit_seq(&mut items)?;
            if items.left == 0 { Ok(value) } else { reader.refuse() }
        })
    }

    #[inline]
    fn map<V: Visitor<'b>>(&mut self, marker: u8, visitor: V) -> Result<V::Value> {
        let left = self.length(marker)?;
        self.inside(|reader| {
            let mut entries = Entries { reader, left, value_waits: false };
            let value = visitor.visit_map(&mut entries)?;
            if entries.left == 0 && !entries.value_waits { Ok(value) } else { reader.refuse() }
        })
    }

    /// What `visit` reads, one level deeper.
    #[inline]
    fn inside<R>(&mut self, visit: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        let depth = self.depth;
        let Some(deeper) = depth.checked_sub(1) else { return self.refuse() };
        self.depth = deeper;
        let result = visit(self);
        self.depth = depth;
        result
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

impl<'b> Deserializer<'b> for &mut Reader<'b> {
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
        visitor.visit_i128(self.wide()?)
    }

    fn deserialize_u128<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_u128(u128::from_ne_bytes(self.wide()?.to_ne_bytes()))
    }

    #[inline]
    fn deserialize_option<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        match self.rest.split_first() {
            Some((&NIL, rest)) => {
                self.rest = rest;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    /// A unit struct is written as an empty list.
    fn deserialize_unit_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match self.rest.split_first() {
            Some((0x90, rest)) if self.depth > 0 => {
                self.rest = rest;
                visitor.visit_unit()
            }
            _ => self.deserialize_any(visitor),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'b>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match name {
            EXT => self.deserialize_any(visitor),
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
        let Some(marker @ (0x80..=0x8f | 0xde | 0xdf)) = self.rest.first().copied() else {
            return visitor.visit_enum(Variant { reader: self, has_content: false });
        };
        self.marker()?;
        match self.length(marker)? {
            1 => self.inside(|reader| visitor.visit_enum(Variant { reader, has_content: true })),
            _ => self.refuse(),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        let Some(length) = shape::length(self.rest, self.depth) else { return self.refuse() };
        self.bytes(length)?;
        visitor.visit_unit()
    }
}

struct Items<'a, 'b> {
    reader: &'a mut Reader<'b>,
    left: usize,
}

impl<'b> SeqAccess<'b> for Items<'_, 'b> {
    type Error = Unreadable;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    /// No more than can be there: a count may lie.
    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(self.reader.rest.len()))
    }
}

struct Entries<'a, 'b> {
    reader: &'a mut Reader<'b>,
    left: usize,
    value_waits: bool,
}

impl<'b> MapAccess<'b> for Entries<'_, 'b> {
    type Error = Unreadable;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.value_waits {
            return self.reader.refuse();
        }
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        (self.left, self.value_waits) = (left, true);
        seed.deserialize(&mut *self.reader).map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        if !self.value_waits {
            return self.reader.refuse();
        }
        self.value_waits = false;
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(self.reader.rest.len()))
    }
}

struct Variant<'a, 'b> {
    reader: &'a mut Reader<'b>,
    has_content: bool,
}

impl<'a, 'b> Variant<'a, 'b> {
    fn content(self) -> Result<&'a mut Reader<'b>> {
        if self.has_content { Ok(self.reader) } else { self.reader.refuse() }
    }
}

impl<'b> EnumAccess<'b> for Variant<'_, 'b> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<(S::Value, Self)> {
        Ok((seed.deserialize(&mut *self.reader)?, self))
    }
}

impl<'b> VariantAccess<'b> for Variant<'_, 'b> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<()> {
        if self.has_content && self.reader.marker()? != NIL {
            return self.reader.refuse();
        }
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'b>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self.content()?)
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

/// An integer of any width.
struct Wide;

impl Visitor<'_> for Wide {
    type Value = i128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> core::result::Result<i128, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> core::result::Result<i128, E> {
        Ok(value.into())
    }
}

#[cfg(test)]
mod tests;
