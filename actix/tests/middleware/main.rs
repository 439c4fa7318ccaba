//! Tests of the middleware in actix-web sites.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod checks;
mod cut_off;
mod errors;
mod failures;
mod held;
mod hostile;
mod many;
mod nested;
mod saving;
mod support;
mod taking;
