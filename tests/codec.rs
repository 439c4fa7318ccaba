//! What a codec does: begin, decode, update, renew; what a session says of itself; what another
//! codec, context, purpose or schema makes of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what helps a test may fail like one")]

mod common;

use core::time::Duration;

use common::{DAY, HOUR, MAX_AGE, MODES, NOW, at, builder, codec, key, ring, signed};
use hardtack::{
    Change, Codec, ConfigError, ContextError, Cutoff, DecodeError, EncodeError, Expiry,
    InspectError, KeyRing, Mode, PayloadFault, RenewError, Renewal, SessionId, Start, Unverified,
    Verified, inspect,
};
use time::OffsetDateTime;

const ID: SessionId = SessionId::from_bytes([0xab; 16]);
const OTHER_ID: SessionId = SessionId::from_bytes([0xcd; 16]);

fn decode(codec: &Codec, token: &str, now: OffsetDateTime) -> Verified<String> {
    codec.decode_at(token, now).unwrap()
}

fn error(codec: &Codec, token: &str, now: OffsetDateTime) -> DecodeError {
    codec.decode_at::<String>(token, now).unwrap_err()
}

/// A session of "Ada" that begins at [`NOW`].
fn begun(codec: &Codec) -> Verified<String> {
    decode(codec, &codec.begin_at("Ada", NOW).unwrap(), NOW)
}

fn in_each_mode(check: impl Fn(Mode)) {
    for &mode in MODES {
        check(mode);
    }
}

// Begin and decode

#[test]
fn a_session_that_begins_says_so() {
    in_each_mode(|mode| {
        let keys = ring(&[1]);
        let session = begun(&codec(mode));
        assert_eq!(session.data(), "Ada");
        assert_eq!((session.started_at(), session.issued_at()), (NOW, NOW));
        assert_eq!(session.expires_at(), NOW + MAX_AGE);
        assert_eq!((session.id(), session.expiry()), (None, Expiry::Policy));
        assert!(keys.key_ids().eq([session.key_id()]));
        assert_eq!(session.into_data(), "Ada");
    });
}

#[test]
fn a_start_names_the_session_and_says_its_expiry() {
    let expiries = [
        (Expiry::Policy, NOW + MAX_AGE),
        (Expiry::After(DAY), NOW + DAY),
        (Expiry::At(NOW + HOUR), NOW + HOUR),
        (Expiry::BrowserClose, NOW + MAX_AGE),
    ];
    in_each_mode(|mode| {
        let codec = builder(mode, &ring(&[1])).longest(DAY).build().unwrap();
        for (expiry, expires_at) in expiries {
            let start = Start::at(NOW).id(ID).expiry(expiry);
            let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
            assert_eq!((session.id(), session.expiry()), (Some(ID), expiry));
            assert_eq!(session.expires_at(), expires_at);
        }
    });
}

#[test]
fn the_absolute_timeout_comes_before_a_later_expiry() {
    let keys = ring(&[1]);
    let codec = builder(Mode::Signed, &keys).longest(DAY).absolute_timeout(HOUR).build().unwrap();
    let start = Start::at(NOW).expiry(Expiry::After(DAY));
    let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.expires_at(), NOW + HOUR);
    assert_eq!(session.expiry(), Expiry::After(DAY));
}

#[test]
fn thirty_days_are_the_absolute_timeout_unless_said() {
    let keys = ring(&[1]);
    let month = builder(Mode::Signed, &keys).longest(30 * DAY).build().unwrap();
    let start = Start::at(NOW).expiry(Expiry::After(30 * DAY));
    let session = decode(&month, &month.begin_at("Ada", start).unwrap(), NOW);
    let later = NOW + 20 * DAY;
    let session = decode(&month, &month.renew_at(&session, later).unwrap(), later);
    assert_eq!(session.expires_at(), NOW + 30 * DAY);
}

