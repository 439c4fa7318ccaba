//! Session <-> MessagePack, with nothing behind it. The only user of rmp-serde.

mod shape;
mod strict;

use core::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::error::PayloadFault;
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
pub(crate) fn write<T>(session: &T, layout: Layout, out: &mut Vec<u8>) -> Result<(), PayloadFault>
where
    T: Serialize + ?Sized,
{
    let fault = Cell::new(None);
    let strict = Strict::new(session, Rules::new(layout, MAX_DEPTH, &fault));
    let written = match layout {
        Layout::Map => rmp_serde::encode::write_named(out, &strict),
        Layout::Array => rmp_serde::encode::write(out, &strict),
    };
    written.map_err(|_| fault.take().unwrap_or(PayloadFault::Serialize))
}

/// Reads one value of `T`, after its shape was found to be sound.
pub(crate) fn read<'b, T: Deserialize<'b>>(payload: &'b [u8]) -> Result<T, PayloadFault> {
    shape::check(payload, MAX_DEPTH)?;
    rmp_serde::from_slice(payload).map_err(|_| PayloadFault::Mismatch)
}
