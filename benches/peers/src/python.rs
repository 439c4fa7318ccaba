//! Django and itsdangerous: a script of their own, in an environment of their own, run after the others.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::peer::{Commitment, Mode, Rotation};
use crate::row::{Cell, Operation, Row, Timing};
use crate::session::{Large, Minimal, Session as _, Standard};

#[derive(Deserialize)]
struct Found {
    name: String,
    version: String,
    sizes: [FoundCell; 3],
}

#[derive(Deserialize)]
struct FoundCell {
    characters: usize,
    compressed: bool,
    timings: HashMap<Operation, Timing>,
}

/// The rows, or why there are none.
pub fn measure(rounds: usize) -> Result<Vec<Row>, String> {
    let found = run(&environment()?, rounds)?;
    Ok(found.into_iter().map(row).collect())
}

fn row(found: Found) -> Row {
    Row {
        name: found.name,
        version: found.version,
        mode: Mode::Signed,
        time: true,
        commitment: Commitment::Yes,
        rotation: Rotation::Trial,
        apart: true,
        sizes: found.sizes.map(cell),
    }
}

fn cell(found: FoundCell) -> Cell {
    let mut cell =
        Cell { characters: found.characters, compressed: found.compressed, ..Cell::default() };
    found.timings.into_iter().for_each(|(operation, timing)| cell.set(operation, timing));
    cell
}

/// The Python of a virtual environment beside the build, made on first use.
fn environment() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = program.ancestors().nth(2).ok_or("no target directory")?;
    let (home, requirements) = (target.join("python"), here().join("requirements.txt"));
    let python = home.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    succeed(Command::new(&python).args(install).arg(requirements))?;
    Ok(python)
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let complaint = || format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    if output.status.success() { Ok(()) } else { Err(complaint()) }
}

fn run(python: &Path, rounds: usize) -> Result<Vec<Found>, String> {
    let explain = |error: &dyn core::fmt::Display| format!("peers.py: {error}");
    let mut script = Command::new(python);
    script
        .arg(here().join("peers.py"))
        .arg(rounds.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = script.spawn().map_err(|error| explain(&error))?;
    let sessions = (Minimal::sample(), Standard::sample(), Large::sample());
    let json = serde_json::to_vec(&sessions).map_err(|error| explain(&error))?;
    child
        .stdin
        .take()
        .ok_or("peers.py: no stdin")?
        .write_all(&json)
        .map_err(|error| explain(&error))?;
    let output = child.wait_with_output().map_err(|error| explain(&error))?;
    serde_json::from_slice(&output.stdout).map_err(|error| explain(&error))
}
