//! The fuzzed properties, one per target, and a second implementation for comparison.

#![forbid(unsafe_code)]

pub mod naive;
pub mod properties;
pub mod scene;
