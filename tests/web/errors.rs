//! The error messages of the web layer.

use core::error::Error;

use crate::support::web::*;
use hardtack::web::{CookieError, Map, Rejection, ResponseError, Session, SessionCookie};
use hardtack::{ContextError, DecodeError, EncodeError, PayloadError, RandomError};
use http::{HeaderMap, StatusCode};

#[test]
fn a_configuration_error_returned_from_main_is_a_sentence() {
    let error = SessionCookie::builder(signed()).secure(false).build().unwrap_err();
    let sentence = "a cookie whose name begins with `__Host-` must be Secure; for plain http, add \
                    `.name(\"session\")`";
    assert_eq!(error.to_string(), sentence);
    assert_eq!(format!("{error:?}"), sentence);
    assert_eq!(format!("{:?}", Box::<dyn Error>::from(error)), sentence);
}

#[test]
fn every_error_of_the_web_layer_is_a_sentence_without_riddles() {
    let errors: Vec<Box<dyn Error>> = vec![
        CookieError::Name.into(),
        CookieError::Path.into(),
        CookieError::Domain.into(),
        CookieError::Prefix { prefix: "__Host-", rule: "have no Domain" }.into(),
        CookieError::Prefix { prefix: "__Http-", rule: "be HttpOnly" }.into(),
        CookieError::NeedsSecure { attribute: "Partitioned" }.into(),
        CookieError::PreviousContext.into(),
        CookieError::Context(ContextError::TooManyParts { got: 256 }).into(),
        Rejection::Token(DecodeError::Expired).into(),
        Rejection::Ambiguous.into(),
        Rejection::RevokedId.into(),
        ResponseError::TooLong { length: 5000, limit: 4096 }.into(),
        ResponseError::Encode(EncodeError::ExpiryNotLater).into(),
        ResponseError::OtherCookie.into(),
        ResponseError::NotYetValid.into(),
        ResponseError::Random(RandomError).into(),
    ];
    for error in errors {
        let text = error.to_string();
        assert!(text.len() > 12 && !text.ends_with('.') && !text.contains("  "), "{text}");
        for riddle in ["unless said", "are the most", "too many", "is over"] {
            assert!(!text.contains(riddle), "{text}");
        }
    }
}

#[test]
fn an_error_with_a_cause_returns_it_as_its_source() {
    let source = |error: &dyn Error| error.source().map(ToString::to_string);
    let cause = Some(PayloadError::Trailing.to_string());
    let encode = EncodeError::Payload(PayloadError::Trailing);
    assert_eq!(source(&ResponseError::Encode(encode)), cause);
    let decode = DecodeError::Payload(PayloadError::Trailing);
    assert_eq!(source(&Rejection::Token(decode)), cause);
    let context = ContextError::TooManyParts { got: 256 };
    assert_eq!(source(&CookieError::Context(context)), Some(context.to_string()));
    assert_eq!(source(&CookieError::Name), None);
    assert_eq!(source(&Rejection::Ambiguous), None);
    assert_eq!(source(&ResponseError::OtherCookie), None);
}

#[test]
fn kinds_are_short_names_for_metrics() {
    let kinds = [
        (ResponseError::TooLong { length: 1, limit: 0 }.kind(), "too_long"),
        (ResponseError::Encode(EncodeError::ExpiryNotLater).kind(), "expiry_not_later"),
        (ResponseError::OtherCookie.kind(), "other_cookie"),
        (ResponseError::NotYetValid.kind(), "not_yet_valid"),
        (ResponseError::Random(RandomError).kind(), "no_randomness"),
        (Rejection::Token(DecodeError::Expired).kind(), "expired"),
        (Rejection::Ambiguous.kind(), "ambiguous"),
        (Rejection::RevokedId.kind(), "revoked_id"),
    ];
    for (kind, expected) in kinds {
        assert_eq!(kind, expected);
    }
    assert!(Rejection::RevokedId.is_expected() && !Rejection::Ambiguous.is_expected());
}

#[test]
fn a_session_that_does_not_fit_is_an_error_with_length_and_limit() {
    let cookie = cookie();
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(0));
    session.insert("note", "x".repeat(5000));
    let error = cookie.response_headers_at(&session, StatusCode::OK, at_second(0)).unwrap_err();
    let ResponseError::TooLong { length, limit: 4096 } = error else { panic!("{error}") };
    let start = format!("cookie is {length} characters long, its name included; the limit is 4096");
    assert!(error.to_string().starts_with(&start), "{error}");
}