#[test]
fn more_than_thirty_days_need_an_absolute_timeout_that_is_said() {
    let keys = ring(&[1]);
    let unsaid = |longest, max_age| {
        let codec = Codec::signed("shop/test/session", &keys, max_age).longest(longest);
        (codec.clone().build().unwrap_err(), codec)
    };
    for max_age in [DAY, 400 * DAY] {
        let (error, codec) = unsaid(400 * DAY, max_age);
        let (longest, absolute_timeout) = (400 * 86_400, 30 * 86_400);
        assert_eq!(error, ConfigError::AbsoluteTimeoutUnsaid { longest, absolute_timeout });
        assert!(error.to_string().contains("no_absolute_timeout"));
        let start = Start::at(NOW).expiry(Expiry::After(400 * DAY));
        let ever = codec.clone().no_absolute_timeout().build().unwrap();
        let token = ever.begin_at("Ada", start).unwrap();
        assert_eq!(decode(&ever, &token, NOW).expires_at(), NOW + 400 * DAY);
        let month = codec.absolute_timeout(30 * DAY).build().unwrap();
        assert_eq!(decode(&month, &token, NOW).expires_at(), NOW + 30 * DAY);
    }
}

#[test]
fn equal_sessions_of_one_second_are_equal_tokens() {
    in_each_mode(|mode| {
        let codec = codec(mode);
        let token = codec.begin_at("Ada", NOW).unwrap();
        assert_eq!(codec.begin_at("Ada", NOW).unwrap(), token);
        assert_ne!(codec.begin_at("Ade", NOW).unwrap(), token);
        assert_ne!(codec.begin_at("Ada", NOW + Duration::from_secs(1)).unwrap(), token);
        assert_ne!(codec.begin_at("Ada", Start::at(NOW).id(ID)).unwrap(), token);
    });
}

#[test]
fn a_token_may_be_text_or_bytes() {
    let codec = signed();
    let token = codec.begin_at("Ada", NOW).unwrap();
    assert_eq!(codec.decode_at::<String>(token.as_bytes(), NOW).unwrap().data(), "Ada");
    assert_eq!(codec.decode_at::<String>(token.clone().into_bytes(), NOW).unwrap().data(), "Ada");
    assert_eq!(codec.decode_at::<String>(&token, NOW).unwrap().data(), "Ada");
    assert_eq!(codec.decode_at::<String>(token, NOW).unwrap().data(), "Ada");
}

#[test]
fn an_encrypted_token_does_not_show_its_payload_and_a_signed_one_does() {
    use base64::Engine as _;
    in_each_mode(|mode| {
        let token = codec(mode).begin_at("a secret name", NOW).unwrap();
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token).unwrap();
        let shown = bytes.windows(13).any(|window| window == b"a secret name");
        assert_eq!(shown, mode == Mode::Signed);
    });
}

#[test]
fn the_system_clock_serves_where_none_is_passed() {
    let codec = signed();
    let before = OffsetDateTime::now_utc().unix_timestamp();
    let session = codec.decode::<String>(codec.begin("Ada").unwrap()).unwrap();
    let updated = codec.decode::<String>(codec.update(&session, "Eve").unwrap()).unwrap();
    let renewed = codec.decode::<String>(codec.renew(&updated).unwrap()).unwrap();
    let after = OffsetDateTime::now_utc().unix_timestamp();
    assert_eq!(renewed.data(), "Eve");
    assert!((before..=after).contains(&renewed.started_at().unix_timestamp()));
    assert!((before..=after).contains(&renewed.issued_at().unix_timestamp()));
}

#[test]
fn a_codec_is_shared_by_threads_and_its_clones_are_the_same() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let codec = signed();
    shared(&codec);
    let clone = codec.clone();
    let session = begun(&codec);
    assert!(clone.renew_at(&session, NOW).is_ok());
}

// Into a String of the caller

#[test]
fn a_token_replaces_what_the_string_held_be_it_longer_or_shorter() {
    in_each_mode(|mode| {
        let codec = codec(mode);
        let session = begun(&codec);
        let expected = codec.begin_at("Ada", NOW).unwrap();
        for before in ["", "x", "a text of some length, not a token", &"é".repeat(2000)] {
            let mut out = before.to_owned();
            codec.begin_into("Ada", NOW, &mut out).unwrap();
            assert_eq!(out, expected);
            out = before.to_owned();
            codec.update_into(&session, "Ada", NOW, &mut out).unwrap();
            assert_eq!(out, expected);
            out = before.to_owned();
            codec.renew_into(&session, NOW, &mut out).unwrap();
            assert_eq!(out, expected);
        }
    });
}

