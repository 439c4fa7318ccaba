//! The wire format, as pure functions of bytes without a clock.
//!
//! Files here import only `claims` and `session_id` from each other. The exception is `inspect`,
//! which reads a whole token.

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

/// The length of a signature in bytes.
pub(crate) const SIGNATURE_LEN: usize = 24;

/// The length in bytes of the Poly1305 tag at the end of an encrypted token's body.
pub(crate) const TAG_LEN: usize = 16;
