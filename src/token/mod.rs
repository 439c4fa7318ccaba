//! The wire: pure functions of bytes, without a clock.
//!
//! `claims` and `session_id` are its nouns. Apart from them no file here imports a neighbour, but
//! `inspect`, which reads a whole token.

pub(crate) mod buffer;
pub(crate) mod cipher;
pub(crate) mod claims;
pub(crate) mod context;
pub(crate) mod header;
pub(crate) mod inspect;
pub(crate) mod payload;
pub(crate) mod session_id;
pub(crate) mod signature;
pub(crate) mod text;

/// Length of a signature in bytes.
pub(crate) const SIGNATURE_LEN: usize = 24;

/// Length of Poly1305's tag in bytes, which ends the body of an encrypted token.
pub(crate) const TAG_LEN: usize = 16;
