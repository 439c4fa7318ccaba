//! Keys of one ring with the same key ID, as in one of 256 pairs. The ID is a hint: the decoder
//! tries every key that has it.

use crate::support::{self, MODES, NOW, builder, by_hand, key, ring};
use hardtack::{Codec, DecodeError, Mode, RenewError, Renewal, Verified};

const FIRST: u16 = 1;

/// The numbers of the keys that have the ID of the first key.
fn of_the_same_id() -> impl Iterator<Item = u16> {
    (FIRST..=u16::MAX).filter(|&number| key(number).id() == key(FIRST).id())
}

fn three() -> [u16; 3] {
    let mut numbers = of_the_same_id();
    [(); 3].map(|()| numbers.next().unwrap())
}

fn codec(mode: Mode, numbers: &[u16]) -> Codec {
    builder(mode, &ring(numbers)).build().unwrap()
}

fn decode(codec: &Codec, token: &str) -> Result<Verified<u32>, DecodeError> {
    codec.decode_at(token, NOW)
}

#[test]
fn every_key_of_the_same_id_is_tried_in_any_order() {
    let [a, b, c] = three();
    for &mode in MODES {
        for ring in [[a, b, c], [b, c, a], [c, a, b], [c, b, a]] {
            for signer in ring {
                let token = codec(mode, &[signer]).begin_at(&7, NOW).unwrap();
                assert_eq!(decode(&codec(mode, &ring), &token).unwrap().data(), &7);
            }
        }
    }
}

#[test]
fn a_token_that_no_key_of_its_id_signed_has_a_bad_signature() {
    let [a, b, c] = three();
    for &mode in MODES {
        let token = codec(mode, &[c]).begin_at(&7, NOW).unwrap();
        let refused = decode(&codec(mode, &[a, b]), &token);
        assert_eq!(refused.unwrap_err(), DecodeError::BadSignature);
    }
}

#[test]
fn a_token_of_a_key_that_shares_the_signing_key_s_id_is_due_for_renewal() {
    let [a, b, _] = three();
    for &mode in MODES {
        let token = codec(mode, &[b]).begin_at(&7, NOW).unwrap();
        let session = decode(&codec(mode, &[a, b]), &token).unwrap();
        assert_eq!(session.renewal(NOW), Some(Renewal::Key));
        assert_eq!(decode(&codec(mode, &[b, a]), &token).unwrap().renewal(NOW), None);
    }
}

#[test]
fn a_removed_key_s_session_is_not_renewed_by_a_key_of_the_same_id() {
    let [a, b, _] = three();
    for &mode in MODES {
        let token = codec(mode, &[b]).begin_at(&7, NOW).unwrap();
        let session = decode(&codec(mode, &[a, b]), &token).unwrap();
        let removed = codec(mode, &[a]).renew_at(&session, NOW);
        assert_eq!(removed, Err(RenewError::NoLongerValid(DecodeError::UnknownKey)));
    }
}

#[test]
fn retiring_a_key_leaves_others_of_the_same_id_valid() {
    let [a, b, c] = three();
    let earlier = NOW - support::HOUR;
    for &mode in MODES {
        let keys = ring(&[c]).retire(key(a), earlier).unwrap().verify_with(key(b)).unwrap();
        let codec_of_all = builder(mode, &keys).build().unwrap();
        let read =
            |signer| decode(&codec_of_all, &codec(mode, &[signer]).begin_at(&7, NOW).unwrap());
        assert_eq!(read(a).unwrap_err(), DecodeError::RetiredKey);
        assert_eq!(read(b).unwrap().data(), &7);
        assert_eq!(read(c).unwrap().data(), &7);
    }
}

/// The token's Poly1305 tag is valid under the first key, but the nonce is not the signature of the
/// decrypted payload.
#[cfg(feature = "encrypt")]
fn opens_with_the_nonce(number: u16, nonce: [u8; 24]) -> String {
    use base64::Engine as _;
    let header = support::header(Mode::Encrypted, number);
    let body = support::seal(number, &header, nonce, b"\x07");
    let bytes = [&header[..], &nonce, &body].concat();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(feature = "encrypt")]
#[test]
fn a_body_that_decrypts_is_refused_unless_its_nonce_is_its_signature() {
    let [a, b, c] = three();
    let sign = |key| {
        let header = support::header(Mode::Encrypted, key);
        support::sign(Mode::Encrypted, key, &header, b"\x07")
    };
    let signed = opens_with_the_nonce(a, sign(a));
    assert_eq!(signed, by_hand(Mode::Encrypted, a, b"\x07"), "the nonce is the signature");
    for nonce in [[0; 24], sign(b)] {
        let token = opens_with_the_nonce(a, nonce);
        for ring in [vec![a], vec![a, b], vec![b, a], vec![a, b, c], vec![c, b, a]] {
            let mut scratch = Vec::new();
            let codec = codec(Mode::Encrypted, &ring);
            let refused = codec.decode_borrowed_at::<u32>(&token, &mut scratch, NOW);
            assert_eq!(refused.unwrap_err(), DecodeError::BadSignature, "{ring:?}");
            assert!(scratch.is_empty());
        }
    }
}

#[test]
fn a_token_made_by_hand_equals_the_codec_s() {
    for &mode in MODES {
        let made = codec(mode, &[FIRST]).begin_at(&7, NOW).unwrap();
        assert_eq!(by_hand(mode, FIRST, b"\x07"), made);
    }
}
