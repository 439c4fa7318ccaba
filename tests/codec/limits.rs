//! Limits on the length of tokens, and on purposes and schemas.

use hardtack::{Codec, ConfigError, DecodeError, EncodeError, Mode, inspect};

use crate::session::{decode, error, in_each_mode};
use crate::support::{HOUR, NOW, builder, codec, ring, signed};

// Lengths

#[test]
fn a_token_may_be_as_long_as_the_limit_and_no_longer() {
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
fn a_session_too_long_for_a_cookie_names_its_length_and_the_limit() {
    let refused = signed().begin_at(&"x".repeat(4000), NOW).unwrap_err();
    // header, signature, str16 marker, text: 4033 bytes
    assert_eq!(refused, EncodeError::TooLong { length: 5378, limit: 4096 });
    let text = "token is 5378 characters long; the limit is 4096";
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
        .map(|token| inspect(&token).unwrap().unverified_payload_len());
    assert_eq!(lengths, [1 + 5 + 1 + 6 + 5, 1 + 1 + 5]);
}

// Configuration

#[test]
fn an_empty_purpose_or_schema_is_refused() {
    let keys = ring(&[1]);
    let build = |purpose| Codec::signed(purpose, &keys, HOUR);
    assert_eq!(build("").build().unwrap_err(), ConfigError::EmptyPurpose);
    assert_eq!(build("shop").compact("").build().unwrap_err(), ConfigError::EmptySchema);
}

#[test]
fn the_separator_of_purpose_and_schema_is_refused_in_both() {
    let keys = ring(&[1]);
    let build = |purpose| Codec::signed(purpose, &keys, HOUR);
    let refused = |what| ConfigError::ReservedCharacter { what };
    assert_eq!(build("shop\u{1f}v1").build().unwrap_err(), refused("purpose"));
    assert_eq!(build("shop\u{1f}v1").compact("c").build().unwrap_err(), refused("purpose"));
    assert_eq!(build("shop").compact("a\u{1f}b").build().unwrap_err(), refused("schema"));
    assert!(refused("purpose").to_string().contains("U+001F"));
}
