//! Writes a session as MessagePack, in one pass, in the shortest form of every value.
//!
//! It writes the same bytes as rmp-serde, and the tests compare the two. It refuses values that
//! would not read back as the same.

mod compound;
mod forms;

use core::fmt;

use serde::Serialize;
use serde::ser::{self, Serializer};

use super::Layout;
use super::cursor::{Cursor, NIL};
use super::keys::Keys;
use crate::error::PayloadError;
use compound::{Counted, Entries, Items};

/// Appends `session` to `out`.
pub(super) fn write<T>(
    session: &T,
    layout: Layout,
    max_depth: u8,
    out: &mut Vec<u8>,
) -> core::result::Result<(), PayloadError>
where
    T: Serialize + ?Sized,
{
    let mut writer = Writer {
        out,
        layout,
        depth: max_depth,
        wrappers: u8::MAX,
        inside_some: false,
        refused: None,
    };
    let written = session.serialize(&mut writer);
    // Refuse the value even if its `Serialize` ignored an error, because it is incomplete.
    match writer.refused {
        Some(reason) => Err(reason),
        None => written.map_err(|Unwritable| PayloadError::Serialize),
    }
}

/// The error of writing a value. The writer stores the reason, so that results stay in registers.
#[derive(Debug, Clone, Copy)]
struct Unwritable;

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl core::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Result<T> = core::result::Result<T, Unwritable>;

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    layout: Layout,
    /// The remaining levels of arrays and maps.
    depth: u8,
    /// The remaining levels of options and newtypes.
    wrappers: u8,
    /// Whether the value is directly inside `Some`, apart from newtypes.
    inside_some: bool,
    refused: Option<PayloadError>,
}

impl<'a> Writer<'a> {
    #[cold]
    fn refuse<T>(&mut self, reason: PayloadError) -> Result<T> {
        self.refused.get_or_insert(reason);
        Err(Unwritable)
    }

    /// Writes nil. Refuses it inside `Some`: MessagePack has no `Some`, so `Some(None)` would read
    /// back as `None`.
    fn nothing(&mut self) -> Result<()> {
        if self.inside_some {
            return self.refuse(PayloadError::SomeOfNothing);
        }
        self.out.push(NIL);
        Ok(())
    }

    #[inline]
    fn deeper(&mut self) -> Result<()> {
        self.inside_some = false;
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                Ok(())
            }
            None => self.refuse(PayloadError::TooDeep),
        }
    }

    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut *self).or_else(|Unwritable| self.refuse(PayloadError::Serialize))
    }

    /// Writes the value inside a newtype or an option. They add no bytes, so only this count ends
    /// the recursion of a type that contains itself.
    #[inline]
    fn wrapped<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let wrappers = self.wrappers;
        let Some(left) = wrappers.checked_sub(1) else {
            return self.refuse(PayloadError::TooDeep);
        };
        self.wrappers = left;
        let written = value.serialize(&mut *self);
        self.wrappers = wrappers;
        written
    }

    #[inline]
    fn array(&mut self, items: usize) -> Result<Items<'_, 'a>> {
        let depth = self.depth;
        self.deeper()?;
        self.array_len(items)?;
        Ok(Items { writer: self, left: items, depth })
    }

    /// Begins a map of one entry, whose key is a variant's name.
    fn variant(&mut self, name: &str) -> Result<()> {
        self.deeper()?;
        self.out.push(0x81);
        self.text(name)
    }

    #[inline]
    fn fields(&mut self, fields: usize) -> Result<Items<'_, 'a>> {
        match self.layout {
            Layout::Array => self.array(fields),
            Layout::Map => {
                let depth = self.depth;
                self.deeper()?;
                self.map_len(fields)?;
                Ok(Items { writer: self, left: fields, depth })
            }
        }
    }

    /// Writes an ext. It is first written as a list of its type and its bytes, and then rewritten.
    fn ext<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let start = self.out.len();
        value.serialize(&mut *self)?;
        let list = self.out.split_off(start);
        let Some((kind, bytes)) = ext_parts(&list) else {
            return self.refuse(PayloadError::Serialize);
        };
        match bytes.len() {
            1 => self.out.push(0xd4),
            2 => self.out.push(0xd5),
            4 => self.out.push(0xd6),
            8 => self.out.push(0xd7),
            16 => self.out.push(0xd8),
            length => self.length(length, [0xc7, 0xc8, 0xc9])?,
        }
        self.out.extend_from_slice(&kind.to_be_bytes());
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

