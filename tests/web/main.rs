//! The session in a request handler: cookies and headers around the codec.
#![cfg(feature = "web")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod allocations;
mod answering;
mod binding;
mod clearing;
mod cookie_rules;
mod devices;
mod django;
mod docs;
mod errors;
mod hostile;
mod log_in;
mod map;
mod migration;
mod reading;
mod reload;
mod request_header;
mod session_base;
#[path = "../support/mod.rs"]
mod support;
