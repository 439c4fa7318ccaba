//! Changes of the session's type. Each row of docs/shape.md names a test here.
//!
//! `read::<New>(&old)` is the result of a release with `New` that reads a token of a release with
//! `Old`. The reverse call covers a rollback, and servers of two releases side by side.

use hardtack::{Codec, DecodeError, Mode, PayloadError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::support::{NOW, builder, ring, signed};

const MISMATCH: DecodeError = DecodeError::Payload(PayloadError::Mismatch);
const VALUE_MISMATCH: DecodeError = DecodeError::Payload(PayloadError::FieldMismatch("value"));

fn missing(field: &'static str) -> DecodeError {
    DecodeError::Payload(PayloadError::MissingField(field))
}

fn maps() -> Codec {
    signed()
}

fn arrays(schema: &str) -> Codec {
    builder(Mode::Signed, &ring(&[1])).compact(schema).build().unwrap()
}

fn through<New: DeserializeOwned>(codec: &Codec, old: &impl Serialize) -> Result<New, DecodeError> {
    let token = codec.begin_at(old, NOW).unwrap();
    codec.decode_at(token, NOW).map(hardtack::Verified::into_data)
}

fn read<New: DeserializeOwned>(old: &impl Serialize) -> Result<New, DecodeError> {
    through(&maps(), old)
}

/// A session of one field.
#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Copy)]
struct One<V> {
    value: V,
}

fn field<Old: Serialize, New: DeserializeOwned>(value: Old) -> Result<New, DecodeError> {
    read::<One<New>>(&One { value }).map(|one| one.value)
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Login {
    user: u64,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct WithTheme {
    user: u64,
    #[serde(default)]
    theme: String,
}

fn dark() -> WithTheme {
    WithTheme { user: 7, theme: "dark".into() }
}

#[test]
fn a_field_with_a_default_comes_and_goes() {
    assert_eq!(read(&Login { user: 7 }), Ok(WithTheme { user: 7, theme: String::new() }));
    assert_eq!(read(&dark()), Ok(Login { user: 7 }));
}

#[test]
fn an_option_needs_no_default() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct New {
        user: u64,
        theme: Option<String>,
    }
    assert_eq!(read(&Login { user: 7 }), Ok(New { user: 7, theme: None }));
}

#[test]
fn a_field_without_a_default_logs_out() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct New {
        user: u64,
        theme: String,
    }
    assert_eq!(read::<New>(&Login { user: 7 }), Err(missing("theme")));
    assert_eq!(read::<New>(&dark()).unwrap().theme, "dark");
}

#[test]
fn a_removed_field_logs_out_if_unknown_fields_are_denied() {
    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        user: u64,
    }
    let unknown = DecodeError::Payload(PayloadError::UnknownField { expected: &["user"] });
    assert_eq!(read::<Strict>(&dark()), Err(unknown));
    assert_eq!(read(&Login { user: 7 }), Ok(Strict { user: 7 }));
}

#[test]
fn a_renamed_field_needs_an_alias_and_the_old_release_does_not_know_the_new_name() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Renamed {
        user_id: u64,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Aliased {
        #[serde(alias = "user")]
        user_id: u64,
    }
    assert_eq!(read::<Renamed>(&Login { user: 7 }), Err(missing("user_id")));
    assert_eq!(read(&Login { user: 7 }), Ok(Aliased { user_id: 7 }));
    assert_eq!(read::<Login>(&Aliased { user_id: 7 }), Err(missing("user")));
}

/// Release 1 reads both names and writes the old one; release 2 reads both and writes the new one.
#[test]
fn renaming_in_two_releases_loses_nothing_either_way() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct First {
        #[serde(alias = "user_id")]
        user: u64,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Second {
        #[serde(alias = "user")]
        user_id: u64,
    }
    assert_eq!(read(&Login { user: 7 }), Ok(First { user: 7 }));
    assert_eq!(read(&First { user: 7 }), Ok(Login { user: 7 }));
    assert_eq!(read(&First { user: 7 }), Ok(Second { user_id: 7 }));
    assert_eq!(read(&Second { user_id: 7 }), Ok(First { user: 7 }));
}

#[test]
fn fields_may_change_their_order() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Other {
        theme: String,
        user: u64,
    }
    assert_eq!(read(&dark()), Ok(Other { theme: "dark".into(), user: 7 }));
}

#[test]
fn an_integer_may_change_its_width_as_far_as_the_values_fit() {
    assert_eq!(field::<u32, u64>(7), Ok(7));
    assert_eq!(field::<u64, i64>(7), Ok(7));
    assert_eq!(field::<u64, u32>(7), Ok(7));
    assert_eq!(field::<u64, u32>(1 << 32), Err(VALUE_MISMATCH));
    assert_eq!(field::<i64, u64>(-1), Err(VALUE_MISMATCH));
}

