//! Writes arrays, structs and maps, and checks that they have as many items as announced.

use serde::Serialize;
use serde::ser;

use super::{Result, Unwritable, Writer};
use crate::error::PayloadError;
use crate::token::payload::Layout;
use crate::token::payload::keys::{self, Keys};

/// An array or a struct with a known number of items, and the number of items still missing.
pub(super) struct Items<'w, 'a> {
    pub(super) writer: &'w mut Writer<'a>,
    pub(super) left: usize,
    pub(super) depth: u8,
}

impl Items<'_, '_> {
    #[inline]
    fn count(&mut self) -> Result<()> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => self.writer.refuse(PayloadError::Length),
        }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.count()?;
        self.writer.item(value)
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        self.count()?;
        if self.writer.layout == Layout::Map {
            self.writer.text(name)?;
        }
        self.writer.item(value)
    }

    /// Skips a field of a map. Refuses it in an array, where it would shift the fields after it.
    fn skip(&mut self, name: &'static str) -> Result<()> {
        match self.writer.layout {
            Layout::Map => Ok(()),
            Layout::Array => self.writer.refuse(PayloadError::SkippedField(name)),
        }
    }

    #[inline]
    pub(super) fn close(self) -> Result<()> {
        self.writer.depth = self.depth;
        if self.left == 0 { Ok(()) } else { self.writer.refuse(PayloadError::Length) }
    }
}

macro_rules! arrays {
    ($($trait:ident :: $method:ident),* $(,)?) => {$(
        impl ser::$trait for Items<'_, '_> {
            type Ok = ();
            type Error = Unwritable;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

arrays! {
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! structs {
    ($($trait:ident),* $(,)?) => {$(
        impl ser::$trait for Items<'_, '_> {
            type Ok = ();
            type Error = Unwritable;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<()> {
                self.field(name, value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<()> {
                self.skip(name)
            }

            #[inline]
            fn end(self) -> Result<()> {
                self.close()
            }
        }
    )*};
}

structs! { SerializeStruct, SerializeStructVariant }

/// An array whose number of items may not have been announced.
pub(super) struct Counted<'w, 'a> {
    pub(super) inner: Items<'w, 'a>,
    pub(super) start: usize,
    pub(super) count: Option<usize>,
}

impl ser::SerializeSeq for Counted<'_, '_> {
    type Ok = ();
    type Error = Unwritable;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        match &mut self.count {
            None => self.inner.element(value),
            Some(count) => {
                *count = count.saturating_add(1);
                self.inner.writer.item(value)
            }
        }
    }

    #[inline]
    fn end(self) -> Result<()> {
        if let Some(count) = self.count {
            self.inner.writer.count_was(self.start, count, Writer::array_len)?;
        }
        self.inner.close()
    }
}

impl Writer<'_> {
    /// Replaces the placeholder byte at `start` with the number of items, which is known only at
    /// the end.
    fn count_was(
        &mut self,
        start: usize,
        count: usize,
        write_len: fn(&mut Self, usize) -> Result<()>,
    ) -> Result<()> {
        let end = self.out.len();
        write_len(self, count)?;
        let length = self.out.split_off(end);
        self.out.splice(start..=start, length);
        Ok(())
    }
}

/// A map, whose keys must differ.
pub(super) struct Entries<'w, 'a> {
    pub(super) writer: &'w mut Writer<'a>,
    /// The position at which the map begins.
    pub(super) start: usize,
    /// The position at which the first key begins.
    pub(super) content: usize,
    pub(super) announced: Option<usize>,
    pub(super) counted: usize,
    pub(super) key_waits: bool,
    pub(super) keys: Keys,
    pub(super) depth: u8,
}

impl Entries<'_, '_> {
    /// Checks that keys and values alternate. Otherwise the map would be written incorrectly.
    #[inline]
    fn take_turns(&mut self, is_value: bool) -> Result<()> {
        if self.key_waits != is_value {
            return self.writer.refuse(PayloadError::Length);
        }
        self.key_waits = !is_value;
        Ok(())
    }

    #[cold]
    fn has_key_twice(&self) -> bool {
        keys::any_twice(self.writer.out.get(self.content..).unwrap_or_default(), self.counted)
    }
}

impl ser::SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = Unwritable;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.take_turns(false)?;
        self.counted = self.counted.saturating_add(1);
        let start = self.writer.out.len();
        self.writer.item(key)?;
        self.keys.note(self.writer.out, start);
        Ok(())
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.take_turns(true)?;
        self.writer.item(value)
    }

    #[inline]
    fn end(mut self) -> Result<()> {
        self.writer.depth = self.depth;
        if self.key_waits || self.announced.is_some_and(|announced| announced != self.counted) {
            return self.writer.refuse(PayloadError::Length);
        }
        if self.keys.may_repeat() && self.has_key_twice() {
            return self.writer.refuse(PayloadError::DuplicateKey);
        }
        match self.announced {
            Some(_) => Ok(()),
            None => self.writer.count_was(self.start, self.counted, Writer::map_len),
        }
    }
}
