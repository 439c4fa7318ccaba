//! Session <-> MessagePack, with nothing behind it. The only user of rmp-serde, which writes.

mod cursor;
mod reader;
mod shape;
mod strict;

use core::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::error::PayloadError;
use strict::{Rules, Strict};

/// How many arrays and maps may stand inside each other.
pub(crate) const MAX_DEPTH: u8 = 64;

/// How a struct is written: with the names of its fields, or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Map,
    Array,
}

/// Appends `session`; refuses what would not read back as the same.
pub(crate) fn write<T>(session: &T, layout: Layout, out: &mut Vec<u8>) -> Result<(), PayloadError>
where
    T: Serialize + ?Sized,
{
    let fault = Cell::new(None);
    let strict = Strict::new(session, Rules::new(layout, MAX_DEPTH, &fault));
    let written = match layout {
        Layout::Map => rmp_serde::encode::write_named(out, &strict),
        Layout::Array => rmp_serde::encode::write(out, &strict),
    };
    written.map_err(|_| fault.take().unwrap_or(PayloadError::Serialize))
}

/// Reads exactly one value of `T`, whose text is UTF-8 and which is not nested too deep.
pub(crate) fn read<'b, T: Deserialize<'b>>(payload: &'b [u8]) -> Result<T, PayloadError> {
    reader::read(payload, MAX_DEPTH).ok_or_else(|| fault(payload))
}

/// Why a payload could not be read.
#[cold]
fn fault(payload: &[u8]) -> PayloadError {
    shape::check(payload, MAX_DEPTH).err().unwrap_or(PayloadError::Mismatch)
}
