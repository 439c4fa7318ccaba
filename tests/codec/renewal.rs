//! When a session is due for renewal.

use core::time::Duration;

use hardtack::{Expiry, IssueOptions, Mode, Renewal};

use crate::session::{begun, decode, in_each_mode};
use crate::support::{DAY, HOUR, MAX_AGE, NOW, builder, codec, ring, signed};

#[test]
fn a_renewal_is_due_after_half_of_the_lifetime() {
    let session = begun(&signed());
    let second = Duration::from_secs(1);
    assert_eq!(session.renewal(NOW), None);
    assert_eq!(session.renewal(NOW + HOUR - second), None);
    assert_eq!(session.renewal(NOW + HOUR), Some(Renewal::Age));
    assert_eq!(session.renewal(NOW + DAY), Some(Renewal::Age));
}

#[test]
fn half_of_a_session_s_own_lifetime_counts() {
    let codec = builder(Mode::Signed, &ring(&[1])).max_requested_age(30 * DAY).build().unwrap();
    let start = IssueOptions::at(NOW).expiry(Expiry::After(10 * DAY));
    let session = decode(&codec, &codec.begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.renewal(NOW + 5 * DAY - Duration::from_secs(1)), None);
    assert_eq!(session.renewal(NOW + 5 * DAY), Some(Renewal::Age));
}

#[test]
fn a_renewal_is_due_at_the_age_that_the_codec_sets() {
    let keys = ring(&[1]);
    let codec = builder(Mode::Signed, &keys).renew_after(Duration::from_secs(60)).build().unwrap();
    let session = begun(&codec);
    assert_eq!(session.renewal(NOW + Duration::from_secs(59)), None);
    assert_eq!(session.renewal(NOW + Duration::from_secs(60)), Some(Renewal::Age));
}

#[test]
fn a_renewal_is_due_immediately_if_another_key_signs() {
    in_each_mode(|mode| {
        let token = codec(mode).begin_at("Ada", NOW).unwrap();
        let rotated = builder(mode, &ring(&[2, 1])).build().unwrap();
        assert_eq!(decode(&rotated, &token, NOW).renewal(NOW), Some(Renewal::Key));
        let prepared = builder(mode, &ring(&[1, 2])).build().unwrap();
        assert_eq!(decode(&prepared, &token, NOW).renewal(NOW), None);
    });
}

#[test]
fn no_renewal_is_due_if_it_would_not_move_the_expiry() {
    let keys = ring(&[1]);
    let pinned = builder(Mode::Signed, &keys).absolute_timeout(MAX_AGE).build().unwrap();
    assert_eq!(begun(&pinned).renewal(NOW + HOUR), None, "the absolute timeout is the expiry");
    let start = IssueOptions::at(NOW).expiry(Expiry::At(NOW + HOUR));
    let rotated = builder(Mode::Signed, &ring(&[2, 1])).build().unwrap();
    let session = decode(&rotated, &signed().begin_at("Ada", start).unwrap(), NOW);
    assert_eq!(session.renewal(NOW + HOUR), None, "a fixed instant, even under another key");
}
