//! The key ring.

use core::fmt;
use core::ops::Range;
use core::time::Duration;

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
use std::env::VarError;

use time::OffsetDateTime;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
use zeroize::Zeroizing;

use super::error::KeyRingError;
use super::key::Key;
use super::key_id::KeyId;
use super::role::KeyRole;

/// The default overlap in seconds: how long a key verifies new tokens after its successor began to
/// sign.
const OVERLAP: u64 = 3600;

/// The keys that sign and verify, and the instant from which each one signs.
///
/// To rotate keys:
///
/// 1. Add the new key with an instant in the future ([`KeyRing::activate_at`]), and deploy the ring
///    to all servers before that instant. A server verifies with the new key as soon as it has the
///    ring.
/// 2. At the instant, the new key begins to sign. From then on, the old key verifies only tokens
///    that were issued until the instant plus the [overlap](KeyRing::overlap).
/// 3. Remove the old key [`Codec::max_lifetime`] after the instant plus the overlap.
///
/// The issue time of a token selects the key that signs it. The order of the keys has no meaning.
/// Two keys that would begin to sign at the same instant are an error.
///
/// [`Codec::max_lifetime`]: crate::Codec::max_lifetime
///
/// ```
/// use hardtack::{Key, KeyRing};
///
/// let instant = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?)
///     .activate_at(Key::from_base64("iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=")?, instant)?;
/// assert_eq!(keys.key_ids().count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct KeyRing {
    slots: Vec<Slot>,
    overlap: u64,
}

#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    pub(crate) role: Role,
}

/// The role of a key. Times are in seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Signs from this second on, rounded up, until another key does. `i64::MIN` is the beginning.
    Signs { from: i64 },
    /// Verifies tokens issued until this second, rounded down, or all tokens.
    Verifies { until: Option<i64> },
}

impl KeyRing {
    /// Creates a ring with one key, which verifies and signs from the beginning.
    #[must_use]
    pub fn new(signer: Key) -> Self {
        let slot = Slot { key: signer, role: Role::Signs { from: i64::MIN } };
        Self { slots: vec![slot], ..Self::empty() }
    }

    /// Creates a ring without a key. The caller must add one.
    pub(super) fn empty() -> Self {
        Self { slots: Vec::new(), overlap: OVERLAP }
    }

