//! Parses a key ring from text: keys separated by commas, each with the instant from which it
//! signs.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::error::{KeyError, KeyRingError};
use super::key::Key;
use super::ring::{KeyRing, seconds_rounded_up};

impl KeyRing {
    /// Creates a ring from base64 keys separated by commas, the form for an environment variable.
    ///
    /// `KEY` signs from the beginning. `KEY@2026-12-01T00:00:00Z` signs from that instant on (RFC
    /// 3339). The order of the list has no meaning. Spaces and newlines around an entry are
    /// ignored.
    ///
    /// ```
    /// use hardtack::KeyRing;
    ///
    /// let list = "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=,
    ///             iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=@2026-12-01T00:00:00Z";
    /// println!("{}", KeyRing::from_base64_list(list)?);
    /// # Ok::<(), hardtack::KeyRingError>(())
    /// ```
    ///
    /// # Errors
    /// Returns [`KeyRingError`] if an entry is invalid, if a key occurs twice, or if two keys would
    /// begin to sign at the same instant. The error contains the number of the entry and the
    /// position in the list, both counted from one.
    pub fn from_base64_list(list: &str) -> Result<Self, KeyRingError> {
        let mut ring = Self::empty();
        for entry in entries(list) {
            let (key, from) = entry.read()?;
            let at_entry = |error| KeyRingError::Entry {
                position: entry.position,
                character: entry.character,
                error: Box::new(error),
            };
            ring = ring.add_signing(key, from).map_err(at_entry)?;
        }
        Ok(ring)
    }
}

/// One entry of a list.
struct Entry<'a> {
    text: &'a str,
    /// Counted from one.
    position: usize,
    /// The position of its first character in the list, counted from one.
    character: usize,
}

/// Iterates over the entries, without the white space around them.
fn entries(list: &str) -> impl Iterator<Item = Entry<'_>> {
    let mut character: usize = 1;
    list.split(',').zip(1..).map(move |(whole, position)| {
        let text = whole.trim_ascii();
        let blanks = whole.len().saturating_sub(whole.trim_ascii_start().len());
        let entry = Entry { text, position, character: character.saturating_add(blanks) };
        character = character.saturating_add(whole.chars().count()).saturating_add(1);
        entry
    })
}

impl Entry<'_> {
    /// Returns the key, and the time from which it signs in seconds since the Unix epoch.
    fn read(&self) -> Result<(Key, Option<i64>), KeyRingError> {
        let Some((key, instant)) = self.text.split_once('@') else {
            return Ok((self.key(self.text)?, None));
        };
        let from = OffsetDateTime::parse(instant, &Rfc3339).map_err(|_| self.bad_instant(key))?;
        Ok((self.key(key)?, Some(seconds_rounded_up(from))))
    }

    fn key(&self, text: &str) -> Result<Key, KeyRingError> {
        Key::from_base64(text).map_err(|error| KeyRingError::Key {
            position: self.position,
            character: self.character.saturating_add(culprit(text, error)),
            error,
        })
    }

    fn bad_instant(&self, key: &str) -> KeyRingError {
        let past_the_mark = key.chars().count().saturating_add(1);
        let character = self.character.saturating_add(past_the_mark);
        KeyRingError::Instant { position: self.position, character }
    }
}

/// Returns the number of characters before the one that is not base64, or zero if the error
/// concerns the whole key.
fn culprit(text: &str, error: KeyError) -> usize {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c);
    match error {
        KeyError::NotBase64 | KeyError::Quoted | KeyError::Semicolon | KeyError::WhiteSpace => {
            text.chars().position(|c| !is_base64(c)).unwrap_or(0)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=";
    const B: &str = "iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=";
    const C: &str = "6oYkMkGGXVpPkyaDsmoZ5Zt6LqQ2rjxIY2wX4eR0YOI=";

    fn shown(list: &str) -> String {
        KeyRing::from_base64_list(list).unwrap().to_string()
    }

    fn place(list: &str) -> (usize, usize) {
        match KeyRing::from_base64_list(list).unwrap_err() {
            KeyRingError::Key { position, character, .. }
            | KeyRingError::Instant { position, character }
            | KeyRingError::Entry { position, character, .. } => (position, character),
            error => panic!("{error}"),
        }
    }

    #[test]
    fn the_order_of_a_list_has_no_meaning() {
        let (b, c) =
            (format!("{B}@2026-12-01T00:00:00Z"), format!("{C}@2027-12-01T00:00:00+01:00"));
        let sorted = |list: &str| {
            let mut lines: Vec<String> = shown(list).lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let expected = sorted(&format!("{A},{b},{c}"));
        for list in [format!("{c} ,\n{A}, {b}\n"), format!("{b},{c},{A}"), format!("{b},{A},{c}")] {
            assert_eq!(sorted(&list), expected);
        }
    }

    #[test]
    fn two_keys_that_sign_from_the_same_instant_are_an_error_at_the_second_entry() {
        let at = "@2026-12-01T00:00:00Z";
        assert_eq!(place(&format!("{A},{B}")), (2, 46));
        assert_eq!(place(&format!("{A},{B}{at},{C}{at}")), (3, 112));
        assert_eq!(place(&format!("{A}{at},{B}@2026-12-01T01:00:00+01:00")), (2, 67));
    }

    #[test]
    fn an_error_has_the_entry_and_its_position() {
        for (list, expected) in [
            ("", (1, 1)),
            (",", (1, 1)),
            (&*format!("{A},"), (2, 46)),
            (&format!("{A},,{B}"), (2, 46)),
            (&format!("{A}, ?"), (2, 47)),
            (&format!("{A},{}", B.replace("S6", "!6")), (2, 47)),
            (&format!("é,{A}"), (1, 1)),
            (&format!("{A},{B}@2026-12-01"), (2, 91)),
            (&format!("{A},{B}@"), (2, 91)),
            (&format!("{A},@2026-12-01T00:00:00Z"), (2, 46)),
            (&format!("{A},{A}@2026-12-01T00:00:00Z"), (2, 46)),
        ] {
            assert_eq!(place(list), expected, "{list}");
        }
    }

    #[test]
    fn an_error_says_what_to_do_and_does_not_show_the_key() {
        let error = KeyRing::from_base64_list(&format!("{A},{B}@tomorrow")).unwrap_err();
        let sentence = "key 2 of the list, at character 91: the text after @ is not an instant; \
            write it as 2026-12-01T00:00:00Z";
        assert_eq!(error.to_string(), sentence);
    }
}
