//! Reads standard input and the environment.

use std::env::{self, VarError};
use std::io::{self, IsTerminal as _, Read as _};

use hardtack::Key;
use zeroize::Zeroizing;

use crate::output;
use crate::report::Failure;

/// The limit in bytes, more than any list of keys or Cookie header needs.
const LIMIT: usize = 1 << 20;

/// Reads standard input to its end.
pub fn standard(what: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        output::note(&format!("reading {what} from the terminal; end it with Ctrl-D\n"));
    }
    // Room for all of it, so that no copy is left behind when the buffer grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT.saturating_add(1)));
    let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    let read = stdin.lock().take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Failure::system(format!("standard input: {error}")))?;
    if bytes.len() > LIMIT {
        return Err(Failure::refused("standard input is longer than 1 MiB, the limit"));
    }
    Ok(bytes)
}

/// Reads a list of keys from the environment variable, or else from standard input.
pub fn keys(variable: Option<&str>) -> Result<Zeroizing<String>, Failure> {
    if let Some(name) = variable {
        return from_variable(name);
    }
    let bytes = standard("a list of keys")?;
    let text = core::str::from_utf8(&bytes)
        .map_err(|_| Failure::refused("standard input is not UTF-8; a list of keys is base64"))?;
    Ok(Zeroizing::new(value_of(text).to_owned()))
}

/// Reads the environment variable.
pub fn from_variable(name: &str) -> Result<Zeroizing<String>, Failure> {
    check_name(name)?;
    env::var(name).map(Zeroizing::new).map_err(|error| match error {
        VarError::NotPresent => Failure::usage(format!("environment variable {name} is not set")),
        VarError::NotUnicode(_) => {
            Failure::refused(format!("environment variable {name} is not UTF-8"))
        }
    })
}

/// Refuses text that is not the name of a variable, such as a key in its place, without repeating
/// it.
pub fn check_name(name: &str) -> Result<(), Failure> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
    if name.starts_with(begins) && name.chars().all(is_word) && Key::from_base64(name).is_err() {
        return Ok(());
    }
    Err(Failure::usage(
        "the name of a variable has letters, digits and underscores, such as SESSION_KEYS; it is not the key itself",
    ))
}

/// Returns the value of a line `NAME=VALUE` of an env file, or all of the text. A list of keys is not
/// mistaken for such a line, because a comma, an `@` or nothing follows a key's padding.
fn value_of(text: &str) -> &str {
    let Some((name, value)) = text.trim_ascii().split_once('=') else { return text };
    let begins_a_key = value.starts_with(|c: char| c.is_ascii_alphanumeric() || "+/_-".contains(c));
    if check_name(name).is_ok() && begins_a_key { value } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w";

    #[test]
    fn a_line_of_an_env_file_is_its_value() {
        for text in [
            format!("{KEY}="),
            format!("{KEY}=,{KEY}="),
            format!("{KEY}=@2026-12-01T00:00:00Z,{KEY}"),
            KEY.to_owned(),
            "=".to_owned(),
            "A-B=C".to_owned(),
        ] {
            assert_eq!(value_of(&text), text);
        }
        assert_eq!(value_of(&format!("SESSION_KEYS={KEY}=\n")), format!("{KEY}="));
        assert_eq!(value_of(&format!("\r\nS={KEY}")), KEY);
    }

    #[test]
    fn a_key_in_place_of_a_variable_s_name_is_refused_and_not_repeated() {
        for name in [KEY, &format!("{KEY}="), "", "1A", "A B", "A=B", "é", "A\0"] {
            let failure = check_name(name).unwrap_err();
            assert_eq!(failure.status(), 2);
            assert!(name.len() < 8 || !failure.sentence().contains(name));
        }
        assert_eq!(check_name("SESSION_KEYS"), Ok(()));
    }
}
