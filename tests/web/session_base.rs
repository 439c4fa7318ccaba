//! Django's `SessionBase`, method by method: docs/sessions.md names these tests.

use core::time::Duration;
use std::collections::BTreeMap;

use crate::support::web::*;
use hardtack::web::{CookieAction, Map, Session, SessionCookie, Value};
use hardtack::{EncodeError, Expiry};
use http::HeaderMap;
use serde::{Deserialize, Serialize};

/// A program's own session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Visitor {
    user: Option<u64>,
    cart: Vec<u32>,
    notes: BTreeMap<String, Vec<String>>,
}

fn new() -> Session<Map> {
    cookie().read_at(&HeaderMap::new(), at_second(0))
}

fn carried() -> Session<Map> {
    let cookie = cookie();
    read(&cookie, &ada(&cookie), 0)
}

/// A cookie whose sessions may request 30 days.
fn long_lived() -> SessionCookie {
    cookie_with(codec_with(|builder| builder.max_requested_age(days(30))), |builder| builder)
}

#[test]
fn items_are_got_set_and_removed_by_name() {
    let mut session = new();
    assert_eq!(session.get("user"), None);
    assert_eq!(session.insert("user", "Ada"), None);
    assert_eq!(session.get("user"), Some(&Value::from("Ada")));
    assert_eq!(session.insert("user", "Grace"), Some(Value::from("Ada")));
    assert_eq!(session.remove("user"), Some(Value::from("Grace")));
    assert_eq!(session.remove("user"), None);
}

#[test]
fn get_takes_a_default() {
    let mut session = new();
    session.insert("user", "Ada");
    let nobody = Value::from("nobody");
    assert_eq!(session.get_or("user", &nobody), &Value::from("Ada"));
    assert_eq!(session.get_or("host", &nobody), &nobody);
    assert!(!session.contains_key("host"));
}

#[test]
fn pop_removes_and_gives_the_value_or_a_default() {
    let mut session = carried();
    assert_eq!(session.pop("missing", 7), Value::Integer(7));
    assert!(!session.is_modified());
    assert_eq!(session.pop("user", 7), Value::from("Ada"));
    assert!(session.is_modified() && session.is_empty());
}

#[test]
fn setdefault_sets_only_what_is_missing() {
    let mut session = carried();
    assert_eq!(*session.get_or_insert("user", "Grace"), Value::from("Ada"));
    assert!(!session.is_modified());
    assert_eq!(*session.get_or_insert("visits", 1), Value::Integer(1));
    assert!(session.is_modified());
}

#[test]
fn update_takes_over_every_entry() {
    let mut session = carried();
    session.update([("user", "Grace"), ("theme", "dark")]);
    assert!(session.keys().eq(["theme", "user"]));
    assert_eq!(session.get("user").and_then(Value::as_str), Some("Grace"));
}

#[test]
fn contains_keys_values_and_items() {
    let mut session = carried();
    session.insert("admin", true);
    assert!(session.contains_key("user") && !session.contains_key("theme"));
    assert!(session.keys().eq(["admin", "user"]));
    assert!(session.values().eq([&Value::Bool(true), &Value::from("Ada")]));
    assert!(session.iter().map(|(name, _)| name).eq(["admin", "user"]));
    assert_eq!(session.len(), 2);
}

#[test]
fn clear_empties_and_the_session_stays_the_same() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let before = read(&cookie, &jar, 0).id();
    let action = jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        session.clear();
        assert!(session.is_empty() && session.is_modified() && session.is_accessed());
        session.insert("theme", "dark");
    });
    assert!(matches!(action, CookieAction::Set(_)));
    let after = read(&cookie, &jar, 60);
    assert!(after.keys().eq(["theme"]));
    assert_eq!((after.started_at(), after.id()), (Some(at_second(0)), before));
}

#[test]
fn is_empty_means_no_data() {
    assert!(new().is_empty());
    assert!(!carried().is_empty());
    let mut session = new();
    session.insert("theme", "dark");
    assert!(!session.is_empty());
    session.remove("theme");
    assert!(session.is_empty());
}

#[test]
fn flush_empties_forgets_the_id_and_gives_the_old_one() {
    let mut session = carried();
    let before = session.id();
    assert!(before.is_some());
    assert_eq!(session.flush(), before);
    assert!(session.is_empty() && session.is_modified() && session.is_accessed());
    assert_eq!((session.id(), session.started_at()), (None, None));
    assert_eq!(session.expiry(), Expiry::Policy);
    assert_eq!(session.flush(), None);
}

#[test]
fn a_session_flushed_and_filled_again_is_a_new_one() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let before = read(&cookie, &jar, 0).id();
    jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        session.flush();
        session.insert("user", "Ada");
    });
    let after = read(&cookie, &jar, 60);
    assert_eq!(after.started_at(), Some(at_second(60)));
    assert!(after.id().is_some() && after.id() != before);
}

