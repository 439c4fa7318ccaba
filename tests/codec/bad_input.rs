//! Any input gives the right error without a panic, and leaves no data in the scratch buffer.

use crate::support::{
    self, DAY, HOUR, MODES, NOW, SECOND, builder, by_hand, codec, key, ring, sign,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hardtack::{
    Codec, Cutoff, DecodeError, Expiry, IssueOptions, Mode, PayloadError, SessionId, inspect,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// Returns the codec's result for a token. Checks that the scratch buffer is empty after an error,
/// and that `inspect` and the owned decode do not panic.
fn verdict(codec: &Codec, token: impl AsRef<[u8]>) -> Result<(), DecodeError> {
    let token = token.as_ref();
    let _ = inspect(token);
    let mut scratch = b"what was there before".to_vec();
    let verdict = codec.decode_borrowed_at::<IgnoredAny>(token, &mut scratch, NOW).map(drop);
    assert_eq!(codec.decode_at::<IgnoredAny>(token, NOW).map(drop), verdict);
    if verdict.is_err_and(|error| !matches!(error, DecodeError::Payload(_))) {
        assert!(scratch.is_empty());
    }
    verdict
}

/// A codec and tokens of its mode: the shortest header, and one with every field.
fn tokens(mode: Mode) -> (Codec, [String; 2]) {
    let codec = builder(mode, &ring(&[1])).max_requested_age(DAY).build().unwrap();
    let start = IssueOptions::at(NOW - HOUR).id(SessionId::from_bytes([0xab; 16]));
    let full = codec.begin_at("Ada Lovelace", start.expiry(Expiry::After(DAY))).unwrap();
    let session = codec.decode_at::<String>(full, NOW).unwrap();
    let full = codec.update_at(&session, "Ada Lovelace", IssueOptions::at(NOW)).unwrap();
    let plain = codec.begin_at("Ada Lovelace", NOW).unwrap();
    (codec, [plain, full])
}

fn each_token(check: impl Fn(&Codec, &str)) {
    for &mode in MODES {
        let (codec, tokens) = tokens(mode);
        for token in tokens {
            assert_eq!(verdict(&codec, &token), Ok(()));
            check(&codec, &token);
        }
    }
}

fn bytes(token: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(token).unwrap()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

// Text that is not a token

#[test]
fn text_that_is_not_a_token_is_malformed() {
    let padded = format!("{}=", by_hand(Mode::Signed, 1, b"\x07\x07"));
    let rubbish: [&[u8]; 17] = [
        b"",
        b"A",
        b"IAAA",
        b"=",
        b"====",
        b" ",
        b"\0",
        b"rubbish!",
        b"eyJhbGciOiJub25lIn0.e30.",
        b"session=IPtqsTuA",
        "é".as_bytes(),
        "🍪🍪🍪🍪".as_bytes(),
        &[0xff],
        &[0xff; 4096],
        &[0; 4096],
        b"IP+/",
        padded.as_bytes(),
    ];
    for &mode in MODES {
        for token in rubbish {
            let shown = String::from_utf8_lossy(token);
            assert_eq!(verdict(&codec(mode), token), Err(DecodeError::Malformed), "{shown}");
        }
    }
}

#[test]
fn a_megabyte_is_too_long_whatever_it_holds() {
    let limit = 4096;
    for &mode in MODES {
        for byte in [b'A', b'I', b'=', 0, 0xff] {
            let length = 1 << 20;
            let refused = verdict(&codec(mode), vec![byte; length]);
            assert_eq!(refused, Err(DecodeError::TooLong { length, limit }));
        }
    }
}

#[test]
fn a_megabyte_within_the_limit_gives_the_right_error() {
    for &mode in MODES {
        let codec = builder(mode, &ring(&[1])).max_len(1 << 21).build().unwrap();
        let of = |byte| verdict(&codec, vec![byte; 1 << 20]);
        assert_eq!(of(b'A'), Err(DecodeError::UnsupportedVersion { version: 0 }));
        assert_eq!(of(b'_'), Err(DecodeError::UnsupportedVersion { version: 7 }));
        assert_eq!(of(b'='), Err(DecodeError::Malformed));
        assert_eq!(of(0xff), Err(DecodeError::Malformed));
        let forged = [support::header(mode, 1).to_vec(), vec![0; 1 << 19]].concat();
        assert_eq!(verdict(&codec, text(&forged)), Err(DecodeError::BadSignature));
    }
}

#[test]
fn every_string_of_one_or_two_bytes_is_malformed() {
    let codec = support::signed();
    for a in 0..=u8::MAX {
        assert_eq!(verdict(&codec, [a]), Err(DecodeError::Malformed));
        for b in 0..=u8::MAX {
            // Two characters are a byte if the last four bits are zero: a first byte alone.
            let refused = verdict(&codec, [a, b]).unwrap_err();
            let version = URL_SAFE_NO_PAD.decode([a, b]).ok().map(|bytes| bytes[0] >> 5);
            let expected = match version.filter(|&version| version != 1) {
                Some(version) => DecodeError::UnsupportedVersion { version },
                None => DecodeError::Malformed,
            };
            assert_eq!(refused, expected);
        }
    }
}

// Damaged tokens

/// FORMAT.md's least length of a token whose header is as long as this one's.
fn least_len(token: &str) -> usize {
    let seen = inspect(token).unwrap();
    let body = if seen.unverified_mode() == Mode::Signed { 1 } else { 17 };
    seen.unverified_header_len() + 24 + body
}

#[test]
fn every_truncation_is_malformed_or_forged() {
    each_token(|codec, token| {
        for length in 0..token.len() {
            let cut = &token[..length];
            let expected = match URL_SAFE_NO_PAD.decode(cut) {
                Ok(bytes) if bytes.len() >= least_len(token) => DecodeError::BadSignature,
                _ => DecodeError::Malformed,
            };
            assert_eq!(verdict(codec, cut), Err(expected), "{length}");
        }
    });
}

#[test]
fn every_token_that_lost_its_beginning_is_refused() {
    each_token(|codec, token| {
        for start in 1..=token.len() {
            assert!(verdict(codec, &token[start..]).is_err(), "{start}");
        }
    });
}

#[test]
fn every_truncation_of_the_bytes_is_malformed_or_forged() {
    each_token(|codec, token| {
        let bytes = bytes(token);
        for length in 0..bytes.len() {
            let long_enough = length >= least_len(token);
            let expected =
                if long_enough { DecodeError::BadSignature } else { DecodeError::Malformed };
            assert_eq!(verdict(codec, text(&bytes[..length])), Err(expected), "{length}");
        }
    });
}

fn inspect_mode(token: &[u8]) -> Mode {
    if token[0] & 1 == 0 { Mode::Signed } else { Mode::Encrypted }
}

/// Returns true if the error is allowed for a token with one changed bit in this field.
fn expected(token: &str, place: usize, flipped: &[u8]) -> Vec<DecodeError> {
    let header_len = inspect(token).unwrap().unverified_header_len();
    let version = flipped[0] >> 5;
    match place {
        0 if version != 1 => vec![DecodeError::UnsupportedVersion { version }],
        // A short body of the signed mode has no room for the tag of the other.
        0 if (bytes(token)[0] ^ flipped[0]) & 1 == 1 => {
            let (is, was) = (inspect_mode(flipped), inspect_mode(&bytes(token)));
            vec![DecodeError::WrongMode { token: is, codec: was }, DecodeError::Malformed]
        }
        // Fields come, go or are read as others.
        0 => vec![DecodeError::Malformed, DecodeError::BadSignature],
        1 => vec![DecodeError::UnknownKey],
        // The id, then varints, which have one spelling and bounds.
        6.. if place < header_len => vec![DecodeError::BadSignature, DecodeError::Malformed],
        // Any bytes are valid times, signatures and bodies.
        _ => vec![DecodeError::BadSignature],
    }
}

#[test]
fn every_bit_that_is_flipped_in_the_bytes_is_refused_by_its_field() {
    each_token(|codec, token| {
        let bytes = bytes(token);
        for bit in 0..bytes.len() * 8 {
            let (place, mut flipped) = (bit / 8, bytes.clone());
            flipped[place] ^= 1 << (bit % 8);
            let refused = verdict(codec, text(&flipped)).unwrap_err();
            assert!(expected(token, place, &flipped).contains(&refused), "bit {bit}: {refused}");
        }
    });
}

#[test]
fn every_bit_that_is_flipped_in_the_text_is_refused() {
    each_token(|codec, token| {
        for bit in 0..token.len() * 8 {
            let mut flipped = token.as_bytes().to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let refused = verdict(codec, &flipped).unwrap_err();
            match URL_SAFE_NO_PAD.decode(&flipped) {
                Err(_) => assert_eq!(refused, DecodeError::Malformed, "bit {bit}"),
                Ok(changed) => {
                    let differs = |(a, b): (&u8, &u8)| a != b;
                    let original = bytes(token);
                    let place = original.iter().zip(&changed).position(differs).unwrap();
                    let mut errors = expected(token, place, &changed);
                    // A character encodes six bits, so bits of two neighbouring fields may have
                    // changed.
                    errors.extend(expected(token, (place + 1).min(changed.len() - 1), &changed));
                    assert!(errors.contains(&refused), "bit {bit}: {refused}");
                }
            }
        }
    });
}

#[test]
fn every_character_that_is_put_in_or_doubled_or_taken_out_is_refused() {
    each_token(|codec, token| {
        for place in 0..token.len() {
            let (before, after) = token.split_at(place);
            for changed in [
                format!("{before}A{after}"),
                format!("{before}={after}"),
                format!("{before} {after}"),
                format!("{before}\0{after}"),
                format!("{before}é{after}"),
                format!("{before}{}{after}", &after[..1]),
                format!("{before}{}", &after[1..]),
            ] {
                assert!(verdict(codec, &changed).is_err(), "{changed}");
            }
        }
        for behind in ["A", "AA", "AAAA", "=", ";", "\n", token] {
            assert!(verdict(codec, format!("{token}{behind}")).is_err());
        }
    });
}

#[test]
fn the_other_alphabet_of_base64_is_refused() {
    each_token(|codec, token| {
        let other = token.replace('-', "+").replace('_', "/");
        if other != token {
            assert_eq!(verdict(codec, &other), Err(DecodeError::Malformed));
        }
        assert!(verdict(codec, token.to_uppercase()).is_err());
        assert!(verdict(codec, token.to_lowercase()).is_err());
    });
}

#[test]
fn tokens_that_exchanged_header_signature_or_body_are_forged() {
    for &mode in MODES {
        let codec = codec(mode);
        let [a, b] =
            [by_hand(mode, 1, b"\x07"), codec.begin_at(&8, NOW - HOUR).unwrap()].map(|t| bytes(&t));
        for cuts in [[6, 30], [0, 6], [0, 30], [6, 99], [30, 99]] {
            let [from, to] = cuts.map(|cut: usize| cut.min(a.len()));
            let mixed = [&a[..from], &b[from..to], &a[to..]].concat();
            assert_eq!(verdict(&codec, text(&mixed)), Err(DecodeError::BadSignature), "{cuts:?}");
        }
    }
}

#[cfg(feature = "encrypt")]
#[test]
fn a_token_of_one_mode_cannot_claim_the_other() {
    let [signed, encrypted] = [Mode::Signed, Mode::Encrypted].map(codec);
    let mut claims = bytes(&signed.begin_at("Ada Lovelace, a long name", NOW).unwrap());
    claims[0] |= 1;
    assert_eq!(verdict(&encrypted, text(&claims)), Err(DecodeError::BadSignature));
    let mut claims = bytes(&encrypted.begin_at("Ada", NOW).unwrap());
    claims[0] &= !1;
    assert_eq!(verdict(&signed, text(&claims)), Err(DecodeError::BadSignature));
}

// The order of errors

#[test]
fn the_first_of_several_faults_is_the_error() {
    for &mode in MODES {
        let keys = ring(&[2]).retire(key(1), NOW - DAY).unwrap();
        let strict = || builder(mode, &keys).not_before(Cutoff::at(NOW + DAY + SECOND));
        let codec = strict().build().unwrap();
        let read = |token: &str, now| codec.decode_at::<String>(token, now).unwrap_err();
        let authentic = by_hand(mode, 1, b"\xc1");
        let over = NOW + DAY;
        assert_eq!(read(&authentic, over), DecodeError::RetiredKey, "before its age");
        let signed_now = by_hand(mode, 2, b"\xc1");
        assert_eq!(read(&signed_now, NOW - HOUR), DecodeError::NotYetValid, "before revoked");
        assert_eq!(read(&signed_now, over), DecodeError::Expired, "before revoked");
        assert_eq!(read(&signed_now, NOW), DecodeError::Revoked, "before its payload");
        let mut forged = bytes(&signed_now);
        *forged.last_mut().unwrap() ^= 1;
        assert_eq!(read(&text(&forged), over), DecodeError::BadSignature, "before its age");
        forged[1] = (0..=255).find(|id| keys.key_ids().all(|known| known.as_u8() != *id)).unwrap();
        assert_eq!(read(&text(&forged), over), DecodeError::UnknownKey, "before its signature");
        forged[0] = 0xe0 | forged[0] & 0x1f;
        let version = DecodeError::UnsupportedVersion { version: 7 };
        assert_eq!(read(&text(&forged), over), version, "before its key");
        assert_eq!(read(&text(&forged[..1]), over), version, "before its length");
        let short = strict().max_len(10).build().unwrap();
        let refused = short.decode_at::<String>("!!!!!!!!!!!", NOW).unwrap_err();
        assert_eq!(refused, DecodeError::TooLong { length: 11, limit: 10 }, "before its alphabet");
    }
}

#[test]
fn no_payload_is_parsed_before_its_signature_and_times_are_verified() {
    struct Bomb;
    impl<'de> Deserialize<'de> for Bomb {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("parsed")
        }
    }
    each_token(|codec, token| {
        let mut forged = bytes(token);
        *forged.last_mut().unwrap() ^= 1;
        let refused = codec.decode_at::<Bomb>(text(&forged), NOW).map(drop);
        assert_eq!(refused, Err(DecodeError::BadSignature));
        let refused = codec.decode_at::<Bomb>(token, NOW + 2 * DAY).map(drop);
        assert_eq!(refused, Err(DecodeError::Expired));
    });
}

#[test]
fn a_payload_that_does_not_fit_is_an_error_and_the_scratch_buffer_stays_usable() {
    for &mode in MODES {
        let (codec, mut scratch) = (codec(mode), Vec::new());
        for (payload, fault) in [
            (&b"\xa1\xff"[..], PayloadError::TextNotUtf8),
            (b"\x07\x07", PayloadError::Trailing),
            (b"\xa5Ada", PayloadError::Malformed),
            (b"\xc0", PayloadError::Mismatch),
        ] {
            let token = by_hand(mode, 1, payload);
            let read = codec.decode_borrowed_at::<&str>(&token, &mut scratch, NOW).map(drop);
            assert_eq!(read, Err(DecodeError::Payload(fault)));
        }
        let token = by_hand(mode, 1, b"\xa3Ada");
        let session = codec.decode_borrowed_at::<&str>(&token, &mut scratch, NOW).unwrap();
        assert_eq!(*session.data(), "Ada");
    }
}

#[test]
fn a_signature_of_the_other_mode_s_key_is_forged() {
    for &mode in MODES {
        let other = if mode == Mode::Signed { Mode::Encrypted } else { Mode::Signed };
        let header = support::header(mode, 1);
        let signature = sign(other, 1, &header, b"\x07");
        let body = match mode {
            Mode::Signed => b"\x07".to_vec(),
            Mode::Encrypted => support::seal(1, &header, signature, b"\x07"),
            _ => unreachable!("a new variant"),
        };
        let token = text(&[&header[..], &signature, &body].concat());
        assert_eq!(verdict(&codec(mode), token), Err(DecodeError::BadSignature));
    }
}
