//! The keys that sign and verify, in order.

use time::OffsetDateTime;

use super::error::{KeyError, KeyRingError};
use super::key::Key;
use super::key_id::KeyId;

/// The key that signs, and the other keys that verify.
///
/// To rotate keys, take three steps and roll each out to every server before the next:
///
/// 1. Let the new key verify ([`KeyRing::verify_with`]).
/// 2. Let the new key sign, and [`KeyRing::retire`] the old one at an instant after this roll-out,
///    because until then some server still signs with the old key.
/// 3. Remove the old key [`Codec::max_lifetime`](crate::Codec::max_lifetime) after it retired, when
///    everything that it signed has expired.
///
/// ```
/// use hardtack::{Key, KeyRing};
///
/// let retired_at = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?)
///     .verify_with(Key::from_base64("iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=")?)?
///     .retire(Key::from_base64("CbNSMf0O3zQ3kqkRNzrUrIFwDkpNc+GqzOvdVqg5s3s=")?, retired_at)?;
/// assert_eq!(keys.key_ids().count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct KeyRing {
    slots: Vec<Slot>,
}

#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    /// Seconds since the Unix epoch, rounded down.
    pub(crate) retired_at: Option<i64>,
}

impl KeyRing {
    /// Creates a ring of one key, which signs and verifies.
    #[must_use]
    pub fn new(signer: Key) -> Self {
        Self { slots: vec![Slot { key: signer, retired_at: None }] }
    }

    /// Creates a ring from base64 keys separated by commas, as an environment variable holds them. The
    /// **first** key signs, all verify. Spaces and newlines around a key are ignored.
    ///
    /// # Errors
    /// [`KeyRingError::Key`] names the entry that is not a key, counted from one;
    /// [`KeyRingError::Duplicate`] a key that occurs twice.
    pub fn from_base64_list(list: &str) -> Result<Self, KeyRingError> {
        let mut keys = list.split(',').zip(1..).map(|(text, position)| {
            Key::from_base64(text.trim_ascii())
                .map_err(|error| KeyRingError::Key { position, error })
        });
        let signer = keys
            .next()
            .unwrap_or(Err(KeyRingError::Key { position: 1, error: KeyError::NotBase64 }))?;
        keys.try_fold(Self::new(signer), |ring, key| ring.verify_with(key?))
    }

    /// Adds a key that verifies only.
    ///
    /// # Errors
    /// [`KeyRingError::Duplicate`] if the ring already holds the key, in any role.
    pub fn verify_with(self, key: Key) -> Result<Self, KeyRingError> {
        self.add(key, None)
    }

    /// Adds a key that verifies only tokens issued until `retired_at`, rounded down to the second.
    ///
    /// This is for rotation. If a key leaks, do not retire it: remove it immediately, because whoever
    /// holds the key can backdate a token.
    ///
    /// # Errors
    /// [`KeyRingError::Duplicate`] if the ring already holds the key, in any role.
    pub fn retire(self, key: Key, retired_at: OffsetDateTime) -> Result<Self, KeyRingError> {
        self.add(key, Some(retired_at.unix_timestamp()))
    }

    /// Returns the IDs of the keys in order, the signing key's first.
    pub fn key_ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.slots.iter().map(|slot| slot.key.id())
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    fn add(mut self, key: Key, retired_at: Option<i64>) -> Result<Self, KeyRingError> {
        if self.slots.iter().any(|slot| slot.key.same_as(&key)) {
            return Err(KeyRingError::Duplicate { id: key.id() });
        }
        self.slots.push(Slot { key, retired_at });
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=";
    const B: &str = "iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=";

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
            KeyRing::from_base64_list(&format!("{A},{B},{A}")),
        ] {
            assert!(matches!(twice, Err(KeyRingError::Duplicate { .. })));
        }
    }

    #[test]
    fn the_first_of_a_list_signs() {
        let ring = KeyRing::from_base64_list(&format!(" {A} ,\n{B}\n")).unwrap();
        assert!(ring.key_ids().eq([key(A).id(), key(B).id()]));
    }

    #[test]
    fn a_list_with_a_gap_says_where() {
        for (list, place) in [
            ("", 1),
            (",", 1),
            (&*format!("{A},"), 2),
            (&*format!("{A},,{B}"), 2),
            (&*format!("{A},{B},?"), 3),
        ] {
            let error = KeyRing::from_base64_list(list).unwrap_err();
            assert!(
                matches!(error, KeyRingError::Key { position, .. } if position == place),
                "{list}: {error}"
            );
        }
    }
}
