//! Runs the command, and checks the rules that hold for every run.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

pub const A: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";
pub const B: &str = "mEKznjCW2QgvPVcAXLYjtntM13FswFGCkQw0WQ7vepw=";
pub const C: &str = "6oYkMkGGXVpPkyaDsmoZ5Zt6LqQ2rjxIY2wX4eR0YOI=";
/// The documentation prints it.
pub const PUBLISHED: &str = "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=";

/// The time at which the tests read their lists.
pub const NOW: &str = "2026-11-24T12:00:00Z";

/// The output of the command.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// A call of the command. By default, the variable KEYS is not set and the input is empty.
pub struct Call {
    command: Command,
    input: Vec<u8>,
}

pub fn hardtack<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
    command.args(arguments).env_remove("KEYS").env("TZ", "UTC");
    Call { command, input: Vec::new() }
}

impl Call {
    pub fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs the command to its end. Checks that it does not panic, that its status is a documented
    /// one, and that it prints nothing that controls a terminal.
    pub fn run(mut self) -> Ran {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), self.input);
        // The command need not read all of it.
        let writer = thread::spawn(move || stdin.write_all(&input).is_ok());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let status = output.status.code().unwrap();
        let ran = Ran { status, out: text(output.stdout), err: text(output.stderr) };
        assert!((0..=3).contains(&ran.status), "{}: {}", ran.status, ran.err);
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains("panicked"), "{text}");
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
        ran
    }
}