// Update and renew

#[test]
fn an_update_changes_the_data_and_keeps_start_id_and_expiry() {
    in_each_mode(|mode| {
        let codec = builder(mode, &ring(&[1])).longest(DAY).build().unwrap();
        let start = Start::at(NOW).id(ID).expiry(Expiry::After(DAY));
        let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
        let later = NOW + HOUR;
        let updated = decode(&codec, &codec.update_at(&session, "Eve", later).unwrap(), later);
        assert_eq!(updated.data(), "Eve");
        assert_eq!((updated.started_at(), updated.issued_at()), (NOW, later));
        assert_eq!((updated.id(), updated.expiry()), (Some(ID), Expiry::After(DAY)));
        assert_eq!(updated.expires_at(), later + DAY);
    });
}

#[test]
fn a_renewal_is_an_update_with_the_same_data() {
    in_each_mode(|mode| {
        let codec = codec(mode);
        let (session, later) = (begun(&codec), NOW + HOUR);
        let renewed = codec.renew_at(&session, later).unwrap();
        assert_eq!(renewed, codec.update_at(&session, "Ada", later).unwrap());
        assert_eq!(decode(&codec, &renewed, later).expires_at(), later + MAX_AGE);
    });
}

#[test]
fn a_change_renames_the_session_and_gives_it_another_expiry() {
    let codec = builder(Mode::Signed, &ring(&[1])).longest(DAY).build().unwrap();
    let session = begun(&codec);
    let later = NOW + HOUR;
    for expiry in [Expiry::After(DAY), Expiry::At(NOW + DAY), Expiry::BrowserClose] {
        let change = Change::at(later).id(OTHER_ID).expiry(expiry);
        let token = codec.update_at(&session, "Ada", change).unwrap();
        let changed = decode(&codec, &token, later);
        assert_eq!((changed.id(), changed.expiry()), (Some(OTHER_ID), expiry));
        assert_eq!(changed.started_at(), NOW);
    }
}

#[test]
fn an_expiry_that_is_asked_for_anew_is_held_to_what_a_session_may_ask_for() {
    let codec = builder(Mode::Signed, &ring(&[1])).longest(DAY).build().unwrap();
    let change = Change::at(NOW).expiry(Expiry::After(DAY + Duration::from_secs(1)));
    let refused = codec.update_at(&begun(&codec), "Ada", change);
    let too_long = EncodeError::ExpiryTooLong { longest: DAY.as_secs() };
    assert_eq!(refused, Err(RenewError::Encode(too_long)));
}

#[test]
fn an_update_may_be_of_another_type() {
    let codec = signed();
    let token = codec.update_at(&begun(&codec), &7, NOW).unwrap();
    assert_eq!(codec.decode_at::<u32>(&token, NOW).unwrap().into_data(), 7);
}

#[test]
fn a_fixed_instant_stays_where_it_is_however_often_it_is_renewed() {
    let codec = codec(Mode::Signed);
    let instant = NOW + HOUR;
    let start = Start::at(NOW).expiry(Expiry::At(instant));
    let mut session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
    for minutes in [1, 1, 30, 59] {
        let now = NOW + minutes * Duration::from_secs(60);
        session = decode(&codec, &codec.renew_at(&session, now).unwrap(), now);
        assert_eq!((session.expires_at(), session.expiry()), (instant, Expiry::At(instant)));
    }
}

#[test]
fn a_kept_span_is_capped_by_the_policy_that_decodes_and_not_forgotten() {
    let keys = ring(&[1]);
    let generous = builder(Mode::Signed, &keys).longest(DAY).build().unwrap();
    let strict = builder(Mode::Signed, &keys).build().unwrap();
    let start = Start::at(NOW).expiry(Expiry::After(DAY));
    let session = decode(&strict, &generous.begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.expires_at(), NOW + MAX_AGE);
    let renewed = strict.renew_at(&session, NOW).unwrap();
    assert_eq!(decode(&generous, &renewed, NOW).expires_at(), NOW + DAY);
}

