//! The session layer, around sites of axum and plain services.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod allocations;
mod cancelled;
mod checks;
mod failures;
mod guards;
mod held;
mod layers;
mod load;
mod plain;
mod reloading;
mod saving;
mod support;
mod taking;
