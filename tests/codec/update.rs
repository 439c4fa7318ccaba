//! Updates and renewals.

use core::time::Duration;

use hardtack::{
    Codec, Cutoff, DecodeError, EncodeError, Expiry, IssueOptions, KeyRing, Mode, RenewError,
};

use crate::session::{ID, OTHER_ID, begun, decode, in_each_mode};
use crate::support::{DAY, HOUR, MAX_AGE, NOW, SECOND, builder, codec, key, ring, signed};

// Update and renew

#[test]
fn an_update_changes_the_data_and_keeps_start_id_and_expiry() {
    in_each_mode(|mode| {
        let codec = builder(mode, &ring(&[1])).max_requested_age(DAY).build().unwrap();
        let start = IssueOptions::at(NOW).id(ID).expiry(Expiry::After(DAY));
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
    let codec = builder(Mode::Signed, &ring(&[1])).max_requested_age(DAY).build().unwrap();
    let session = begun(&codec);
    let later = NOW + HOUR;
    for expiry in [Expiry::After(DAY), Expiry::At(NOW + DAY), Expiry::BrowserClose] {
        let change = IssueOptions::at(later).id(OTHER_ID).expiry(expiry);
        let token = codec.update_at(&session, "Ada", change).unwrap();
        let changed = decode(&codec, &token, later);
        assert_eq!((changed.id(), changed.expiry()), (Some(OTHER_ID), expiry));
        assert_eq!(changed.started_at(), NOW);
    }
}

#[test]
fn an_updated_expiry_is_limited_by_max_requested_age() {
    let codec = builder(Mode::Signed, &ring(&[1])).max_requested_age(DAY).build().unwrap();
    let change = IssueOptions::at(NOW).expiry(Expiry::After(DAY + Duration::from_secs(1)));
    let refused = codec.update_at(&begun(&codec), "Ada", change);
    let too_long =
        EncodeError::ExpiryTooLong { requested: DAY + Duration::from_secs(1), limit: DAY };
    assert_eq!(refused, Err(RenewError::Encode(too_long)));
}

#[test]
fn an_update_may_be_of_another_type() {
    let codec = signed();
    let token = codec.update_at(&begun(&codec), &7, NOW).unwrap();
    assert_eq!(codec.decode_at::<u32>(&token, NOW).unwrap().into_data(), 7);
}

#[test]
fn a_fixed_instant_does_not_move_with_renewals() {
    let codec = codec(Mode::Signed);
    let instant = NOW + HOUR;
    let start = IssueOptions::at(NOW).expiry(Expiry::At(instant));
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
    let generous = builder(Mode::Signed, &keys).max_requested_age(DAY).build().unwrap();
    let strict = builder(Mode::Signed, &keys).build().unwrap();
    let start = IssueOptions::at(NOW).expiry(Expiry::After(DAY));
    let session = decode(&strict, &generous.begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.expires_at(), NOW + MAX_AGE);
    let renewed = strict.renew_at(&session, NOW).unwrap();
    assert_eq!(decode(&generous, &renewed, NOW).expires_at(), NOW + DAY);
}

#[test]
fn a_fixed_instant_is_renewed_as_it_was_capped() {
    let keys = ring(&[1]);
    let generous = builder(Mode::Signed, &keys).max_requested_age(DAY).build().unwrap();
    let strict = builder(Mode::Signed, &keys).build().unwrap();
    let start = IssueOptions::at(NOW).expiry(Expiry::At(NOW + DAY));
    let session = decode(&strict, &generous.begin_at("Ada", start).unwrap(), NOW);
    let renewed = strict.renew_at(&session, NOW + HOUR).unwrap();
    let renewed = decode(&generous, &renewed, NOW + HOUR);
    assert_eq!(renewed.expiry(), Expiry::At(NOW + MAX_AGE));
}

// Sessions that are no longer valid

#[test]
fn renewing_applies_the_current_policy_and_ring() {
    let keys = ring(&[1]);
    let session = begun(&builder(Mode::Signed, &keys).build().unwrap());
    let refused = |codec: Codec, now| codec.renew_at(&session, now).unwrap_err();
    let with = |keys: &KeyRing| builder(Mode::Signed, keys).build().unwrap();
    let expired = RenewError::NoLongerValid(DecodeError::Expired);
    assert_eq!(refused(with(&keys), NOW + MAX_AGE), expired);
    let cut = builder(Mode::Signed, &keys).not_before(Cutoff::at(NOW + SECOND)).build().unwrap();
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
