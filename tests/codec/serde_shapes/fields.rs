//! Fields that are added, removed and renamed. See also docs/shape.md.

use hardtack::PayloadError::{self, SkippedField};
use serde::{Deserialize, Serialize};

use super::{Refused, UNREADABLE, compact, compact_codec, maps, same, written};

fn missing(field: &'static str) -> Refused {
    Refused::AtDecode(PayloadError::MissingField(field))
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Login {
    user: u64,
    name: String,
}

fn login() -> Login {
    Login { user: 7, name: "Ada".into() }
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct User {
    user: u64,
}

#[test]
fn structs_come_back() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Outer {
        login: Login,
        others: Vec<Login>,
        pair: (User, Option<User>),
    }
    same(Outer { login: login(), others: vec![login()], pair: (User { user: 1 }, None) });
}

#[test]
fn a_missing_field_takes_its_default() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct New {
        user: u64,
        #[serde(default)]
        level: u8,
        theme: Option<String>,
    }
    #[derive(Deserialize, Debug, PartialEq)]
    struct Defaults {
        user: u64,
        #[serde(default)]
        theme: Option<String>,
    }
    assert_eq!(maps(&User { user: 7 }), Ok(New { user: 7, level: 0, theme: None }));
    assert_eq!(compact::<New>(&User { user: 7 }), Err(UNREADABLE), "an Option is no default");
    assert_eq!(compact(&User { user: 7 }), Ok(Defaults { user: 7, theme: None }));
}

#[test]
fn a_missing_field_without_a_default_does_not_read() {
    assert_eq!(maps::<Login>(&User { user: 7 }), Err(missing("name")));
    assert_eq!(compact::<Login>(&User { user: 7 }), Err(UNREADABLE));
}

#[test]
fn an_unknown_field_is_ignored_and_in_compact_refused() {
    assert_eq!(maps(&login()), Ok(User { user: 7 }));
    assert_eq!(compact::<User>(&login()), Err(UNREADABLE));
}

#[test]
fn an_unknown_field_is_refused_if_they_are_denied() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        user: u64,
    }
    let unknown = Refused::AtDecode(PayloadError::UnknownField { expected: &["user"] });
    assert_eq!(maps::<Strict>(&login()), Err(unknown));
    assert_eq!(compact::<Strict>(&login()), Err(UNREADABLE));
    same(Strict { user: 7 });
}

#[test]
fn a_renamed_field_reads_by_its_alias_and_in_compact_by_its_place() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Renamed {
        id: u64,
    }
    #[derive(Deserialize, Debug, PartialEq)]
    struct Aliased {
        #[serde(alias = "user")]
        id: u64,
    }
    assert_eq!(maps::<Renamed>(&User { user: 7 }), Err(missing("id")));
    assert_eq!(maps(&User { user: 7 }), Ok(Aliased { id: 7 }));
    assert_eq!(compact(&User { user: 7 }), Ok(Renamed { id: 7 }));
}

#[test]
fn a_removed_field_is_ignored_and_in_compact_refused() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Name {
        name: String,
    }
    assert_eq!(maps(&login()), Ok(Name { name: "Ada".into() }));
    assert_eq!(compact::<Name>(&login()), Err(UNREADABLE));
}

#[test]
fn fields_in_another_order_are_matched_by_name_and_confused_in_compact() {
    #[derive(Serialize)]
    struct Old {
        buyer: u64,
        seller: u64,
    }
    #[derive(Deserialize, Debug, PartialEq)]
    struct New {
        seller: u64,
        buyer: u64,
    }
    assert_eq!(maps(&Old { buyer: 1, seller: 2 }), Ok(New { seller: 2, buyer: 1 }));
    assert_eq!(compact(&Old { buyer: 1, seller: 2 }), Ok(New { seller: 1, buyer: 2 }));
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Sparse {
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    roles: Vec<String>,
    lang: Option<String>,
}

fn sparse() -> Sparse {
    Sparse { theme: None, roles: vec![], lang: Some("de".into()) }
}

#[test]
fn a_field_that_is_left_out_comes_back_and_in_compact_is_refused() {
    assert_eq!(maps(&sparse()), Ok(sparse()));
    let refused = Refused::AtEncode(SkippedField("theme"));
    assert_eq!(written(&compact_codec(), &sparse()), Err(refused));
    same(Sparse { theme: Some("dark".into()), roles: vec!["admin".into()], lang: None });
}

#[test]
fn a_skipped_field_in_compact_is_refused_at_any_position() {
    #[derive(Serialize)]
    enum Outer {
        Variant {
            user: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            last: Option<u8>,
        },
        Nested(Vec<Option<Sparse>>),
    }
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    enum Internal {
        Sparse(Sparse),
    }
    let refused = |fault| Err(Refused::AtEncode(fault));
    let last = Outer::Variant { user: 7, last: None };
    let nested = Outer::Nested(vec![None, Some(sparse())]);
    assert_eq!(written(&compact_codec(), &last), refused(SkippedField("last")));
    assert_eq!(written(&compact_codec(), &nested), refused(SkippedField("theme")));
    let internal = Internal::Sparse(sparse());
    assert_eq!(written(&compact_codec(), &internal), refused(SkippedField("theme")));
}

#[test]
fn a_field_that_is_skipped_both_ways_takes_its_default() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Cached {
        #[serde(skip)]
        cache: u8,
        user: u64,
    }
    assert_eq!(maps(&Cached { cache: 1, user: 7 }), Ok(Cached { cache: 0, user: 7 }));
    assert_eq!(compact(&Cached { cache: 1, user: 7 }), Ok(Cached { cache: 0, user: 7 }));
}

#[test]
fn a_field_that_is_never_written_takes_its_default_or_does_not_read() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Unwritten {
        #[serde(skip_serializing)]
        secret: u64,
        user: u64,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Defaulted {
        #[serde(skip_serializing, default)]
        secret: u64,
        user: u64,
    }
    assert_eq!(maps::<Unwritten>(&Unwritten { secret: 1, user: 7 }), Err(missing("secret")));
    assert_eq!(maps(&Defaulted { secret: 1, user: 7 }), Ok(Defaulted { secret: 0, user: 7 }));
    assert_eq!(compact::<Defaulted>(&Defaulted { secret: 1, user: 7 }), Err(UNREADABLE));
}

/// serde does not report the field to the serializer, so the array is merely shorter.
#[test]
fn a_field_that_is_never_written_shifts_those_after_it_in_compact() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Shifted {
        #[serde(skip_serializing, default)]
        secret: u64,
        #[serde(default)]
        user: u64,
    }
    assert_eq!(maps(&Shifted { secret: 1, user: 7 }), Ok(Shifted { secret: 0, user: 7 }));
    assert_eq!(compact(&Shifted { secret: 1, user: 7 }), Ok(Shifted { secret: 7, user: 0 }));
}

#[test]
fn a_field_that_is_never_read_does_not_read_in_compact() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Unread {
        #[serde(skip_deserializing)]
        note: u64,
        user: u64,
    }
    assert_eq!(maps(&Unread { note: 1, user: 7 }), Ok(Unread { note: 0, user: 7 }));
    assert_eq!(compact::<Unread>(&Unread { note: 1, user: 7 }), Err(UNREADABLE));
}
