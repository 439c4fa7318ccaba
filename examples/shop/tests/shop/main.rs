//! The shop, driven over real sockets, with a Redis and a SQLite of its own for each test.
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