#[test]
fn flush_after_cycle_gives_the_id_that_the_browser_has() {
    let mut session = carried();
    let before = session.id();
    session.cycle_id();
    assert_ne!(session.id(), before);
    assert_eq!(session.flush(), before);
}

#[test]
fn cycle_keeps_data_and_start_and_gives_a_new_id() {
    let cookie = cookie();
    let mut jar = ada(&cookie);
    let before = read(&cookie, &jar, 0).id();
    let action = jar.visit(&cookie, 60, |session: &mut Session<Map>| {
        session.cycle_id();
        assert!(session.is_modified());
    });
    assert!(matches!(action, CookieAction::Set(_)));
    let after = read(&cookie, &jar, 60);
    assert_eq!(after.started_at(), Some(at_second(0)));
    assert!(*after == user("Ada") && after.id().is_some() && after.id() != before);
}

#[test]
fn cycle_without_an_id_source_issues_the_cookie_again() {
    let cookie = without_ids(signed());
    let mut jar = ada(&cookie);
    let before = jar.0.clone();
    let action = jar.visit(&cookie, 60, |session: &mut Session<Map>| session.cycle_id());
    assert!(matches!(action, CookieAction::Set(_)));
    assert_ne!(jar.0, before);
    assert_eq!(read(&cookie, &jar, 60).started_at(), Some(at_second(0)));
}

#[test]
fn every_session_has_an_id_of_its_own_which_updates_and_renewals_keep() {
    let cookie = cookie();
    let (mut first, second) = (ada(&cookie), ada(&cookie));
    let before = read(&cookie, &first, 0).id();
    assert_ne!(before, read(&cookie, &second, 0).id());
    first.visit(&cookie, 60, |session: &mut Session<Map>| session.insert("theme", "dark"));
    assert_eq!(read(&cookie, &first, 60).id(), before);
    first.visit(&cookie, 5000, |_: &mut Session<Map>| ());
    let renewed = read(&cookie, &first, 8000);
    assert_eq!((renewed.id(), renewed.started_at()), (before, Some(at_second(0))));
}

#[test]
fn a_session_without_an_id_gets_one_with_its_next_cookie() {
    let mut jar = ada(&without_ids(signed()));
    let cookie = cookie();
    assert_eq!(read(&cookie, &jar, 0).id(), None);
    jar.visit(&cookie, 60, |session: &mut Session<Map>| session.insert("theme", "dark"));
    let session = read(&cookie, &jar, 60);
    assert_eq!((session.id(), session.started_at()), (Some(id(1)), Some(at_second(0))));
}

#[test]
fn a_failing_id_source_is_an_error_and_not_a_session_without_an_id() {
    let failing = cookie_with(signed(), |builder| builder.id_source(|| Err(hardtack::RandomError)));
    let acts: [fn(&mut Session<Map>); 3] =
        [|session| session.log_in(user("Ada")), Session::cycle_id, |_| ()];
    for act in acts {
        let mut session: Session<Map> = failing.read_at(&HeaderMap::new(), at_second(0));
        session.insert("user", "Ada");
        act(&mut session);
        assert_eq!(session.id(), None);
        let error =
            failing.response_headers_at(&session, http::StatusCode::OK, at_second(0)).unwrap_err();
        assert_eq!(error.kind(), "no_randomness");
    }
}

#[test]
fn set_expiry_to_a_span_counts_from_every_renewal() {
    let cookie = long_lived();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        session.insert("user", "Ada");
        session.set_expiry(Expiry::After(days(10))).unwrap();
        assert!(session.is_modified() && session.is_accessed());
    });
    let day = i64::try_from(DAY.as_secs()).unwrap();
    jar.visit(&cookie, 6 * day, |_: &mut Session<Map>| ());
    let session = read(&cookie, &jar, 15 * day);
    assert_eq!(session.expiry(), Expiry::After(days(10)));
    assert_eq!(session.expires_at(), Some(at_second(16 * day)));
    assert!(read(&cookie, &jar, 16 * day).is_empty());
}

#[test]
fn set_expiry_to_an_instant_stays_there() {
    let cookie = long_lived();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        session.insert("user", "Ada");
        session.set_expiry(Expiry::At(at_second(9000))).unwrap();
    });
    let action = jar.visit(&cookie, 8000, |_: &mut Session<Map>| ());
    assert_eq!(action, CookieAction::Keep);
    jar.visit(&cookie, 8000, |session: &mut Session<Map>| session.insert("theme", "dark"));
    let session = read(&cookie, &jar, 8999);
    assert_eq!(
        (session.expiry(), session.expires_at()),
        (Expiry::At(at_second(9000)), Some(at_second(9000)))
    );
    assert!(read(&cookie, &jar, 9000).is_empty());
}

