//! Beginning a session, decoding its token, and writing the token into a given string.

use core::time::Duration;

use hardtack::{Codec, ConfigError, Expiry, IssueOptions, Mode};
use time::OffsetDateTime;

use crate::session::{ID, begun, decode, in_each_mode};
use crate::support::{DAY, HOUR, MAX_AGE, NOW, builder, codec, ring, signed};

// Begin and decode

#[test]
fn a_new_session_begins_at_its_issue_time() {
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
fn issue_options_set_the_id_and_the_expiry() {
    let expiries = [
        (Expiry::Policy, NOW + MAX_AGE),
        (Expiry::After(DAY), NOW + DAY),
        (Expiry::At(NOW + HOUR), NOW + HOUR),
        (Expiry::BrowserClose, NOW + MAX_AGE),
    ];
    in_each_mode(|mode| {
        let codec = builder(mode, &ring(&[1])).max_requested_age(DAY).build().unwrap();
        for (expiry, expires_at) in expiries {
            let start = IssueOptions::at(NOW).id(ID).expiry(expiry);
            let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
            assert_eq!((session.id(), session.expiry()), (Some(ID), expiry));
            assert_eq!(session.expires_at(), expires_at);
        }
    });
}

#[test]
fn the_absolute_timeout_comes_before_a_later_expiry() {
    let keys = ring(&[1]);
    let codec =
        builder(Mode::Signed, &keys).max_requested_age(DAY).absolute_timeout(HOUR).build().unwrap();
    let start = IssueOptions::at(NOW).expiry(Expiry::After(DAY));
    let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.expires_at(), NOW + HOUR);
    assert_eq!(session.expiry(), Expiry::After(DAY));
}

#[test]
fn the_absolute_timeout_defaults_to_thirty_days() {
    let keys = ring(&[1]);
    let month = builder(Mode::Signed, &keys).max_requested_age(30 * DAY).build().unwrap();
    let start = IssueOptions::at(NOW).expiry(Expiry::After(30 * DAY));
    let session = decode(&month, &month.begin_at("Ada", start).unwrap(), NOW);
    let later = NOW + 20 * DAY;
    let session = decode(&month, &month.renew_at(&session, later).unwrap(), later);
    assert_eq!(session.expires_at(), NOW + 30 * DAY);
}

#[test]
fn more_than_thirty_days_require_an_explicit_absolute_timeout() {
    let keys = ring(&[1]);
    let unsaid = |longest, max_age| {
        let codec = Codec::signed("shop/test/session", &keys, max_age).max_requested_age(longest);
        (codec.clone().build().unwrap_err(), codec)
    };
    for max_age in [DAY, 400 * DAY] {
        let (error, codec) = unsaid(400 * DAY, max_age);
        let (max_requested_age, default) = (400 * DAY, 30 * DAY);
        assert_eq!(error, ConfigError::AbsoluteTimeoutRequired { max_requested_age, default });
        assert!(error.to_string().contains("no_absolute_timeout"));
        let start = IssueOptions::at(NOW).expiry(Expiry::After(400 * DAY));
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
        assert_ne!(codec.begin_at("Ada", IssueOptions::at(NOW).id(ID)).unwrap(), token);
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
fn methods_without_a_time_use_the_system_clock() {
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
fn a_token_replaces_a_longer_or_shorter_string() {
    in_each_mode(|mode| {
        let codec = codec(mode);
        let session = begun(&codec);
        let expected = codec.begin_at("Ada", NOW).unwrap();
        for before in ["", "x", "a text of some length, not a token", &"é".repeat(2000)] {
            let mut out = before.to_owned();
            codec.begin_into_at("Ada", NOW, &mut out).unwrap();
            assert_eq!(out, expected);
            out = before.to_owned();
            codec.update_into_at(&session, "Ada", NOW, &mut out).unwrap();
            assert_eq!(out, expected);
            out = before.to_owned();
            codec.renew_into_at(&session, NOW, &mut out).unwrap();
            assert_eq!(out, expected);
        }
    });
}
