//! The built program, started and driven over a real socket.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../../tests/client.rs"]
mod client;
#[path = "../../tests/drive.rs"]
mod drive;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// Ends the program also when the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn actix_keeps_a_session() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_hardtack-example-actix"));
    let child = program.env("PORT", "0").stdout(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    let mut address = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
    drive::drive(address.trim().strip_prefix("http://").unwrap().parse().unwrap());
}
