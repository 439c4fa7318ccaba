//! Tests of the codec through its public interface. Each module has one subject.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod activation;
mod allocations;
mod bad_input;
mod begin;
mod context;
mod cutoff;
mod faults;
mod inspect;
mod key_id_collisions;
mod limits;
mod output;
mod properties;
mod renewal;
mod rotation;
mod serde_shapes;
mod session;
mod shape;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod update;
mod vectors;
