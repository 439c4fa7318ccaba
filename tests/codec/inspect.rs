//! `inspect`, which reads a token's header without a key.

use hardtack::{DecodeError, Expiry, InspectError, IssueOptions, Mode, Unverified, inspect};

use crate::session::{ID, decode, error, in_each_mode};
use crate::support::{DAY, HOUR, MAX_AGE, NOW, builder, key, ring, signed};

fn inspected(token: &str) -> Unverified {
    inspect(token).unwrap()
}

#[test]
fn inspect_returns_every_field_of_the_header() {
    in_each_mode(|mode| {
        let codec = builder(mode, &ring(&[1])).max_requested_age(DAY).build().unwrap();
        let start = IssueOptions::at(NOW).id(ID).expiry(Expiry::After(DAY));
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
    let generous = builder(Mode::Signed, &ring(&[1])).max_requested_age(DAY).build().unwrap();
    let start = IssueOptions::at(NOW).expiry(Expiry::At(NOW + DAY));
    let token = generous.begin_at("Ada", start).unwrap();
    assert_eq!(inspected(&token).unverified_expiry(), Expiry::At(NOW + DAY));
    assert_eq!(decode(&signed(), &token, NOW).expiry(), Expiry::At(NOW + MAX_AGE));
}

#[test]
fn inspecting_verifies_nothing() {
    let token = signed().begin_at("Ada", NOW).unwrap();
    let forged = format!("{}A", &token[..token.len() - 1]);
    assert!(inspect(&forged).is_ok());
    assert_eq!(error(&signed(), &forged, NOW), DecodeError::BadSignature);
}

#[test]
fn inspecting_an_invalid_token_returns_the_reason() {
    for text in ["", "A", "rubbish!", "IA", "AQ=="] {
        assert_eq!(inspect(text).unwrap_err(), InspectError::Malformed, "{text}");
    }
    assert_eq!(inspect("QAAA").unwrap_err(), InspectError::UnsupportedVersion { version: 2 });
}
