//! The output of `Debug`, and the names of errors.

use hardtack::{DecodeError, Mode, PayloadError, RenewError};

use crate::session::{begun, decode, in_each_mode};
use crate::support::{self, MAX_AGE, at, codec, key, ring, signed};

#[test]
fn neither_a_session_s_debug_nor_a_codec_s_shows_data_or_keys() {
    let codec = signed();
    let shown = format!("{:?} {codec:?} {:?}", begun(&codec), ring(&[1]));
    assert!(!shown.contains("Ada"), "{shown}");
    let bytes = support::key_bytes(1);
    assert!(!shown.contains(&format!("{:?}", &bytes[..4])[1..10]), "{shown}");
    assert!(shown.contains(&key(1).id().to_string()), "{shown}");
    assert!(shown.contains(support::PURPOSE), "{shown}");
}

#[test]
fn every_error_has_the_name_that_the_format_gives_it() {
    let fault = PayloadError::Trailing;
    let errors = [
        (DecodeError::TooLong { length: 2, limit: 1 }, "too_long"),
        (DecodeError::Malformed, "malformed"),
        (DecodeError::UnsupportedVersion { version: 2 }, "unsupported_version"),
        (DecodeError::WrongMode { token: Mode::Encrypted, codec: Mode::Signed }, "wrong_mode"),
        (DecodeError::UnknownKey, "unknown_key"),
        (DecodeError::BadSignature, "bad_signature"),
        (DecodeError::RetiredKey, "retired_key"),
        (DecodeError::NotYetValid, "not_yet_valid"),
        (DecodeError::Expired, "expired"),
        (DecodeError::Revoked, "revoked"),
        (DecodeError::Payload(fault), "payload"),
    ];
    let format = include_str!("../../FORMAT.md");
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
fn a_session_of_the_year_2106_is_valid() {
    let last = at(i64::from(u32::MAX));
    in_each_mode(|mode| {
        let codec = codec(mode);
        let session = decode(&codec, &codec.begin_at("Ada", last).unwrap(), last);
        assert_eq!((session.started_at(), session.expires_at()), (last, last + MAX_AGE));
    });
}
