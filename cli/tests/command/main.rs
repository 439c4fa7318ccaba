//! The command, run as a process.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod bad_input;
mod check;
mod generate;
mod inspect;
mod keygen;
mod rotate;
mod support;
mod vectors;