#[test]
fn an_integer_becomes_a_float_and_never_again_an_integer() {
    assert_eq!(field::<u32, f64>(7), Ok(7.0));
    assert_eq!(field::<f64, u32>(7.0), Err(VALUE_MISMATCH));
}

#[test]
fn a_value_becomes_an_option_and_a_value_again_if_present() {
    assert_eq!(field::<u32, Option<u32>>(7), Ok(Some(7)));
    assert_eq!(field::<Option<u32>, u32>(Some(7)), Ok(7));
    assert_eq!(field::<Option<u32>, u32>(None), Err(VALUE_MISMATCH));
}

#[test]
fn a_value_does_not_become_a_list() {
    assert_eq!(field::<u32, Vec<u32>>(7), Err(VALUE_MISMATCH));
    assert_eq!(field::<Vec<u32>, u32>(vec![7]), Err(VALUE_MISMATCH));
}

#[test]
fn a_value_may_be_wrapped_in_a_newtype() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct UserId(u64);
    assert_eq!(field(7_u64), Ok(UserId(7)));
    assert_eq!(field(UserId(7)), Ok(7_u64));
}

#[test]
fn a_tuple_keeps_its_length() {
    assert_eq!(field::<(u32, u32), (u32, u32, u32)>((1, 2)), Err(VALUE_MISMATCH));
    assert_eq!(field::<(u32, u32, u32), (u32, u32)>((1, 2, 3)), Err(VALUE_MISMATCH));
    assert_eq!(field::<(u32, u32), Vec<u32>>((1, 2)), Ok(vec![1, 2]));
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Copy)]
enum Theme {
    Light,
    Dark,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone, Copy)]
enum MoreThemes {
    Dark,
    Sepia,
    Light,
}

#[test]
fn a_variant_may_be_added_and_the_old_release_does_not_know_it() {
    assert_eq!(field(Theme::Dark), Ok(MoreThemes::Dark));
    assert_eq!(field(MoreThemes::Light), Ok(Theme::Light));
    let expected = &["Light", "Dark"];
    let unknown = DecodeError::Payload(PayloadError::UnknownVariant { expected });
    assert_eq!(field::<_, Theme>(MoreThemes::Sepia), Err(unknown));
}

#[test]
fn an_unknown_variant_can_be_given_a_place() {
    #[derive(Deserialize, Debug, PartialEq)]
    enum Tolerant {
        Light,
        Dark,
        #[serde(other)]
        Unknown,
    }
    assert_eq!(field(Theme::Light), Ok(Tolerant::Light));
    assert_eq!(field(MoreThemes::Dark), Ok(Tolerant::Dark));
    assert_eq!(field(MoreThemes::Sepia), Ok(Tolerant::Unknown));
}

#[test]
fn text_becomes_an_enum_and_back_if_the_names_agree() {
    assert_eq!(field("Dark"), Ok(Theme::Dark));
    assert_eq!(field(Theme::Dark), Ok("Dark".to_owned()));
    let expected = &["Light", "Dark"];
    let unknown = DecodeError::Payload(PayloadError::UnknownVariant { expected });
    assert_eq!(field::<_, Theme>("dark"), Err(unknown));
}

/// Two releases run side by side, and the older one renews a session of the newer one.
#[test]
fn renewing_drops_the_fields_that_a_release_does_not_know() {
    let codec = maps();
    let new = codec.begin_at(&dark(), NOW).unwrap();
    let at_the_old = codec.decode_at::<Login>(new, NOW).unwrap();
    let renewed = codec.renew_at(&at_the_old, NOW).unwrap();
    let again = codec.decode_at::<WithTheme>(renewed, NOW).unwrap();
    assert_eq!(again.data(), &WithTheme { user: 7, theme: String::new() });
}

#[cfg(feature = "web")]
#[test]
fn a_flattened_map_keeps_the_fields_that_a_release_does_not_know() {
    #[derive(Serialize, Deserialize)]
    struct Keeps {
        user: u64,
        #[serde(flatten)]
        others: std::collections::BTreeMap<String, hardtack::web::Value>,
    }
    let codec = maps();
    let new = codec.begin_at(&dark(), NOW).unwrap();
    let mut at_the_old = codec.decode_at::<Keeps>(new, NOW).unwrap().into_data();
    at_the_old.user += 1;
    assert_eq!(read(&at_the_old), Ok(WithTheme { user: 8, ..dark() }));
}

