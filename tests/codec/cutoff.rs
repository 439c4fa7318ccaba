//! Cut-offs: the revocation of every session that began before an instant.

use core::time::Duration;

use hardtack::{Cutoff, DecodeError, Mode};

use crate::session::{begun, decode, error, in_each_mode};
use crate::support::{DAY, HOUR, MAX_AGE, NOW, builder, codec, ring, signed};

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
    let codec =
        builder(Mode::Signed, &keys).max_requested_age(30 * DAY).leeway(HOUR).build().unwrap();
    assert_eq!(codec.max_lifetime(), 30 * DAY + HOUR);
    let codec = builder(Mode::Signed, &keys).max_requested_age(90 * DAY).no_absolute_timeout();
    assert_eq!(codec.build().unwrap().max_lifetime(), 90 * DAY + Duration::from_secs(60));
    assert_eq!(signed().max_age(), MAX_AGE);
}