#[test]
fn a_fixed_instant_is_renewed_as_it_was_capped() {
    let keys = ring(&[1]);
    let generous = builder(Mode::Signed, &keys).longest(DAY).build().unwrap();
    let strict = builder(Mode::Signed, &keys).build().unwrap();
    let start = Start::at(NOW).expiry(Expiry::At(NOW + DAY));
    let session = decode(&strict, &generous.begin_at("Ada", start).unwrap(), NOW);
    let renewed = strict.renew_at(&session, NOW + HOUR).unwrap();
    let renewed = decode(&generous, &renewed, NOW + HOUR);
    assert_eq!(renewed.expiry(), Expiry::At(NOW + MAX_AGE));
}

// What no longer holds

#[test]
fn renewing_asks_the_policy_and_the_ring_of_this_moment() {
    let keys = ring(&[1]);
    let session = begun(&builder(Mode::Signed, &keys).build().unwrap());
    let refused = |codec: Codec, now| codec.renew_at(&session, now).unwrap_err();
    let with = |keys: &KeyRing| builder(Mode::Signed, keys).build().unwrap();
    let expired = RenewError::NoLongerValid(DecodeError::Expired);
    assert_eq!(refused(with(&keys), NOW + MAX_AGE), expired);
    let cut = builder(Mode::Signed, &keys).not_before(Cutoff::after(NOW)).build().unwrap();
    assert_eq!(refused(cut, NOW), RenewError::NoLongerValid(DecodeError::Revoked));
    let gone = with(&ring(&[2]));
    assert_eq!(refused(gone, NOW), RenewError::NoLongerValid(DecodeError::UnknownKey));
    let earlier = NOW - Duration::from_secs(1);
    let retired = with(&ring(&[2]).retire(key(1), earlier).unwrap());
    assert_eq!(refused(retired, NOW), RenewError::NoLongerValid(DecodeError::RetiredKey));
    let early = refused(with(&keys), NOW - HOUR);
    assert_eq!(early, RenewError::NoLongerValid(DecodeError::NotYetValid));
}

#[test]
fn renewing_moves_a_session_to_the_key_that_signs() {
    in_each_mode(|mode| {
        let session = begun(&codec(mode));
        let rotated = builder(mode, &ring(&[2, 1])).build().unwrap();
        let renewed = rotated.renew_at(&session, NOW).unwrap();
        let alone = builder(mode, &ring(&[2])).build().unwrap();
        assert_eq!(decode(&alone, &renewed, NOW).key_id(), key(2).id());
    });
}

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
fn another_policy_of_the_same_mode_purpose_and_context_is_no_other_codec() {
    let session = begun(&signed().with_context(&[b"tenant-7"]).unwrap());
    let keys = ring(&[1]);
    let other = builder(Mode::Signed, &keys).leeway(HOUR).max_len(3000).build().unwrap();
    assert!(other.with_context(&[b"tenant-7"]).unwrap().renew_at(&session, NOW).is_ok());
}

