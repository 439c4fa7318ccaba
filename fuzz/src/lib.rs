//! What is fuzzed: one property per target, and a second implementation to compare with.

#![forbid(unsafe_code)]

pub mod naive;
pub mod properties;
pub mod scene;
