//! A list of keys, with its errors and the role of each key at an instant.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use hardtack::{Key, KeyId, KeyRing, KeyRingError, KeyRole};
use time::OffsetDateTime;

use crate::clock;

/// The last second that a token can represent: 2106-02-07T06:28:15Z.
pub const LAST_ISSUE_TIME: i64 = 0xffff_ffff;

/// The maximum number of keys, more than any rotation needs.
const MOST: usize = 256;

/// An error in a list.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The entry, counted from one, or `None` if the error concerns several entries.
    pub position: Option<usize>,
    pub sentence: String,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "key {position} of the list: ")?;
        }
        f.write_str(&self.sentence)
    }
}

/// A list without errors.
pub struct List<'t> {
    pub keys: Vec<Listed<'t>>,
}

/// One key of a list.
pub struct Listed<'t> {
    /// The entry as it was written.
    pub text: &'t str,
    /// Counted from one.
    pub position: usize,
    pub role: KeyRole,
}

/// The role of a key at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    SignsNow,
    /// The first key that will sign.
    Next,
    Later,
    /// Verifies tokens that it signed before.
    Verifies,
    /// Every token that it signed has expired.
    Superfluous,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::SignsNow => "signs_now",
            Self::Next => "next",
            Self::Later => "later",
            Self::Verifies => "verifies",
            Self::Superfluous => "superfluous",
        }
    }
}

impl<'t> List<'t> {
    /// Reads a list, or returns all of its errors.
    pub fn read(text: &'t str, overlap: Duration) -> Result<Self, Vec<Fault>> {
        let count = entries(text).count();
        if count > MOST {
            let sentence = format!("the list has {count} keys; the limit is {MOST}");
            return Err(vec![Fault { position: None, sentence }]);
        }
        let mut faults: Vec<Fault> =
            entries(text).filter_map(|(position, entry)| fault(position, entry)).collect();
        let ring = match KeyRing::from_base64_list(text) {
            Ok(ring) => ring.overlap(overlap),
            Err(error) if faults.is_empty() => {
                faults.push(Fault { position: None, sentence: error.to_string() });
                return Err(faults);
            }
            Err(_) => return Err(faults),
        };
        let keys = entries(text).zip(ring.roles());
        let keys = keys.map(|((position, text), role)| Listed { text, position, role });
        if faults.is_empty() { Ok(Self { keys: keys.collect() }) } else { Err(faults) }
    }

    /// The keys in the order in which they sign.
    pub fn in_order(&self) -> Vec<&Listed<'t>> {
        let mut keys: Vec<_> = self.keys.iter().collect();
        keys.sort_by_key(|key| key.role.signs_from());
        keys
    }

    pub fn signer(&self, now: OffsetDateTime) -> Option<&Listed<'t>> {
        self.keys.iter().find(|key| key.role.signs_at(now))
    }

    /// The first key that will sign.
    pub fn next(&self, now: OffsetDateTime) -> Option<&Listed<'t>> {
        self.in_order().into_iter().find(|key| key.signs_from_after(now))
    }

    pub fn state(
        &self,
        key: &Listed<'t>,
        now: OffsetDateTime,
        max_lifetime: Option<Duration>,
    ) -> State {
        if key.role.signs_at(now) {
            State::SignsNow
        } else if key.signs_from_after(now) {
            let is_next = self.next(now).is_some_and(|next| next.position == key.position);
            if is_next { State::Next } else { State::Later }
        } else if key.removable_from(max_lifetime).is_some_and(|instant| instant < now) {
            State::Superfluous
        } else {
            State::Verifies
        }
    }
}

impl Listed<'_> {
    pub fn id(&self) -> KeyId {
        self.role.key_id()
    }

    /// The last instant at which a token of this key can be valid, if there is one.
    pub fn removable_from(&self, max_lifetime: Option<Duration>) -> Option<OffsetDateTime> {
        Some(clock::later(self.role.verifies_until()?, max_lifetime?))
    }

    /// The instant that the list gives the key.
    pub fn own_instant(&self) -> Option<OffsetDateTime> {
        clock::parse(self.text.split_once('@')?.1).ok()
    }

    fn signs_from_after(&self, now: OffsetDateTime) -> bool {
        self.role.signs_from().is_some_and(|from| from > now)
    }
}

/// The entries as the library splits them, counted from one.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.split(',').map(str::trim_ascii))
}

/// Returns the error of one entry by itself.
fn fault(position: usize, entry: &str) -> Option<Fault> {
    let sentence = match KeyRing::from_base64_list(entry) {
        Err(KeyRingError::Key { error, .. }) => error.to_string(),
        Err(KeyRingError::Instant { .. }) => {
            "the text after @ is not an instant; write it as 2026-12-01T00:00:00Z".to_owned()
        }
        Err(error) => error.to_string(),
        Ok(_) => published(entry).or_else(|| too_late(entry))?,
    };
    Some(Fault { position: Some(position), sentence })
}

/// A debug build of the library accepts the keys that its documentation prints.
fn published(entry: &str) -> Option<String> {
    let key = Key::from_base64(entry.split('@').next()?).ok()?;
    key.is_published().then(|| hardtack::KeyError::Published.to_string())
}

fn too_late(entry: &str) -> Option<String> {
    let instant = clock::parse(entry.split_once('@')?.1).ok()?;
    (instant.unix_timestamp() > LAST_ISSUE_TIME)
        .then(|| "the key would never sign: no token can be issued after 2106-02-07".to_owned())
}