#[test]
fn a_token_of_another_purpose_or_schema_is_garbage() {
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
fn a_token_of_the_other_mode_says_so() {
    let (signed, encrypted) = (codec(Mode::Signed), codec(Mode::Encrypted));
    let token = signed.begin_at("Ada", NOW).unwrap();
    assert_eq!(error(&encrypted, &token, NOW), DecodeError::WrongMode);
    let token = encrypted.begin_at("Ada", NOW).unwrap();
    assert_eq!(error(&signed, &token, NOW), DecodeError::WrongMode);
}

// Contexts

#[test]
fn a_context_is_its_parts_in_order_and_where_they_end() {
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
fn no_context_is_what_a_codec_has_to_begin_with_and_another_replaces_it() {
    let codec = signed();
    let token = codec.begin_at("Ada", NOW).unwrap();
    let bound = codec.with_context(&[b"tenant-7"]).unwrap();
    assert_eq!(error(&bound, &token, NOW), DecodeError::BadSignature);
    assert!(bound.with_context(&[]).unwrap().decode_at::<String>(&token, NOW).is_ok());
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

// When to renew

#[test]
fn a_renewal_is_due_when_half_of_the_life_is_over() {
    let session = begun(&signed());
    let second = Duration::from_secs(1);
    assert_eq!(session.renewal(NOW), None);
    assert_eq!(session.renewal(NOW + HOUR - second), None);
    assert_eq!(session.renewal(NOW + HOUR), Some(Renewal::Age));
    assert_eq!(session.renewal(NOW + DAY), Some(Renewal::Age));
}

#[test]
fn half_of_a_session_s_own_life_counts() {
    let codec = builder(Mode::Signed, &ring(&[1])).longest(30 * DAY).build().unwrap();
    let start = Start::at(NOW).expiry(Expiry::After(10 * DAY));
    let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.renewal(NOW + 5 * DAY - Duration::from_secs(1)), None);
    assert_eq!(session.renewal(NOW + 5 * DAY), Some(Renewal::Age));
}

#[test]
fn a_renewal_is_due_at_the_age_that_the_codec_says() {
    let keys = ring(&[1]);
    let codec = builder(Mode::Signed, &keys).renew_after(Duration::from_secs(60)).build().unwrap();
    let session = begun(&codec);
    assert_eq!(session.renewal(NOW + Duration::from_secs(59)), None);
    assert_eq!(session.renewal(NOW + Duration::from_secs(60)), Some(Renewal::Age));
}

#[test]
fn a_renewal_is_due_at_once_where_another_key_signs() {
    in_each_mode(|mode| {
        let token = codec(mode).begin_at("Ada", NOW).unwrap();
        let rotated = builder(mode, &ring(&[2, 1])).build().unwrap();
        assert_eq!(decode(&rotated, &token, NOW).renewal(NOW), Some(Renewal::Key));
        let prepared = builder(mode, &ring(&[1, 2])).build().unwrap();
        assert_eq!(decode(&prepared, &token, NOW).renewal(NOW), None);
    });
}

#[test]
fn no_renewal_is_due_where_it_would_move_nothing() {
    let keys = ring(&[1]);
    let pinned = builder(Mode::Signed, &keys).absolute_timeout(MAX_AGE).build().unwrap();
    assert_eq!(begun(&pinned).renewal(NOW + HOUR), None, "the absolute timeout is the expiry");
    let start = Start::at(NOW).expiry(Expiry::At(NOW + HOUR));
    let rotated = builder(Mode::Signed, &ring(&[2, 1])).build().unwrap();
    let session = decode(&rotated, &signed().begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.renewal(NOW + HOUR), None, "a fixed instant, even under another key");
}

// Cut-offs

#[test]
fn a_cutoff_ends_what_began_before_it_and_a_renewal_does_not_help() {
    let codec = signed();
    let session = begun(&codec);
    let later = NOW + HOUR;
    let renewed = decode(&codec, &codec.renew_at(&session, later).unwrap(), later);
    for session in [session, renewed] {
        assert_eq!(session.started_since(Cutoff::at(NOW)), Ok(()));
        assert_eq!(session.started_since(Cutoff::after(NOW)), Err(DecodeError::Revoked));
    }
}

#[test]
fn the_session_that_replaces_those_that_were_ended_begins_at_the_cutoff() {
    let codec = signed();
    let cutoff = Cutoff::after(NOW);
    let token = codec.begin_at("Ada", cutoff.instant()).unwrap();
    assert_eq!(decode(&codec, &token, NOW).started_since(cutoff), Ok(()), "within the leeway");
    let stored = Cutoff::from_unix_timestamp(cutoff.unix_timestamp());
    assert_eq!(stored, cutoff);
}

#[test]
fn a_codec_s_cutoff_ends_everybody_s_sessions() {
    in_each_mode(|mode| {
        let keys = ring(&[1]);
        let token = codec(mode).begin_at("Ada", NOW).unwrap();
        let until = |cutoff| builder(mode, &keys).not_before(cutoff).build().unwrap();
        assert!(until(Cutoff::at(NOW)).decode_at::<String>(&token, NOW).is_ok());
        assert_eq!(error(&until(Cutoff::after(NOW)), &token, NOW), DecodeError::Revoked);
    });
}

#[test]
fn a_list_of_ended_sessions_must_remember_them_for_the_longest_life() {
    let keys = ring(&[1]);
    let codec = builder(Mode::Signed, &keys).longest(30 * DAY).leeway(HOUR).build().unwrap();
    assert_eq!(codec.longest_life(), 30 * DAY + HOUR);
    let codec = builder(Mode::Signed, &keys).longest(90 * DAY).no_absolute_timeout();
    assert_eq!(codec.build().unwrap().longest_life(), 90 * DAY + Duration::from_secs(60));
    assert_eq!(signed().max_age(), MAX_AGE);
}

// Without a key

fn inspected(token: &str) -> Unverified {
    inspect(token).unwrap()
}

#[test]
fn inspecting_tells_of_a_token_what_its_header_says() {
    in_each_mode(|mode| {
        let codec = builder(mode, &ring(&[1])).longest(DAY).build().unwrap();
        let start = Start::at(NOW).id(ID).expiry(Expiry::After(DAY));
        let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
        let later = NOW + HOUR;
        let token = codec.renew_at(&session, later).unwrap();
        let seen = inspected(&token);
        assert_eq!((seen.unverified_version(), seen.unverified_mode()), (1, mode));
        assert_eq!(seen.unverified_key_id(), key(1).id());
        assert_eq!((seen.unverified_started_at(), seen.unverified_issued_at()), (NOW, later));
        assert_eq!(seen.unverified_session_id(), Some(ID));
        assert_eq!(seen.unverified_expiry(), Expiry::After(DAY));
        // six fixed bytes, the id, an age of 3600 and a span of 86 400 as varints
        assert_eq!(seen.unverified_header_len(), 6 + 16 + 2 + 3);
        assert_eq!((seen.unverified_payload_len(), seen.token_len()), (4, token.len()));
    });
}

#[test]
fn inspecting_shows_a_fixed_instant_before_any_policy_caps_it() {
    let generous = builder(Mode::Signed, &ring(&[1])).longest(DAY).build().unwrap();
    let start = Start::at(NOW).expiry(Expiry::At(NOW + DAY));
    let token = generous.begin_at("Ada", start).unwrap();
    assert_eq!(inspected(&token).unverified_expiry(), Expiry::At(NOW + DAY));
    assert_eq!(decode(&signed(), &token, NOW).expiry(), Expiry::At(NOW + MAX_AGE));
}

#[test]
fn inspecting_vouches_for_nothing() {
    let token = signed().begin_at("Ada", NOW).unwrap();
    let forged = format!("{}A", &token[..token.len() - 1]);
    assert!(inspect(&forged).is_ok());
    assert_eq!(error(&signed(), &forged, NOW), DecodeError::BadSignature);
}

#[test]
fn inspecting_what_is_no_token_says_why() {
    for text in ["", "A", "rubbish!", "IA", "AQ=="] {
        assert_eq!(inspect(text).unwrap_err(), InspectError::Malformed, "{text}");
    }
    assert_eq!(inspect("QAAA").unwrap_err(), InspectError::UnsupportedVersion { version: 2 });
}

// Lengths

#[test]
fn a_token_of_the_limit_is_made_and_read_and_one_longer_is_not() {
    in_each_mode(|mode| {
        let keys = ring(&[1]);
        let token = codec(mode).begin_at("Ada", NOW).unwrap();
        let (length, limit) = (token.len(), token.len() - 1);
        let exact = builder(mode, &keys).max_len(length).build().unwrap();
        assert_eq!(exact.begin_at("Ada", NOW).as_deref(), Ok(&*token));
        assert_eq!(decode(&exact, &token, NOW).data(), "Ada");
        let short = builder(mode, &keys).max_len(limit).build().unwrap();
        let too_long = EncodeError::TooLong { length, limit };
        assert_eq!(short.begin_at("Ada", NOW), Err(too_long));
        assert_eq!(error(&short, &token, NOW), DecodeError::TooLong { length, limit });
    });
}

#[test]
fn a_session_too_long_for_a_cookie_says_by_how_much() {
    let refused = signed().begin_at(&"x".repeat(4000), NOW).unwrap_err();
    // header, signature, str16 marker, text: 4033 bytes
    assert_eq!(refused, EncodeError::TooLong { length: 5378, limit: 4096 });
    let text = "the token has 5378 characters, 4096 are the limit: 1282 too many";
    assert_eq!(refused.to_string(), text);
}

#[test]
fn compact_is_shorter_by_the_names_of_the_fields() {
    #[derive(serde::Serialize)]
    struct Login {
        user: u64,
        theme: &'static str,
    }
    let keys = ring(&[1]);
    let login = Login { user: 7, theme: "dark" };
    let lengths = [builder(Mode::Signed, &keys), builder(Mode::Signed, &keys).compact("login-1")]
        .map(|builder| builder.build().unwrap().begin_at(&login, NOW).unwrap())
        .map(|token| inspected(&token).unverified_payload_len());
    assert_eq!(lengths, [1 + 5 + 1 + 6 + 5, 1 + 1 + 5]);
}

// Configuration

#[test]
fn a_purpose_or_schema_that_says_nothing_is_refused() {
    let keys = ring(&[1]);
    let build = |purpose| Codec::signed(purpose, &keys, HOUR);
    assert_eq!(build("").build().unwrap_err(), ConfigError::EmptyPurpose);
    assert_eq!(build("shop").compact("").build().unwrap_err(), ConfigError::Schema);
    assert_eq!(build("shop").compact("a\u{1f}b").build().unwrap_err(), ConfigError::Schema);
    assert_eq!(build("a\u{1f}b").compact("c").build().unwrap_err(), ConfigError::Schema);
    assert!(build("a\u{1f}b").build().is_ok());
}

// What is shown

#[test]
fn neither_a_session_s_debug_nor_a_codec_s_shows_data_or_keys() {
    let codec = signed();
    let shown = format!("{:?} {codec:?} {:?}", begun(&codec), ring(&[1]));
    assert!(!shown.contains("Ada"), "{shown}");
    let bytes = common::key_bytes(1);
    assert!(!shown.contains(&format!("{:?}", &bytes[..4])[1..10]), "{shown}");
    assert!(shown.contains(&key(1).id().to_string()), "{shown}");
    assert!(shown.contains(common::PURPOSE), "{shown}");
}

#[test]
fn every_error_has_the_name_that_the_format_gives_it() {
    let fault = PayloadFault::Trailing;
    let errors = [
        (DecodeError::TooLong { length: 2, limit: 1 }, "too_long"),
        (DecodeError::Malformed, "malformed"),
        (DecodeError::UnsupportedVersion { version: 2 }, "unsupported_version"),
        (DecodeError::WrongMode, "wrong_mode"),
        (DecodeError::UnknownKey, "unknown_key"),
        (DecodeError::BadSignature, "bad_signature"),
        (DecodeError::RetiredKey, "retired_key"),
        (DecodeError::NotYetValid, "not_yet_valid"),
        (DecodeError::Expired, "expired"),
        (DecodeError::Revoked, "revoked"),
        (DecodeError::Payload(fault), "payload"),
    ];
    let format = include_str!("../FORMAT.md");
    for (error, kind) in errors {
        assert_eq!(error.kind(), kind);
        assert_eq!(RenewError::NoLongerValid(error).kind(), kind);
        assert!(format.contains(&format!("`{kind}`")), "{kind}");
        let expected = ["expired", "revoked", "retired_key"].contains(&kind);
        assert_eq!(error.is_expected(), expected, "{kind}");
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn a_session_of_the_year_2106_is_one_like_any_other() {
    let last = at(i64::from(u32::MAX));
    in_each_mode(|mode| {
        let codec = codec(mode);
        let session = decode(&codec, &codec.begin_at("Ada", last).unwrap(), last);
        assert_eq!((session.started_at(), session.expires_at()), (last, last + MAX_AGE));
    });
}
