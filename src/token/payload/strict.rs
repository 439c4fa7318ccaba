//! Refuses, while a session is written, what MessagePack or an array would not give back.
//!
//! A serializer around the serializer: serde's own visitors say what is written, so nothing is
//! written twice and nothing is read again.

use core::cell::Cell;
use core::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use super::Layout;
use crate::error::PayloadError;

/// What holds for one value, handed down to those inside it.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    layout: Layout,
    depth: u8,
    inside_some: bool,
    fault: &'a Cell<Option<PayloadError>>,
}

impl<'a> Rules<'a> {
    /// `fault` receives what was refused: the error of a serializer cannot carry it.
    pub(super) fn new(layout: Layout, depth: u8, fault: &'a Cell<Option<PayloadError>>) -> Self {
        Self { layout, depth, inside_some: false, fault }
    }

    fn refuse<E: ser::Error>(self, fault: PayloadError) -> E {
        self.fault.set(Some(fault));
        E::custom("refused")
    }

    /// The rules inside an array or a map.
    fn deeper<E: ser::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, inside_some: false, ..self }),
            None => Err(self.refuse(PayloadError::TooDeep)),
        }
    }
}

/// A value, to be written by the rules.
pub(super) struct Strict<'a, T: ?Sized> {
    value: &'a T,
    rules: Rules<'a>,
}

impl<'a, T: ?Sized> Strict<'a, T> {
    pub(super) fn new(value: &'a T, rules: Rules<'a>) -> Self {
        Self { value, rules }
    }
}

impl<T: Serialize + ?Sized> Serialize for Strict<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(StrictSerializer { inner, rules: self.rules })
    }
}

struct StrictSerializer<'a, S> {
    inner: S,
    rules: Rules<'a>,
}

impl<'a, S: Serializer> StrictSerializer<'a, S> {
    /// MessagePack writes `Some` as what is in it: `Some(None)` would come back as `None`.
    fn refuse_some_of_nothing(&self) -> Result<(), S::Error> {
        if self.rules.inside_some {
            return Err(self.rules.refuse(PayloadError::SomeOfNothing));
        }
        Ok(())
    }

    #[inline]
    fn compound<C>(
        self,
        items: Option<usize>,
        open: impl FnOnce(S) -> Result<C, S::Error>,
    ) -> Result<Compound<'a, C>, S::Error> {
        let rules = self.rules.deeper()?;
        Ok(Compound { inner: open(self.inner)?, rules, left: items, key_waits: false })
    }
}

/// Forwards what needs no rule.
macro_rules! forward {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<S::Ok, S::Error> {
            self.inner.$method(value)
        }
    )*};
}

impl<'a, S: Serializer> Serializer for StrictSerializer<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Compound<'a, S::SerializeSeq>;
    type SerializeTuple = Compound<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Compound<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Compound<'a, S::SerializeTupleVariant>;
    type SerializeMap = Compound<'a, S::SerializeMap>;
    type SerializeStruct = Compound<'a, S::SerializeStruct>;
    type SerializeStructVariant = Compound<'a, S::SerializeStructVariant>;

    forward! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.refuse_some_of_nothing()?;
        self.inner.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        let rules = Rules { inside_some: true, ..self.rules };
        self.inner.serialize_some(&Strict::new(value, rules))
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.refuse_some_of_nothing()?;
        self.inner.serialize_unit()
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<S::Ok, S::Error> {
        self.rules.deeper::<S::Error>()?;
        self.inner.serialize_unit_struct(name)
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_newtype_struct(name, &Strict::new(value, self.rules))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = Strict::new(value, self.rules.deeper()?);
        self.inner.serialize_newtype_variant(name, index, variant, &value)
    }

    fn serialize_seq(self, items: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        self.compound(items, |inner| inner.serialize_seq(items))
    }

    fn serialize_tuple(self, items: usize) -> Result<Self::SerializeTuple, S::Error> {
        self.compound(Some(items), |inner| inner.serialize_tuple(items))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        items: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        self.compound(Some(items), |inner| inner.serialize_tuple_struct(name, items))
    }

    fn serialize_tuple_variant(
        mut self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        items: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        self.rules = self.rules.deeper()?;
        self.compound(Some(items), |inner| {
            inner.serialize_tuple_variant(name, index, variant, items)
        })
    }

    fn serialize_map(self, items: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        self.compound(items, |inner| inner.serialize_map(items))
    }

    fn serialize_struct(
        self,
        name: &'static str,
        items: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        self.compound(Some(items), |inner| inner.serialize_struct(name, items))
    }

    fn serialize_struct_variant(
        mut self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        items: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        self.rules = self.rules.deeper()?;
        self.compound(Some(items), |inner| {
            inner.serialize_struct_variant(name, index, variant, items)
        })
    }
}

/// An array or a map, how many items it still owes of those that it announced, and whether a key
/// still waits for its value.
struct Compound<'a, C> {
    inner: C,
    rules: Rules<'a>,
    left: Option<usize>,
    key_waits: bool,
}

impl<'a, C> Compound<'a, C> {
    #[inline]
    fn item<'v, T: ?Sized, E: ser::Error>(&mut self, value: &'v T) -> Result<Strict<'v, T>, E>
    where
        'a: 'v,
    {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or_else(|| self.rules.refuse(PayloadError::Length))?;
        }
        Ok(Strict::new(value, self.rules))
    }

    #[inline]
    fn close<E: ser::Error>(self) -> Result<C, E> {
        match self.left {
            None | Some(0) if !self.key_waits => Ok(self.inner),
            _ => Err(self.rules.refuse(PayloadError::Length)),
        }
    }

    /// Keys and values take turns, or the map is another one than was meant.
    #[inline]
    fn take_turns<E: ser::Error>(&mut self, is_value: bool) -> Result<(), E> {
        if self.key_waits != is_value {
            return Err(self.rules.refuse(PayloadError::Length));
        }
        self.key_waits = !is_value;
        Ok(())
    }

    /// In an array a field that is left out would shift those behind it.
    fn skip<E: ser::Error>(&self, field: &'static str) -> Result<(), E> {
        match self.rules.layout {
            Layout::Map => Ok(()),
            Layout::Array => Err(self.rules.refuse(PayloadError::SkippedField(field))),
        }
    }
}

macro_rules! sequence {
    ($($trait:ident :: $method:ident),* $(,)?) => {$(
        impl<C: ser::$trait> ser::$trait for Compound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
                let value = self.item(value)?;
                self.inner.$method(&value)
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.close()?.end()
            }
        }
    )*};
}

sequence! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! fields {
    ($($trait:ident),* $(,)?) => {$(
        impl<C: ser::$trait> ser::$trait for Compound<'_, C> {
            type Ok = C::Ok;
            type Error = C::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), C::Error> {
                let value = self.item(value)?;
                self.inner.serialize_field(key, &value)
            }

            fn skip_field(&mut self, key: &'static str) -> Result<(), C::Error> {
                self.skip(key)
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.close()?.end()
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant }

impl<C: ser::SerializeMap> ser::SerializeMap for Compound<'_, C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        self.take_turns(false)?;
        let key = self.item(key)?;
        self.inner.serialize_key(&key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.take_turns(true)?;
        self.inner.serialize_value(&Strict::new(value, self.rules))
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.close()?.end()
    }
}
