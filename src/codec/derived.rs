//! A ring's keys, derived for one purpose and mode, ready to sign.

use core::cmp::Reverse;
use core::ops::Range;

use crate::keys::{Key, KeyId, KeyRing, Slot};
use crate::mode::Mode;
use crate::token::cipher::CipherKey;
use crate::token::signature::SigningKey;

/// Distinguishes two keys of a ring with the same ID. Not a secret, and never shown.
pub(crate) type Fingerprint = u128;

pub(crate) struct DerivedKey {
    pub(crate) id: KeyId,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) signing: SigningKey,
    /// Present in encrypted mode.
    pub(crate) cipher: Option<CipherKey>,
    /// The issue times of the tokens that the key signs, in seconds since the Unix epoch. Empty for
    /// a key that only verifies.
    pub(crate) signs: Range<i64>,
    retired_at: Option<i64>,
}

impl DerivedKey {
    fn new(slot: &Slot, ring: &KeyRing, purpose: &str, mode: Mode) -> Self {
        let key = &slot.key;
        let label = match mode {
            Mode::Signed => "signed/mac",
            Mode::Encrypted => "encrypted/mac",
        };
        Self {
            id: key.id(),
            fingerprint: fingerprint(key),
            signing: SigningKey::new(&key.derive(label, purpose)),
            cipher: cipher(key, purpose, mode),
            signs: ring.signs(slot),
            retired_at: ring.retired_at(slot),
        }
    }

    /// Returns true if the key had retired before this issue time (FORMAT.md, "Decode", step 7).
    pub(crate) fn retired_before(&self, issued_at: u32) -> bool {
        self.retired_at.is_some_and(|retired_at| i64::from(issued_at) > retired_at)
    }
}

fn fingerprint(key: &Key) -> Fingerprint {
    let derived = key.derive("fingerprint", "");
    derived.first_chunk().map_or(0, |bytes| Fingerprint::from_ne_bytes(*bytes))
}

#[cfg(feature = "encrypt")]
fn cipher(key: &Key, purpose: &str, mode: Mode) -> Option<CipherKey> {
    (mode == Mode::Encrypted).then(|| CipherKey::new(&key.derive("encrypted/aead", purpose)))
}

#[cfg(not(feature = "encrypt"))]
fn cipher(_: &Key, _: &str, _: Mode) -> Option<CipherKey> {
    None
}

/// The IDs in ring order. IDs and activations have their own arrays, so that a look-up touches few
/// cache lines.
pub(crate) struct DerivedRing {
    ids: Box<[KeyId]>,
    keys: Box<[DerivedKey]>,
    /// The first issue time and the index of each signing key, latest first. The last entry
    /// precedes every issue time.
    activations: Box<[(i64, usize)]>,
}

impl DerivedRing {
    pub(crate) fn derive(ring: &KeyRing, purpose: &str, mode: Mode) -> Self {
        let derive = |slot| DerivedKey::new(slot, ring, purpose, mode);
        let keys: Box<[DerivedKey]> = ring.slots().iter().map(derive).collect();
        let signing = keys.iter().enumerate().filter(|(_, key)| !key.signs.is_empty());
        let mut activations: Box<[_]> =
            signing.map(|(index, key)| (key.signs.start, index)).collect();
        activations.sort_by_key(|(from, _)| Reverse(*from));
        Self { ids: ring.key_ids().collect(), keys, activations }
    }

    /// Returns the key that signs a token with this issue time.
    #[expect(clippy::indexing_slicing, reason = "the indices are those of `keys`; one signs first")]
    pub(crate) fn signer(&self, issued_at: u32) -> &DerivedKey {
        let active = self.activations.iter().find(|(from, _)| *from <= i64::from(issued_at));
        &self.keys[active.map_or(0, |(_, index)| *index)]
    }

    pub(crate) fn ids(&self) -> &[KeyId] {
        &self.ids
    }

    pub(crate) fn with_id(&self, id: KeyId) -> impl Iterator<Item = &DerivedKey> {
        self.ids.iter().zip(&self.keys).filter(move |(other, _)| **other == id).map(|(_, key)| key)
    }

    #[cfg(test)]
    pub(crate) fn nth(&self, index: usize) -> &DerivedKey {
        &self.keys[index]
    }

    #[cfg(feature = "web")]
    pub(crate) fn shares_a_key(&self, other: &Self) -> bool {
        self.keys.iter().any(|key| other.find(&key.fingerprint).is_some())
    }

    pub(crate) fn find(&self, fingerprint: &Fingerprint) -> Option<&DerivedKey> {
        self.keys.iter().find(|key| key.fingerprint == *fingerprint)
    }
}
