//! The items of an array, the entries of a map and the content of a variant, each read to its end or
//! not at all.

use serde::de::value::BorrowedBytesDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::super::cursor::{Cursor, NIL, Result, Unreadable};
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
        if self.value_waits {
            return self.cursor.refuse(PayloadError::Mismatch);
        }
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        (self.left, self.value_waits) = (left, true);
        self.cursor.next(seed).map(Some)
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
    /// `value`, if the map was read to its end.
    #[inline]
    pub(super) fn close<T>(&mut self, value: Result<T>) -> Result<T> {
        let is_done = self.left == 0 && !self.value_waits;
        if is_done { value } else { self.cursor.unread(value) }
    }
}

/// The entries of a struct. An error in the value of a field names the field.
pub(super) struct Fields<'a, 'b> {
    pub(super) entries: Entries<'a, 'b>,
    pub(super) names: &'static [&'static str],
    /// The names behind the field that came last, in which fields usually come.
    pub(super) next: &'static [&'static str],
    /// The payload from the last key on.
    pub(super) key: &'b [u8],
}

impl<'b> MapAccess<'b> for Fields<'_, 'b> {
    type Error = Unreadable;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'b>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.key = self.entries.cursor.rest();
        self.entries.cursor.names = self.next;
        let key = self.entries.next_key_seed(seed);
        self.next = core::mem::take(&mut self.entries.cursor.names);
        key
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
    /// `error`, with the name of the field if the program knows it and nothing more precise was said.
    #[cold]
    fn name(&self, error: Unreadable) -> Unreadable {
        let mut key = Cursor::new(self.key, 0);
        key.names = self.names;
        match (error, key.known_name()) {
            (Unreadable(None), Some(name)) => {
                Unreadable::because(PayloadError::FieldMismatch(name))
            }
            (error, _) => error,
        }
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
