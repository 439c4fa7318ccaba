//! One property per target. `run` panics for an input that violates the property.

pub mod decode;
pub mod differential;
pub mod forge;
#[cfg(feature = "web")]
pub mod headers;
pub mod keys;
pub mod payload;
pub mod roundtrip;

/// A target's name, and its property.
pub type Target = (&'static str, fn(&[u8]));

/// The properties by the names of `fuzz_targets` and `corpus`.
pub const ALL: &[Target] = &[
    ("decode", decode::run),
    ("differential", differential::run),
    ("forge", forge::run),
    #[cfg(feature = "web")]
    ("headers", headers::run),
    ("keys", keys::run),
    ("payload", payload::run),
    ("roundtrip", roundtrip::run),
];
