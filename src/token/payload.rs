//! Converts between a session and its payload, which is exactly one MessagePack value.

mod cursor;
mod keys;
mod reader;
mod shape;
mod writer;

use serde::{Deserialize, Serialize};

use crate::error::PayloadError;

/// The maximum number of nested arrays and maps.
pub(crate) const MAX_DEPTH: u8 = 64;

/// The name of a newtype that is written as an ext. It is the same as in rmp-serde.
const EXT: &str = "_ExtStruct";

/// The layout of a struct: with or without the names of its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Map,
    Array,
}

/// Appends `session`. Refuses a value that would not read back as the same value.
pub(crate) fn write<T>(session: &T, layout: Layout, out: &mut Vec<u8>) -> Result<(), PayloadError>
where
    T: Serialize + ?Sized,
{
    writer::write(session, layout, MAX_DEPTH, out)
}

/// Reads exactly one value of `T`. Checks that text is UTF-8 and that the value is not nested too
/// deeply.
pub(crate) fn read<'b, T: Deserialize<'b>>(payload: &'b [u8]) -> Result<T, PayloadError> {
    reader::read(payload, MAX_DEPTH).map_err(|refused| reason(payload, refused))
}

/// Returns the reason why a payload could not be read. A fault in its bytes takes precedence over
/// an error of the session's type.
#[cold]
fn reason(payload: &[u8], refused: PayloadError) -> PayloadError {
    shape::check(payload, MAX_DEPTH).err().unwrap_or(refused)
}

#[cfg(test)]
mod suite;
