//! A ring's keys, derived for one purpose and mode, ready to sign.

use crate::keys::{Key, KeyId, KeyRing, Slot};
use crate::token::cipher::CipherKey;
use crate::token::claims::Mode;
use crate::token::signature::SigningKey;

/// Distinguishes two keys of a ring with the same ID. Not a secret, and never shown.
pub(crate) type Fingerprint = u128;

pub(crate) struct DerivedKey {
    pub(crate) id: KeyId,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) signing: SigningKey,
    /// Present in encrypted mode.
    pub(crate) cipher: Option<CipherKey>,
    retired_at: Option<i64>,
}

impl DerivedKey {
    fn new(slot: &Slot, purpose: &str, mode: Mode) -> Self {
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
            retired_at: slot.retired_at,
        }
    }

    /// FORMAT.md, "Decode", step 7.
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

/// In ring order. The IDs have an array of their own, so that one cache line holds 64 of them.
pub(crate) struct DerivedRing {
    ids: Box<[KeyId]>,
    keys: Box<[DerivedKey]>,
}

impl DerivedRing {
    pub(crate) fn derive(ring: &KeyRing, purpose: &str, mode: Mode) -> Self {
        let derive = |slot| DerivedKey::new(slot, purpose, mode);
        Self { ids: ring.key_ids().collect(), keys: ring.slots().iter().map(derive).collect() }
    }

    #[expect(clippy::indexing_slicing, reason = "a ring begins with its signer")]
    pub(crate) fn signer(&self) -> &DerivedKey {
        &self.keys[0]
    }

    pub(crate) fn ids(&self) -> &[KeyId] {
        &self.ids
    }

    pub(crate) fn bearing(&self, id: KeyId) -> impl Iterator<Item = &DerivedKey> {
        self.ids.iter().zip(&self.keys).filter(move |(other, _)| **other == id).map(|(_, key)| key)
    }

    #[cfg(test)]
    pub(crate) fn nth(&self, index: usize) -> &DerivedKey {
        &self.keys[index]
    }

    pub(crate) fn find(&self, fingerprint: &Fingerprint) -> Option<&DerivedKey> {
        self.keys.iter().find(|key| key.fingerprint == *fingerprint)
    }
}
