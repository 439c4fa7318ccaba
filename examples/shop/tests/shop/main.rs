//! Tests of the shop over real sockets. Each test has its own Redis and SQLite.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod accounts;
mod admin;
mod carts;
mod client;
mod devices;
mod ended;
mod forms;
mod locked;
mod process;
mod redis;
mod restart;
mod world;
