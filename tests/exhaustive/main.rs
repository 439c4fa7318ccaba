//! Enumerates headers, varints, short payloads and the arithmetic of a policy, and compares the
//! results with the second implementation of FORMAT.md in fuzz/ and with rmp-serde.
//! `scripts/exhaustive` runs it in release and prints the counts.
#![cfg(feature = "encrypt")]
#![allow(missing_docs, clippy::pedantic, clippy::restriction, reason = "linted where they live")]
#![allow(dead_code, reason = "a part of the second implementation is used")]

#[path = "../../fuzz/src"]
mod fuzz {
    pub mod naive;
}
mod headers;
mod payloads;
mod policy;

use fuzz::naive;
