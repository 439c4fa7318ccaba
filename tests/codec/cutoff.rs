//! Cut-offs: the revocation of every session that began before an instant.

use core::time::Duration;

use hardtack::{Codec, Cutoff, DecodeError, Mode};

use crate::session::{begun, decode, error, in_each_mode};
use crate::support::{DAY, HOUR, MAX_AGE, NOW, PURPOSE, SECOND, builder, codec, ring, signed};

#[test]
fn a_cutoff_ends_sessions_that_began_before_it_even_if_renewed() {
    let codec = signed();
    let session = begun(&codec);
    let later = NOW + HOUR;
    let renewed = decode(&codec, &codec.renew_at(&session, later).unwrap(), later);
    for session in [session, renewed] {
        assert_eq!(session.started_since(Cutoff::at(NOW)), Ok(()));
        assert_eq!(session.started_since(Cutoff::at(NOW + SECOND)), Err(DecodeError::Revoked));
    }
}

/// The default leeway is 60 seconds.
const HALF: Duration = Duration::from_secs(30);

#[test]
fn a_cutoff_ends_a_session_begun_by_a_server_whose_clock_is_ahead() {
    let codec = signed();
    for now in [NOW, NOW + Duration::from_millis(999)] {
        let cutoff = codec.cutoff_at(now);
        for ahead in 0..30 {
            let start = now + ahead * SECOND;
            let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), start);
            assert_eq!(session.started_since(cutoff), Err(DecodeError::Revoked), "{ahead} s");
        }
    }
}

#[test]
fn a_slow_server_accepts_the_session_that_replaces_them() {
    let codec = signed();
    for now in [NOW, NOW + Duration::from_millis(999)] {
        let cutoff = codec.cutoff_at(now);
        let token = codec.begin_at("Ada", cutoff.instant()).unwrap();
        for behind in 0..=30 {
            let session = decode(&codec, &token, now - behind * SECOND);
            assert_eq!(session.started_since(cutoff), Ok(()), "{behind} s");
        }
    }
}

#[test]
fn the_cutoff_of_a_codec_is_half_of_its_leeway_ahead_and_a_second_at_least() {
    let keys = ring(&[1]);
    for (leeway, ahead) in [(0, 1), (1, 1), (2, 1), (3, 1), (4, 2), (60, 30), (61, 30)] {
        let codec = builder(Mode::Signed, &keys).leeway(leeway * SECOND).build().unwrap();
        assert_eq!(codec.cutoff_at(NOW).instant(), NOW + ahead * SECOND, "{leeway} s");
    }
    let before = time::OffsetDateTime::now_utc();
    assert!(signed().cutoff() >= signed().cutoff_at(before));
}

#[test]
fn a_session_that_begins_once_the_cutoff_has_passed_is_not_ended() {
    let codec = signed();
    let cutoff = codec.cutoff_at(NOW);
    for later in [HALF, HOUR] {
        let now = NOW + later;
        let session = decode(&codec, &codec.begin_at("Ada", now).unwrap(), now);
        assert_eq!(session.started_since(cutoff), Ok(()));
    }
}

#[test]
fn the_session_that_replaces_those_that_were_ended_begins_at_the_cutoff() {
    let codec = signed();
    let cutoff = codec.cutoff_at(NOW);
    let token = codec.begin_at("Ada", cutoff.instant()).unwrap();
    assert_eq!(decode(&codec, &token, NOW).started_since(cutoff), Ok(()), "within the leeway");
    let stored = Cutoff::from_unix_timestamp(cutoff.unix_timestamp());
    assert_eq!(stored, cutoff);
}

#[test]
fn raising_a_limit_revives_expired_sessions_unless_a_cutoff_or_a_new_purpose_ends_them() {
    let keys = ring(&[1]);
    let token = signed().begin_at("Ada", NOW).unwrap();
    let raised_at = NOW + DAY;
    assert_eq!(error(&signed(), &token, raised_at), DecodeError::Expired);
    let raised = || Codec::signed(PURPOSE, &keys, 7 * DAY);
    assert!(raised().build().unwrap().decode_at::<String>(&token, raised_at).is_ok());
    let cut = raised().not_before(Cutoff::at(raised_at)).build().unwrap();
    assert_eq!(error(&cut, &token, raised_at), DecodeError::Revoked);
    let renamed = Codec::signed("shop/test/session-2", &keys, 7 * DAY).build().unwrap();
    assert_eq!(error(&renamed, &token, raised_at), DecodeError::BadSignature);
}

#[test]
fn a_codec_s_cutoff_ends_everybody_s_sessions() {
    in_each_mode(|mode| {
        let keys = ring(&[1]);
        let token = codec(mode).begin_at("Ada", NOW).unwrap();
        let until = |cutoff| builder(mode, &keys).not_before(cutoff).build().unwrap();
        assert!(until(Cutoff::at(NOW)).decode_at::<String>(&token, NOW).is_ok());
        assert_eq!(error(&until(Cutoff::at(NOW + SECOND)), &token, NOW), DecodeError::Revoked);
    });
}

#[test]
fn a_list_of_ended_sessions_must_remember_them_for_the_longest_life() {
    let keys = ring(&[1]);
    let codec =
        builder(Mode::Signed, &keys).max_requested_age(30 * DAY).leeway(HOUR).build().unwrap();
    assert_eq!(codec.max_lifetime(), 30 * DAY + HOUR);
    let codec = builder(Mode::Signed, &keys).max_requested_age(90 * DAY).no_absolute_timeout();
    assert_eq!(codec.build().unwrap().max_lifetime(), 90 * DAY + Duration::from_secs(60));
    assert_eq!(signed().max_age(), MAX_AGE);
}
