//! Invalid input, and output to a closed pipe.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::thread;

use crate::support::{A, B, hardtack};

const MB: usize = 1_000_000;

fn inputs() -> Vec<Vec<u8>> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        Vec::new(),
        text("\n"),
        text("\r\n\r\n"),
        text(" \t "),
        vec![0],
        vec![0; MB],
        vec![0xff; 100],
        b"Cookie: \xff\xfe=\x80; session=\xc3\x28".to_vec(),
        text("\u{feff}"),
        text("\u{1b}[2J\u{1b}]0;title\u{7}"),
        vec![b'A'; MB],
        vec![b','; MB],
        vec![b'='; MB],
        vec![b';'; MB],
        vec![b'@'; MB],
        vec![b'\n'; MB],
        vec![b'A'; 3 * MB],
        b"a=b;".repeat(1000),
        b"a=b;".repeat(MB / 4),
        format!("{A},").repeat(MB / 45).into_bytes(),
        format!("{A}@9999-12-31T23:59:59Z").into_bytes(),
        format!("{A}@-999999-01-01T00:00:00Z").into_bytes(),
        format!("{A}@2026-12-01T00:00:00Z@2026-12-01T00:00:00Z").into_bytes(),
        format!("{A},{B}\u{0}").into_bytes(),
        format!("\"{A}\"").into_bytes(),
        format!("export KEYS={A},{B}").into_bytes(),
    ]
}

#[test]
fn no_input_makes_a_command_panic_and_what_is_refused_prints_no_list() {
    for input in inputs() {
        for command in ["rotate", "check", "inspect"] {
            let is_large = input.len() >= MB / 2;
            for more in [&[][..], &["--json"]].into_iter().take(if is_large { 1 } else { 2 }) {
                let ran = hardtack([command].iter().chain(more)).input(&input).run();
                if command == "rotate" && ran.status != 0 {
                    assert!(ran.out.is_empty() || !more.is_empty());
                    assert!(!ran.out.contains(A), "{}", ran.out);
                }
                assert!(!ran.err.contains(A), "{}", ran.err);
            }
        }
    }
}

#[test]
fn the_status_tells_what_was_wrong() {
    let status = |command: &str, input: &[u8]| hardtack([command]).input(input).run().status;
    for command in ["rotate", "check", "inspect"] {
        assert_eq!(status(command, b""), 1, "{command}");
        assert_eq!(status(command, &vec![b'A'; 3 * MB]), 1, "{command}");
        assert_eq!(status(command, b"\0"), 1, "{command}");
        assert_eq!(status(command, b"\xff"), 1, "{command}");
    }
    for (command, input) in [("rotate", A.to_owned()), ("check", format!("{A}\r\n"))] {
        assert_eq!(status(command, input.as_bytes()), 0, "{command}");
    }
}

#[test]
fn keys_and_tokens_given_as_arguments_are_refused_and_not_repeated() {
    for arguments in [
        &[A][..],
        &["check", A],
        &["rotate", A],
        &["inspect", A],
        &["keygen", A],
        &["check", "--keys-env", A],
        &["check", &format!("--keys={A}")],
        &["rotate", "--in", A],
        &["generate", "completions", A],
        &["check", "--keys-env", A.trim_end_matches('=')],
    ] {
        let ran = hardtack(arguments).run();
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.err.contains(A.trim_end_matches('=')), "{}", ran.err);
    }
    assert!(hardtack(["checks"]).run().err.contains("'check'"), "a typo is not a secret");
    assert_eq!(hardtack([""; 0]).run().status, 2);
}

#[cfg(unix)]
#[test]
fn an_environment_variable_and_an_argument_that_are_not_utf8_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let bytes = OsStr::from_bytes(b"\xff\x1b[2J");
    assert_eq!(hardtack(["check", "--keys-env", "KEYS"]).env("KEYS", bytes).run().status, 1);
    let arguments = [OsStr::new("inspect"), OsStr::new("--token"), bytes];
    assert_eq!(hardtack(arguments).run().status, 2);
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    // More than a pipe holds.
    let cookies = format!("{}=1;", "a".repeat(200)).repeat(1000);
    let mut child = Command::new(env!("CARGO_BIN_EXE_hardtack"))
        .arg("inspect")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(cookies.as_bytes()).unwrap());
    let mut first = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("cookie aaa") && first.ends_with(": 1 byte, not a token\n"));
    writer.join().unwrap();
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!(complaint, "");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_is_said() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_hardtack")).arg("keygen").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("hardtack: standard output: "));
}