    /// Creates a ring from the environment variable `name`. Absent on wasm32-unknown-unknown.
    ///
    /// The variable contains a list in the form of [`KeyRing::from_base64_list`].
    ///
    /// ```no_run
    /// let keys = hardtack::KeyRing::from_env("SESSION_KEYS")?;
    /// # Ok::<(), hardtack::KeyRingError>(())
    /// ```
    ///
    /// # Errors
    /// Returns [`KeyRingError`] if the variable is not set, not UTF-8, or not a list of keys.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn from_env(name: &str) -> Result<Self, KeyRingError> {
        Self::from_variable(name, std::env::var(name))
    }

    /// Adds a key that verifies immediately and signs from `instant` on, rounded up to the second.
    ///
    /// The previous signing key then verifies only tokens that were issued until `instant` plus the
    /// [overlap](Self::overlap).
    ///
    /// # Errors
    /// Returns [`KeyRingError::Duplicate`] if the ring already contains the key in any role, and
    /// [`KeyRingError::TwoSigners`] if another key begins to sign at the same second.
    pub fn activate_at(self, key: Key, instant: OffsetDateTime) -> Result<Self, KeyRingError> {
        self.add_signing(key, Some(seconds_rounded_up(instant)))
    }

    /// Sets how long a key verifies new tokens after its successor began to sign. Defaults to 1
    /// hour.
    ///
    /// During the overlap, servers may still sign with the old key, because they were not restarted
    /// in time or because their clock is behind.
    #[must_use]
    pub fn overlap(self, overlap: Duration) -> Self {
        Self { overlap: overlap.as_secs(), ..self }
    }

    /// Adds a key that verifies but never signs.
    ///
    /// # Errors
    /// Returns [`KeyRingError::Duplicate`] if the ring already contains the key in any role.
    pub fn verify_with(self, key: Key) -> Result<Self, KeyRingError> {
        self.add(key, Role::Verifies { until: None })
    }

    /// Adds a key that verifies only tokens issued until `retired_at`, rounded down to the second.
    ///
    /// This is for rotation. If a key leaks, do not retire it: remove it immediately, because an
    /// attacker who has the key can backdate tokens.
    ///
    /// # Errors
    /// Returns [`KeyRingError::Duplicate`] if the ring already contains the key in any role.
    pub fn retire(self, key: Key, retired_at: OffsetDateTime) -> Result<Self, KeyRingError> {
        self.add(key, Role::Verifies { until: Some(retired_at.unix_timestamp()) })
    }

    /// Returns the IDs of the keys, in the order in which the keys were added or listed.
    pub fn key_ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.slots.iter().map(|slot| slot.key.id())
    }

    /// Returns the role of each key, in the order in which the keys were added or listed.
    pub fn roles(&self) -> impl Iterator<Item = KeyRole> + '_ {
        self.slots.iter().map(|slot| KeyRole {
            key_id: slot.key.id(),
            signs: self.signs(slot),
            retired_at: self.retired_at(slot),
        })
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns the issue times of the tokens that this key signs. The earliest signing key also
    /// signs before its own activation, so that every issue time has a signer.
    pub(crate) fn signs(&self, slot: &Slot) -> Range<i64> {
        let Role::Signs { from } = slot.role else { return 0..0 };
        let is_first = !self.activations().any(|other| other < from);
        let start = if is_first { i64::MIN } else { from };
        start..self.successor(from).unwrap_or(i64::MAX)
    }

    /// Returns the last issue time of the tokens that this key verifies, if there is one.
    pub(crate) fn retired_at(&self, slot: &Slot) -> Option<i64> {
        match slot.role {
            Role::Verifies { until } => until,
            Role::Signs { from } => {
                self.successor(from).map(|next| next.saturating_add_unsigned(self.overlap))
            }
        }
    }

    fn successor(&self, from: i64) -> Option<i64> {
        self.activations().filter(|other| *other > from).min()
    }

    fn activations(&self) -> impl Iterator<Item = i64> + '_ {
        self.slots.iter().filter_map(|slot| match slot.role {
            Role::Signs { from } => Some(from),
            Role::Verifies { .. } => None,
        })
    }

    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    fn from_variable(name: &str, value: Result<String, VarError>) -> Result<Self, KeyRingError> {
        let name = || name.to_owned();
        let list = Zeroizing::new(value.map_err(|error| match error {
            VarError::NotPresent => KeyRingError::VariableNotSet { name: name() },
            VarError::NotUnicode(_) => KeyRingError::VariableNotUtf8 { name: name() },
        })?);
        Self::from_base64_list(&list)
            .map_err(|error| KeyRingError::Variable { name: name(), error: Box::new(error) })
    }

    /// Adds a key that signs from `from` on, or from the beginning.
    pub(super) fn add_signing(self, key: Key, from: Option<i64>) -> Result<Self, KeyRingError> {
        self.add(key, Role::Signs { from: from.unwrap_or(i64::MIN) })
    }

    fn add(mut self, key: Key, role: Role) -> Result<Self, KeyRingError> {
        if self.slots.iter().any(|slot| slot.key.same_as(&key)) {
            return Err(KeyRingError::Duplicate { id: key.id() });
        }
        let signs_at_once = |slot: &&Slot| matches!(role, Role::Signs { .. }) && slot.role == role;
        if let Some(slot) = self.slots.iter().find(signs_at_once) {
            return Err(KeyRingError::TwoSigners { ids: [slot.key.id(), key.id()] });
        }
        self.slots.push(Slot { key, role });
        Ok(self)
    }
}

impl fmt::Display for KeyRing {
    /// Writes one line for each key, with its ID and the times at which it signs and verifies. It
    /// does not show the keys themselves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.roles().enumerate().try_for_each(|(index, role)| {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{role}")
        })
    }
}