#[test]
fn set_expiry_to_browser_close_and_back_to_the_default() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        session.insert("user", "Ada");
        session.set_expiry(Expiry::BrowserClose).unwrap();
    });
    assert!(read(&cookie, &jar, 1).expires_at_browser_close());
    let action = jar.visit(&cookie, 2, |session: &mut Session<Map>| {
        session.set_expiry(Expiry::Policy).unwrap();
    });
    let CookieAction::Set(header) = action else { panic!() };
    assert!(text(&header).contains("Max-Age=7200"));
    assert!(!read(&cookie, &jar, 3).expires_at_browser_close());
}

#[test]
fn set_expiry_refuses_a_past_or_too_long_expiry_and_changes_nothing() {
    let mut session = new();
    let too_long = |seconds| EncodeError::ExpiryTooLong {
        requested: Duration::from_secs(seconds),
        limit: MAX_AGE,
    };
    for (expiry, error) in [
        (Expiry::After(Duration::ZERO), EncodeError::ExpiryNotLater),
        (Expiry::At(at_second(0)), EncodeError::ExpiryNotLater),
        (Expiry::After(MAX_AGE * 2), too_long(14_400)),
        (Expiry::At(at_second(7201)), too_long(7201)),
    ] {
        assert_eq!(session.set_expiry(expiry), Err(error));
    }
    assert!(!session.is_modified());
    assert_eq!(session.expiry(), Expiry::Policy);
}

#[test]
fn the_expiry_is_not_part_of_the_data() {
    let mut session = carried();
    session.set_expiry(Expiry::BrowserClose).unwrap();
    assert!(session.keys().eq(["user"]));
    let mut empty = new();
    empty.set_expiry(Expiry::BrowserClose).unwrap();
    assert!(empty.is_empty());
    assert_eq!(answer(&cookie(), &empty, 0).action, CookieAction::Keep);
}

#[test]
fn expires_at_is_that_of_the_token_or_of_a_new_one() {
    let cookie = long_lived();
    let mut session = read(&cookie, &ada(&cookie), 100);
    assert_eq!(session.expires_at(), Some(at_second(7200)));
    session.set_expiry(Expiry::After(days(1))).unwrap();
    assert_eq!(session.expires_at(), Some(at_second(100 + 86_400)));
    assert_eq!(new().expires_at(), Some(at_second(7200)));
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(50));
    session.log_in(user("Ada"));
    assert_eq!(session.expires_at(), Some(at_second(50 + 7200)));
}

#[test]
fn expiry_age_is_the_time_left_and_never_negative() {
    let session = carried();
    assert_eq!(session.expiry_age(at_second(0)), Duration::from_secs(7200));
    assert_eq!(session.expiry_age(at_second(7000)), Duration::from_secs(200));
    assert_eq!(session.expiry_age(at_second(9000)), Duration::from_secs(0));
}

#[test]
fn modified_compares_what_would_be_written() {
    let mut session = carried();
    assert!(!session.is_modified());
    session.insert("user", "Grace");
    assert!(session.is_modified());
    session.insert("user", "Ada");
    assert!(!session.is_modified());
}

#[test]
fn a_nested_change_counts_as_one() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        let foo: Map = [("bar", "baz")].into_iter().collect();
        session.insert("foo", foo);
    });
    jar.visit(&cookie, 1, |session: &mut Session<Map>| {
        let Some(Value::Map(foo)) = session.get_mut("foo") else { panic!() };
        foo.insert("bar", "changed");
        assert!(session.is_modified());
    });
    let session = read(&cookie, &jar, 1);
    let foo = session.get("foo").and_then(Value::as_map).unwrap();
    assert_eq!(foo.get("bar"), Some(&Value::from("changed")));
}

#[test]
fn a_nested_change_of_a_programs_own_struct_counts_as_one() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Visitor>| {
        session.user = Some(7);
        session.notes.insert("a".into(), vec!["b".into()]);
    });
    jar.visit(&cookie, 1, |session: &mut Session<Visitor>| {
        session.notes.get_mut("a").unwrap()[0].push('c');
        assert!(session.is_modified());
    });
    let session: Session<Visitor> = cookie.read_at(&jar.request(), at_second(1));
    assert_eq!(session.notes["a"], ["bc"]);
    assert_eq!((session.user, session.started_at()), (Some(7), Some(at_second(0))));
}

