//! Session <-> MessagePack, with nothing after it.

mod cursor;
mod keys;
mod reader;
mod shape;
mod writer;

use serde::{Deserialize, Serialize};

use crate::error::PayloadError;

/// How many arrays and maps may be nested.
pub(crate) const MAX_DEPTH: u8 = 64;

/// The name of a newtype that is an ext, as rmp-serde has it.
const EXT: &str = "_ExtStruct";

/// How a struct is written: with the names of its fields, or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Map,
    Array,
}

/// Appends `session`. Refuses what would not read back as the same.
pub(crate) fn write<T>(session: &T, layout: Layout, out: &mut Vec<u8>) -> Result<(), PayloadError>
where
    T: Serialize + ?Sized,
{
    writer::write(session, layout, MAX_DEPTH, out)
}

/// Reads exactly one value of `T`, whose text is UTF-8 and which is not nested too deep.
pub(crate) fn read<'b, T: Deserialize<'b>>(payload: &'b [u8]) -> Result<T, PayloadError> {
    reader::read(payload, MAX_DEPTH).map_err(|refused| reason(payload, refused))
}

/// Why a payload could not be read: what is wrong with its bytes comes first.
#[cold]
fn reason(payload: &[u8], refused: PayloadError) -> PayloadError {
    shape::check(payload, MAX_DEPTH).err().unwrap_or(refused)
}

#[cfg(test)]
mod suite;