#[test]
fn the_older_shape_can_be_tried_second() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct New {
        users: Vec<u64>,
    }
    fn decode(codec: &Codec, token: &str) -> Result<New, DecodeError> {
        match codec.decode_at::<New>(token, NOW) {
            Ok(session) => Ok(session.into_data()),
            Err(DecodeError::Payload(_)) => {
                let old = codec.decode_at::<Login>(token, NOW)?.into_data();
                Ok(New { users: vec![old.user] })
            }
            Err(other) => Err(other),
        }
    }
    let token = maps().begin_at(&Login { user: 7 }, NOW).unwrap();
    assert_eq!(decode(&maps(), &token), Ok(New { users: vec![7] }));
}

#[test]
fn an_untagged_enum_reads_both_shapes_at_once() {
    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(from = "Either")]
    struct New {
        users: Vec<u64>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        New { users: Vec<u64> },
        Old { user: u64 },
    }
    impl From<Either> for New {
        fn from(either: Either) -> Self {
            match either {
                Either::New { users } => Self { users },
                Either::Old { user } => Self { users: vec![user] },
            }
        }
    }
    #[derive(Serialize)]
    struct Written {
        users: Vec<u64>,
    }
    assert_eq!(read(&Login { user: 7 }), Ok(New { users: vec![7] }));
    assert_eq!(read(&Written { users: vec![7, 8] }), Ok(New { users: vec![7, 8] }));
}

#[test]
fn compact_without_a_new_schema_reads_one_field_as_another() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Range {
        from: u32,
        to: u32,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Swapped {
        to: u32,
        from: u32,
    }
    let old = Range { from: 1, to: 2 };
    assert_eq!(through(&arrays("range"), &old), Ok(Swapped { to: 1, from: 2 }));
    assert_eq!(read(&old), Ok(Swapped { to: 2, from: 1 }));
}

#[test]
fn another_schema_is_another_purpose() {
    let token = arrays("login-1").begin_at(&Login { user: 7 }, NOW).unwrap();
    for other in [arrays("login-2"), maps()] {
        let read = other.decode_at::<Login>(&token, NOW);
        assert_eq!(read.unwrap_err(), DecodeError::BadSignature);
    }
}

#[test]
fn compact_reads_a_shorter_array_if_the_last_fields_have_defaults() {
    let codec = arrays("login");
    assert_eq!(
        through(&codec, &Login { user: 7 }),
        Ok(WithTheme { user: 7, theme: String::new() })
    );
    assert_eq!(through::<Login>(&codec, &dark()), Err(MISMATCH));
}

#[cfg(feature = "web")]
mod web {
    use hardtack::web::{Map, Session, SessionCookie};
    use http::{HeaderMap, StatusCode, header};

    use super::*;

    fn cookie(codec: Codec) -> SessionCookie {
        SessionCookie::builder(codec).build().unwrap()
    }

    fn answer<T: Default + Serialize>(cookie: &SessionCookie, session: &Session<T>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        cookie.write_at(session, StatusCode::OK, NOW, &mut headers).unwrap();
        headers
    }

    fn sent_back(answer: &HeaderMap) -> HeaderMap {
        let pair = answer[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(header::COOKIE, pair.parse().unwrap())])
    }

    #[derive(Default, Serialize, Deserialize, Debug, PartialEq)]
    struct Visitor {
        user: u64,
        #[serde(default)]
        theme: String,
    }

    #[test]
    fn a_shape_that_does_not_fit_is_an_empty_session_with_the_reason() {
        let cookie = cookie(maps());
        let mut old: Session<Map> = cookie.read_at(&HeaderMap::new(), NOW);
        old.insert("user", "a name, where a number is wanted");
        let request = sent_back(&answer(&cookie, &old));
        let new: Session<Visitor> = cookie.read_at(&request, NOW);
        assert!(new.is_empty());
        assert_eq!(new.rejected().map(|reason| reason.kind()), Some("payload"));
    }

    /// From maps to arrays, and from one schema to the next.
    #[test]
    fn accept_previous_carries_sessions_over_to_another_schema() {
        let began = NOW - core::time::Duration::from_secs(60);
        let until = NOW + core::time::Duration::from_secs(7200);
        for (old, new) in
            [(maps(), arrays("visitor-1")), (arrays("visitor-1"), arrays("visitor-2"))]
        {
            let in_cookie = old.with_context(&[b"__Host-session"]).unwrap();
            let token = in_cookie.begin_at(&Login { user: 7 }, began).unwrap();
            let request = HeaderMap::from_iter([(
                header::COOKIE,
                format!("__Host-session={token}").parse().unwrap(),
            )]);
            let moving =
                SessionCookie::builder(new.clone()).accept_previous(old, until).build().unwrap();
            let session: Session<Visitor> = moving.read_at(&request, NOW);
            let moved = sent_back(&answer(&moving, &session));

            let session: Session<Visitor> = cookie(new).read_at(&moved, NOW);
            assert_eq!(*session, Visitor { user: 7, theme: String::new() });
            assert_eq!(session.started_at(), Some(began));
        }
    }
}