#[test]
fn accessed_is_looking_at_data_start_or_expiry() {
    let unseen = carried();
    assert!(unseen.id().is_some() && unseen.rejected().is_none());
    assert!(unseen.had_cookie() && !unseen.is_modified() && !unseen.is_accessed());
    let looks: [fn(&Session<Map>) -> bool; 5] = [
        |session| session.contains_key("user"),
        |session| !session.is_empty(),
        |session| session.started_at().is_some(),
        |session| session.expiry() == Expiry::Policy,
        |session| session.expires_at().is_some(),
    ];
    for look in looks {
        let session = carried();
        assert!(look(&session) && session.is_accessed());
    }
}

#[test]
fn the_test_cookie_comes_back_at_the_next_request() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| session.set_test_cookie());
    let mut session = read(&cookie, &jar, 1);
    assert!(session.test_cookie_worked());
    session.delete_test_cookie();
    assert!(!session.test_cookie_worked() && session.is_empty());
    assert!(!new().test_cookie_worked());
}

#[test]
fn data_that_fails_to_serialize_is_an_error_and_not_an_empty_session() {
    #[derive(Default, Deserialize)]
    struct Broken;

    impl Serialize for Broken {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("broken"))
        }
    }

    let cookie = cookie();
    let mut session: Session<Broken> = cookie.read_at(&HeaderMap::new(), at_second(0));
    *session = Broken;
    assert!(!session.is_empty() && session.is_modified());
    let error =
        cookie.response_headers_at(&session, http::StatusCode::OK, at_second(0)).unwrap_err();
    assert_eq!(error.kind(), "payload");
}

/// A type whose defaults are never equal.
#[derive(serde::Deserialize, serde::Serialize)]
struct Numbered(u64);

impl Default for Numbered {
    fn default() -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        Self(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

#[test]
fn a_session_that_began_empty_and_is_as_it_was_is_empty_though_no_two_defaults_are_equal() {
    let cookie = cookie();
    let mut session: Session<Numbered> = cookie.read_at(&http::HeaderMap::new(), at_second(0));
    session.0 += 1;
    assert!(!session.is_empty());
    session.0 -= 1;
    assert!(session.is_empty());
    assert_eq!(answer(&cookie, &session, 0).action, CookieAction::Keep);
}

#[test]
fn clear_empties_though_no_two_defaults_are_equal() {
    let cookie = cookie();
    let mut session: Session<Numbered> = cookie.read_at(&http::HeaderMap::new(), at_second(0));
    session.0 = 1000;
    session.clear();
    assert!(session.is_empty());
}

/// Data that can change without a mutable reference.
#[derive(Default, Serialize, Deserialize)]
struct Counter {
    visits: core::cell::Cell<u32>,
}

#[test]
fn a_change_through_a_cell_is_written_once_it_is_marked() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Counter>| *session.visits.get_mut() = 1);
    let unmarked = jar.visit(&cookie, 1, |session: &mut Session<Counter>| session.visits.set(2));
    assert_eq!(unmarked, CookieAction::Keep);
    jar.visit(&cookie, 2, |session: &mut Session<Counter>| {
        session.visits.set(3);
        assert!(!session.is_modified());
        session.mark_modified();
        assert!(session.is_modified() && session.is_accessed());
    });
    let session: Session<Counter> = cookie.read_at(&jar.request(), at_second(2));
    assert_eq!(session.visits.get(), 3);
}

#[test]
fn an_empty_session_that_is_marked_is_not_written() {
    let cookie = cookie();
    let action =
        Jar::default().visit(&cookie, 0, |session: &mut Session<Map>| session.mark_modified());
    assert_eq!(action, CookieAction::Keep);
}

/// A map whose order differs between instances.
#[derive(Default, Serialize, Deserialize)]
struct Unordered {
    notes: std::collections::HashMap<String, String>,
}

#[test]
fn a_session_whose_order_differs_at_each_request_is_not_written_until_it_changes() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Unordered>| {
        session.notes.extend((0..20).map(|n| (n.to_string(), n.to_string())));
    });
    for seconds in 1..20 {
        let action = jar.visit(&cookie, seconds, |session: &mut Session<Unordered>| {
            session.notes.get_mut("7").unwrap().push('!');
            session.notes.get_mut("7").unwrap().pop();
        });
        assert_eq!(action, CookieAction::Keep);
    }
}

#[test]
fn a_session_to_which_a_field_was_added_is_not_written_until_it_changes() {
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Before {
        user: u64,
    }
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    struct After {
        user: u64,
        theme: String,
    }
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Before>| session.user = 7);
    let action = jar.visit(&cookie, 1, |session: &mut Session<After>| session.user = 7);
    assert_eq!(action, CookieAction::Keep);
    jar.visit(&cookie, 2, |session: &mut Session<After>| session.theme.push_str("dark"));
    let session: Session<After> = cookie.read_at(&jar.request(), at_second(2));
    assert_eq!((session.user, session.theme.as_str()), (7, "dark"));
}
