//! Tokens of another codec, mode, purpose, schema or context.

use hardtack::{Codec, ContextError, DecodeError, Mode, RenewError};

use crate::session::{begun, decode, error, in_each_mode};
use crate::support::{HOUR, MAX_AGE, MODES, NOW, builder, codec, ring, signed};

// Other codecs

#[test]
fn another_codec_refuses_to_update_or_renew() {
    let session = begun(&signed());
    let keys = ring(&[1]);
    let mut others = vec![
        Codec::signed("shop/other/session", &keys, MAX_AGE).build().unwrap(),
        builder(Mode::Signed, &keys).compact("visitor-1").build().unwrap(),
        signed().with_context(&[b"tenant-7"]).unwrap(),
        signed().with_context(&[b""]).unwrap(),
    ];
    if MODES.contains(&Mode::Encrypted) {
        others.push(codec(Mode::Encrypted));
    }
    for other in others {
        assert_eq!(other.renew_at(&session, NOW), Err(RenewError::OtherCodec));
        assert_eq!(other.update_at(&session, "Eve", NOW), Err(RenewError::OtherCodec));
    }
}

#[test]
fn a_codec_may_change_its_policy_and_still_renew() {
    let session = begun(&signed().with_context(&[b"tenant-7"]).unwrap());
    let keys = ring(&[1]);
    let other = builder(Mode::Signed, &keys).leeway(HOUR).max_len(3000).build().unwrap();
    assert!(other.with_context(&[b"tenant-7"]).unwrap().renew_at(&session, NOW).is_ok());
}

#[test]
fn a_token_of_another_purpose_or_schema_fails_verification() {
    in_each_mode(|mode| {
        let keys = ring(&[1]);
        let schema = |name| builder(mode, &keys).compact(name).build().unwrap();
        let codecs = [codec(mode), schema("visitor-1"), schema("visitor-2")];
        for (i, from) in codecs.iter().enumerate() {
            let token = from.begin_at("Ada", NOW).unwrap();
            for (j, to) in codecs.iter().enumerate() {
                let decoded = to.decode_at::<String>(&token, NOW);
                assert_eq!(
                    decoded.map(|_| ()).err(),
                    (i != j).then_some(DecodeError::BadSignature)
                );
            }
        }
    });
}

#[cfg(feature = "encrypt")]
#[test]
fn a_token_of_the_other_mode_is_refused_as_such() {
    let wrong = |token, codec| DecodeError::WrongMode { token, codec };
    let (signed, encrypted) = (codec(Mode::Signed), codec(Mode::Encrypted));
    let token = signed.begin_at("Ada", NOW).unwrap();
    assert_eq!(error(&encrypted, &token, NOW), wrong(Mode::Signed, Mode::Encrypted));
    let token = encrypted.begin_at("Ada", NOW).unwrap();
    assert_eq!(error(&signed, &token, NOW), wrong(Mode::Encrypted, Mode::Signed));
}

// Contexts

#[test]
fn a_context_depends_on_the_order_and_the_ends_of_its_parts() {
    let contexts: [&[&[u8]]; 9] = [
        &[],
        &[b""],
        &[b"", b""],
        &[b"ab"],
        &[b"a", b"b"],
        &[b"b", b"a"],
        &[b"", b"ab"],
        &[b"ab", b""],
        &[b"a long part, of which the header and the stack's room do not make one"],
    ];
    in_each_mode(|mode| {
        let codecs = contexts.map(|parts| codec(mode).with_context(parts).unwrap());
        for (i, from) in codecs.iter().enumerate() {
            let token = from.begin_at("Ada", NOW).unwrap();
            for (j, to) in codecs.iter().enumerate() {
                let decoded = to.decode_at::<String>(&token, NOW);
                assert_eq!(
                    decoded.map(|_| ()).err(),
                    (i != j).then_some(DecodeError::BadSignature)
                );
            }
        }
    });
}

#[test]
fn a_second_context_is_added_to_the_first_and_drops_no_part() {
    let codec = signed();
    let unbound = codec.begin_at("Ada", NOW).unwrap();
    let tenant = codec.with_context(&[b"tenant-7"]).unwrap();
    let device = tenant.with_context(&[b"device-1"]).unwrap();
    let at_once = codec.with_context(&[b"tenant-7", b"device-1"]).unwrap();
    let token = device.begin_at("Ada", NOW).unwrap();
    assert_eq!(at_once.begin_at("Ada", NOW).unwrap(), token);
    for other in [&codec, &tenant, &codec.with_context(&[b"device-1"]).unwrap()] {
        assert_eq!(error(other, &token, NOW), DecodeError::BadSignature);
    }
    let nothing_more = tenant.with_context(&[]).unwrap();
    assert_eq!(error(&nothing_more, &unbound, NOW), DecodeError::BadSignature);
}

#[test]
fn a_session_of_chained_contexts_is_renewed_by_the_same_parts_however_they_were_given() {
    let codec = signed();
    let chained = codec.with_context(&[b"a"]).unwrap().with_context(&[b"b"]).unwrap();
    let session = begun(&chained);
    assert!(codec.with_context(&[b"a", b"b"]).unwrap().renew_at(&session, NOW).is_ok());
    let first = codec.with_context(&[b"a"]).unwrap();
    assert_eq!(first.renew_at(&session, NOW), Err(RenewError::OtherCodec));
}

#[test]
fn the_limit_of_255_parts_holds_for_chained_contexts_together() {
    let most = signed().with_context(&[b"".as_slice(); 200]).unwrap();
    let refused = most.with_context(&[b"".as_slice(); 56]).err();
    assert_eq!(refused, Some(ContextError::TooManyParts { got: 256 }));
    assert!(most.with_context(&[b"".as_slice(); 55]).is_ok());
}

#[test]
fn a_context_has_255_parts_of_65535_bytes_at_most() {
    let long = vec![7; 65_536];
    let codec = signed();
    let refused = |parts: &[&[u8]]| codec.with_context(parts).err();
    assert_eq!(refused(&[&long]), Some(ContextError::PartTooLong { got: 65_536 }));
    assert_eq!(refused(&[b"".as_slice(); 256]), Some(ContextError::TooManyParts { got: 256 }));
    for most in [&[&long[1..]][..], &[b"".as_slice(); 255]] {
        let bound = codec.with_context(most).unwrap();
        let token = bound.begin_at("Ada", NOW).unwrap();
        assert_eq!(decode(&bound, &token, NOW).data(), "Ada");
        assert_eq!(error(&codec, &token, NOW), DecodeError::BadSignature);
    }
}
