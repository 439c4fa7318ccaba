//! The wire: pure functions of bytes, no clock. No room imports a neighbour.

pub(crate) mod cipher;
pub(crate) mod context;
pub(crate) mod draft;
pub(crate) mod header;
pub(crate) mod payload;
pub(crate) mod signature;
pub(crate) mod text;
