//! The examples, driven over real sockets.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

#[path = "../axum.rs"]
#[allow(dead_code, reason = "main and what it calls")]
mod axum_example;
mod client;
mod drive;
mod frameworks;
#[path = "../hyper.rs"]
#[allow(dead_code, reason = "main and what it calls")]
mod hyper_example;
#[path = "../server/pages.rs"]
mod pages;
mod server;
#[path = "../server/site.rs"]
mod site;
mod smallest;
#[path = "../smallest.rs"]
#[allow(dead_code, reason = "main")]
mod smallest_example;