/// Returns the type and the bytes of an ext that was written as a list.
fn ext_parts(list: &[u8]) -> Option<(i8, &[u8])> {
    let mut cursor = Cursor::new(list, 1);
    let 0x92 = cursor.marker().ok()? else { return None };
    let kind = match cursor.marker().ok()? {
        byte @ (0x00..=0x7f | 0xe0..=0xff) => i8::from_be_bytes([byte]),
        0xd0 => i8::from_be_bytes(cursor.take().ok()?),
        _ => return None,
    };
    let marker @ 0xc4..=0xc6 = cursor.marker().ok()? else { return None };
    let length = cursor.length(marker).ok()?;
    let bytes = cursor.bytes(length).ok()?;
    cursor.close((kind, bytes))
}

/// Defines the methods for numbers of up to 64 bits.
macro_rules! numbers {
    ($($method:ident: $type:ty as $wide:ident),* $(,)?) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<()> {
            self.$wide(value.into());
            Ok(())
        }
    )*};
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Counted<'w, 'a>;
    type SerializeTuple = Items<'w, 'a>;
    type SerializeTupleStruct = Items<'w, 'a>;
    type SerializeTupleVariant = Items<'w, 'a>;
    type SerializeMap = Entries<'w, 'a>;
    type SerializeStruct = Items<'w, 'a>;
    type SerializeStructVariant = Items<'w, 'a>;

    numbers! {
        serialize_i8: i8 as signed,
        serialize_i16: i16 as signed,
        serialize_i32: i32 as signed,
        serialize_i64: i64 as signed,
        serialize_u8: u8 as unsigned,
        serialize_u16: u16 as unsigned,
        serialize_u32: u32 as unsigned,
        serialize_u64: u64 as unsigned,
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<()> {
        self.out.push(if value { 0xc3 } else { 0xc2 });
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<()> {
        self.binary(&value.to_be_bytes())
    }

    fn serialize_u128(self, value: u128) -> Result<()> {
        self.binary(&value.to_be_bytes())
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.marked(0xca, value.to_be_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.marked(0xcb, value.to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.binary(value)
    }

    #[inline]
    fn serialize_none(self) -> Result<()> {
        self.nothing()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        self.inside_some = true;
        self.wrapped(value)?;
        self.inside_some = false;
        Ok(())
    }

    fn serialize_unit(self) -> Result<()> {
        self.nothing()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.array(0)?.close()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<()> {
        self.text(name)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        if name == super::EXT { self.ext(value) } else { self.wrapped(value) }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        let depth = self.depth;
        self.variant(name)?;
        self.item(value)?;
        self.depth = depth;
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, items: Option<usize>) -> Result<Counted<'w, 'a>> {
        let start = self.out.len();
        let inner = self.array(items.unwrap_or_default())?;
        Ok(Counted { inner, start, count: items.is_none().then_some(0) })
    }

    #[inline]
    fn serialize_tuple(self, items: usize) -> Result<Items<'w, 'a>> {
        self.array(items)
    }

    fn serialize_tuple_struct(self, _: &'static str, items: usize) -> Result<Items<'w, 'a>> {
        self.array(items)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        items: usize,
    ) -> Result<Items<'w, 'a>> {
        let depth = self.depth;
        self.variant(name)?;
        Ok(Items { depth, ..self.array(items)? })
    }

    #[inline]
    fn serialize_map(self, entries: Option<usize>) -> Result<Entries<'w, 'a>> {
        let (start, depth) = (self.out.len(), self.depth);
        self.deeper()?;
        self.map_len(entries.unwrap_or_default())?;
        let content = self.out.len();
        Ok(Entries {
            writer: self,
            start,
            content,
            announced: entries,
            counted: 0,
            key_waits: false,
            keys: Keys::new(),
            depth,
        })
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, fields: usize) -> Result<Items<'w, 'a>> {
        self.fields(fields)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        fields: usize,
    ) -> Result<Items<'w, 'a>> {
        let depth = self.depth;
        self.variant(name)?;
        Ok(Items { depth, ..self.fields(fields)? })
    }
}

#[cfg(test)]
mod tests;
