//! Writes a report without any control sequence that a terminal would execute.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind as ClapKind};
use serde_json::json;
use zeroize::Zeroizing;

use crate::report::{Failure, Report};

/// The exit status if input or output failed.
const SYSTEM: u8 = 3;

/// Writes the output of a command and returns the exit status.
pub fn finish(in_json: bool, outcome: Result<Report, Failure>) -> ExitCode {
    let report = match outcome {
        Ok(report) => report,
        Err(failure) => return fail(in_json, &failure),
    };
    note(&report.notes);
    let (text, escape) =
        if in_json { (&report.json, in_json_text as Escape) } else { (&report.text, in_text as _) };
    print(&clean(text, escape), u8::from(report.is_refused))
}

fn fail(in_json: bool, failure: &Failure) -> ExitCode {
    let sentence = failure.sentence();
    note(&format!("hardtack: {sentence}\n"));
    if !in_json {
        return ExitCode::from(failure.status());
    }
    let object = json!({ "error": sentence, "status": failure.status() });
    print(&clean(&format!("{object:#}\n"), in_json_text), failure.status())
}

/// Writes the output of clap: help, the version, or an error in the arguments.
pub fn finish_without_command(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        return print(&clean(&error.render().to_string(), in_text), 0);
    }
    if may_be_a_secret(error) {
        note("hardtack: do not pass keys or tokens as arguments; write them to standard input\n");
    } else {
        note(&error.render().to_string());
    }
    ExitCode::from(2)
}

/// Hides a key or a token that was given as an argument, so that it does not appear in a log.
fn may_be_a_secret(error: &clap::Error) -> bool {
    let (context, longest_typo) = match error.kind() {
        ClapKind::UnknownArgument => (ContextKind::InvalidArg, 0),
        ClapKind::InvalidSubcommand => (ContextKind::InvalidSubcommand, 12),
        ClapKind::ValueValidation | ClapKind::InvalidValue => (ContextKind::InvalidValue, 30),
        _ => return false,
    };
    let Some(ContextValue::String(text)) = error.get(context) else { return false };
    !text.starts_with('-') && text.len() > longest_typo
}

/// Writes to standard output. Does not panic if the reader has closed the pipe.
fn print(text: &str, status: u8) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::from(status),
        Err(error) => {
            if error.kind() != ErrorKind::BrokenPipe {
                note(&format!("hardtack: standard output: {error}\n"));
            }
            ExitCode::from(SYSTEM)
        }
    }
}

/// Writes to standard error. Ignores a failure, because it cannot be reported anywhere else.
pub fn note(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(clean(text, in_text).as_bytes());
}

type Escape = fn(char) -> String;

/// Replaces characters that control a terminal, or that make text look like other text.
fn clean(text: &str, escape: Escape) -> Zeroizing<String> {
    let mut cleaned = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars() {
        if c != '\n' && is_hostile(c) {
            cleaned.push_str(&escape(c));
        } else {
            cleaned.push(c);
        }
    }
    cleaned
}

/// Control characters, and characters that are invisible or turn the direction of text.
fn is_hostile(c: char) -> bool {
    let is_invisible = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    c.is_control() || is_invisible
}

fn in_text(c: char) -> String {
    c.escape_unicode().to_string()
}

/// Escapes for JSON, which has such characters only inside its strings.
fn in_json_text(c: char) -> String {
    c.encode_utf16(&mut [0; 2])
        .iter()
        .fold(String::new(), |escaped, unit| format!("{escaped}\\u{unit:04x}"))
}

/// Formats JSON for display, without characters that control a terminal.
pub fn shown_json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    clean(&text, in_json_text).to_string()
}

/// Formats a name from the input, in quotes if it is not a plain word.
pub fn shown_name(name: &[u8]) -> String {
    const LONGEST: usize = 80;
    let text = String::from_utf8_lossy(name);
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let short: Cow<'_, str> = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text,
    };
    if is_plain { short.into_owned() } else { format!("{short:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_text_is_not() {
        let hostile = "a\u{1b}[31m\r\u{7f}\u{9b}2J\u{202e}\u{200b}\0\u{e0041}é漢\n";
        let text = clean(hostile, in_text);
        let expected = "a\\u{1b}[31m\\u{d}\\u{7f}\\u{9b}2J\\u{202e}\\u{200b}\\u{0}\\u{e0041}é漢\n";
        assert_eq!(*text, expected);
    }

    #[test]
    fn json_stays_the_same_json() {
        let value = json!({ "\u{9b}é": "\u{e0041}\u{1b}\u{202e}\u{7f} \n\"漢" });
        let shown = shown_json(&value);
        assert!(!shown.chars().any(|c| c != '\n' && is_hostile(c)), "{shown:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn a_name_is_quoted_unless_it_is_plain_and_cut_if_it_is_long() {
        assert_eq!(shown_name(b"__Host-session"), "__Host-session");
        assert_eq!(shown_name(b""), "\"\"");
        assert_eq!(shown_name(b"a\nb"), "\"a\\nb\"");
        assert_eq!(shown_name(&[0xff]), "\"\u{fffd}\"");
        assert_eq!(shown_name(&[b'a'; 500]).chars().count(), 81);
    }
}