/// Returns the seconds since the Unix epoch, rounded up so that a change never takes effect before
/// `instant`.
pub(super) fn seconds_rounded_up(instant: OffsetDateTime) -> i64 {
    instant.unix_timestamp().saturating_add(i64::from(instant.nanosecond() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";
    const B: &str = "mEKznjCW2QgvPVcAXLYjtntM13FswFGCkQw0WQ7vepw=";
    const C: &str = "6oYkMkGGXVpPkyaDsmoZ5Zt6LqQ2rjxIY2wX4eR0YOI=";

    fn key(text: &str) -> Key {
        Key::from_base64(text).unwrap()
    }

    #[test]
    fn a_key_twice_is_an_error_in_every_pair_of_roles() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let ring = || KeyRing::new(key(A)).verify_with(key(B)).unwrap();
        for twice in [
            ring().verify_with(key(A)),
            ring().verify_with(key(B)),
            ring().retire(key(A), at),
            ring().retire(key(B), at),
            KeyRing::new(key(A)).retire(key(B), at).unwrap().verify_with(key(B)),
            KeyRing::from_base64_list(&format!("{A},{A}@2026-12-01T00:00:00Z")),
            ring().activate_at(key(A), at),
            ring().activate_at(key(B), at),
        ] {
            let error = match twice.unwrap_err() {
                KeyRingError::Entry { error, .. } => *error,
                error => error,
            };
            assert!(matches!(error, KeyRingError::Duplicate { .. }));
        }
    }

    #[test]
    fn an_error_from_the_environment_has_the_variable_and_the_entry() {
        let ring = |value| KeyRing::from_variable("SESSION_KEYS", value);
        assert!(
            ring(Ok(format!("{A},{B}@2026-12-01T00:00:00Z")))
                .unwrap()
                .key_ids()
                .eq([key(A).id(), key(B).id()])
        );
        let sentence = |value| ring(value).unwrap_err().to_string();
        let absent = sentence(Err(VarError::NotPresent));
        assert!(absent.starts_with("environment variable SESSION_KEYS is not set"), "{absent}");
        let not_utf8 = sentence(Err(VarError::NotUnicode("x".into())));
        assert!(
            not_utf8.starts_with("environment variable SESSION_KEYS is not UTF-8"),
            "{not_utf8}"
        );
        let entry = sentence(Ok(format!("{A},'{B}'")));
        let expected = "environment variable SESSION_KEYS: key 2 of the list, at character 46: the key contains a quote";
        assert!(entry.starts_with(expected), "{entry}");
        let twice = sentence(Ok(format!("{A},{A}")));
        assert!(
            twice.contains("SESSION_KEYS: key 2 of the list, at character 46: the key with ID"),
            "{twice}"
        );
    }

    #[test]
    fn an_environment_variable_that_is_not_set_is_an_error() {
        let name = "HARDTACK_TEST_VARIABLE_THAT_IS_NOT_SET";
        let error = KeyRing::from_env(name).unwrap_err();
        assert_eq!(error, KeyRingError::VariableNotSet { name: name.to_owned() });
    }

    #[test]
    fn a_ring_displays_ids_roles_and_instants() {
        let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        let ring = KeyRing::new(key(A))
            .activate_at(key(B), at(1_790_000_000) - time::Duration::milliseconds(1))
            .unwrap()
            .retire(key(C), at(1_700_000_000))
            .unwrap();
        let [a, b, c] = [A, B, C].map(|text| key(text).id());
        let expected = format!(
            "key {a}: signs from the beginning until 2026-09-21T14:13:20Z; verifies tokens issued until 2026-09-21T15:13:20Z\n\
             key {b}: signs from 2026-09-21T14:13:20Z\n\
             key {c}: never signs; verifies tokens issued until 2023-11-14T22:13:20Z"
        );
        assert_eq!(ring.to_string(), expected);
    }

    #[test]
    fn two_keys_never_begin_to_sign_at_the_same_second() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let half = time::Duration::milliseconds(500);
        let twice = KeyRing::new(key(A)).activate_at(key(B), at + half).unwrap();
        let error = twice.activate_at(key(C), at + half + half).unwrap_err();
        assert_eq!(error, KeyRingError::TwoSigners { ids: [key(B).id(), key(C).id()] });
    }
}
