//! Access to the items of an array, the entries of a map and the content of a variant. Each must be
//! read to its end.

use serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::super::cursor::{Cursor, NIL, Names, Result, Unreadable};
use crate::error::PayloadError;

pub(super) struct Items<'a, 'b> {
    pub(super) cursor: &'a mut Cursor<'b>,
    pub(super) left: usize,
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

pub(super) struct Entries<'a, 'b> {
    pub(super) cursor: &'a mut Cursor<'b>,
    pub(super) left: usize,
    pub(super) value_waits: bool,
}

impl<'b> MapAccess<'b> for Entries<'_, 'b> {
    type Error = Unreadable;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.take_key()? { self.cursor.next(seed).map(Some) } else { Ok(None) }
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        if !self.value_waits {
            return self.cursor.refuse(PayloadError::Mismatch);
        }
        self.value_waits = false;
        self.cursor.next(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl Entries<'_, '_> {
    /// Returns true if there is another key, which the caller must then read.
    #[inline]
    fn take_key(&mut self) -> Result<bool> {
        if self.value_waits {
            return self.cursor.refuse(PayloadError::Mismatch);
        }
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        (self.left, self.value_waits) = (left, true);
        Ok(true)
    }

    /// Returns `value` if the map was read to its end.
    #[inline]
    pub(super) fn close<T>(&mut self, value: Result<T>) -> Result<T> {
        let is_done = self.left == 0 && !self.value_waits;
        if is_done { value } else { self.cursor.unread(value) }
    }
}

/// The entries of a struct. An error in the value of a field contains the field's name.
pub(super) struct Fields<'a, 'b> {
    pub(super) entries: Entries<'a, 'b>,
    pub(super) names: Names,
    /// The names after the last field. Fields usually come in order.
    pub(super) next: Names,
    /// The rest of the payload, beginning with the last key.
    pub(super) key: &'b [u8],
}

impl<'b> MapAccess<'b> for Fields<'_, 'b> {
    type Error = Unreadable;

    /// Reads a key. A name that matches one of the program's names is UTF-8 and needs no further
    /// check.
    #[inline]
    fn next_key_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.key = self.entries.cursor.rest();
        if !self.entries.take_key()? {
            return Ok(None);
        }
        match self.entries.cursor.known_name(&mut self.next) {
            Some(name) => seed.deserialize(Name(name)).map(Some),
            None => self.entries.cursor.next(seed).map(Some),
        }
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<S::Value> {
        self.entries.next_value_seed(seed).map_err(|error| self.name(error))
    }

    fn size_hint(&self) -> Option<usize> {
        self.entries.size_hint()
    }
}

impl Fields<'_, '_> {
    /// Adds the field's name to `error` if the name is known and `error` contains nothing more
    /// precise.
    #[cold]
    fn name(&self, error: Unreadable) -> Unreadable {
        let mut names = self.names;
        match (error, Cursor::new(self.key, 0).known_name(&mut names)) {
            (Unreadable(None), Some(name)) => {
                Unreadable::because(PayloadError::FieldMismatch(name))
            }
            (error, _) => error,
        }
    }
}

/// The name of a field that was taken from the payload.
///
/// Unlike serde's `BorrowedStrDeserializer`, it also reads as an option and a newtype, as the same
/// text in the payload does.
struct Name(&'static str);

impl<'b> Deserializer<'b> for Name {
    type Error = Unreadable;

    forward_to_deserialize_any! { <V: Visitor<'b>>
        bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    #[inline]
    fn deserialize_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'b>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'b>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    fn deserialize_ignored_any<V: Visitor<'b>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}

pub(super) struct Variant<'a, 'b> {
    pub(super) cursor: &'a mut Cursor<'b>,
    pub(super) content_waits: Option<&'a mut bool>,
}

impl<'a, 'b> Variant<'a, 'b> {
    fn content(self) -> Result<&'a mut Cursor<'b>> {
        let Some(waits) = self.content_waits else { return Err(Unreadable(None)) };
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
        if cursor.take_if(&[NIL]) { Ok(()) } else { cursor.refuse(PayloadError::Mismatch) }
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

pub(super) struct Ext<'b> {
    pub(super) kind: Option<i8>,
    pub(super) bytes: Option<&'b [u8]>,
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
