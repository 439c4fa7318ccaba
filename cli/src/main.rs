//! The command `hardtack`. It makes, rotates and checks session keys, and inspects tokens.
//!
//! Keys and tokens come from standard input or from the environment: every user of a machine can
//! read the arguments of its processes.

mod arguments;
mod check;
mod clock;
mod cookies;
mod generate;
mod input;
mod inspect;
mod keygen;
mod keys;
mod output;
mod payload;
mod report;
mod rotate;
mod span;
mod token;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use report::{Failure, Report};

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(Arguments { command }) => output::finish(command.prints_json(), run(&command)),
        Err(error) => output::finish_without_command(&error),
    }
}

fn run(command: &Command) -> Result<Report, Failure> {
    match command {
        Command::Keygen(options) => keygen::run(options),
        Command::Rotate(options) => rotate::run(options),
        Command::Check(options) => check::run(options),
        Command::Inspect(options) => inspect::run(options),
        Command::Generate { what } => generate::run(what),
    }
}
