//! `hardtack rotate`.

use hardtack::{Key, KeyRing};

use crate::support::{A, B, C, Call, NOW, PUBLISHED, hardtack};

fn rotate(list: &str, more: &[&str]) -> Call {
    hardtack(["rotate", "--now", NOW].iter().chain(more)).input(list)
}

#[test]
fn the_new_list_has_a_new_key_that_signs_from_the_instant() {
    let ran = rotate(A, &["--in", "2h"]).run();
    assert_eq!(ran.status, 0, "{}", ran.err);
    let (new, old) = ran.out.trim_end().split_once(',').unwrap();
    assert_eq!(old, A);
    let (key, instant) = new.split_once('@').unwrap();
    assert_eq!(instant, "2026-11-24T14:00:00Z");
    let roles: Vec<_> = KeyRing::from_base64_list(&ran.out).unwrap().roles().collect();
    assert_eq!(roles[0].key_id(), Key::from_base64(key).unwrap().id());
    assert_eq!(roles[1].signs_until(), roles[0].signs_from());
}

#[test]
fn the_instant_is_a_day_away_unless_it_is_given() {
    let at = |more: &[&str]| {
        let out = rotate(A, more).run().out;
        out.split_once('@').unwrap().1.split_once(',').unwrap().0.to_owned()
    };
    assert_eq!(at(&[]), "2026-11-25T12:00:00Z");
    assert_eq!(at(&["--at", "2026-12-01T01:00:00+01:00"]), "2026-12-01T00:00:00Z");
    assert_eq!(at(&["--at", "2026-12-01T00:00:00.001Z"]), "2026-12-01T00:00:01Z");
}

#[test]
fn standard_error_says_what_to_do_with_the_new_list_and_shows_no_key() {
    let ran = rotate(A, &["--in", "2h", "--max-lifetime", "30d"]).run();
    for part in ["(in 2 hours)", "before that instant", "in any order", "2026-12-24 15:00:00"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let new = ran.out.split_once('@').unwrap().0;
    assert!(!ran.err.contains(A) && !ran.err.contains(new));
    assert_eq!(rotate(A, &["--quiet"]).run().err, "");
}

#[test]
fn a_key_is_dropped_only_when_its_last_token_has_expired() {
    let list = format!("{A},{B}@2026-11-01T00:00:00Z,{C}@2026-11-20T00:00:00Z");
    let kept = |more: &[&str]| {
        let out = rotate(&list, more).run().out;
        let (_, kept) = out.trim_end().split_once(',').unwrap();
        kept.to_owned()
    };
    let without_a = list.split_once(',').unwrap().1;
    // A signed until the 1st and verifies for an hour more: with 23 days 11 hours to the second.
    assert_eq!(kept(&[]), list);
    assert_eq!(kept(&["--max-lifetime", "23d11h"]), list);
    assert_eq!(kept(&["--max-lifetime", "23d10h59m59s"]), without_a);
    assert_eq!(kept(&["--max-lifetime", "23d10h59m59s", "--overlap", "2h"]), list);
    assert_eq!(kept(&["--max-lifetime", "1d"]), format!("{C}@2026-11-20T00:00:00Z"));
    let json = rotate(&list, &["--json", "--max-lifetime", "1d"]).run().json();
    let ids: Vec<String> =
        [A, B].iter().map(|key| Key::from_base64(key).unwrap().id().to_string()).collect();
    assert_eq!(json["dropped"], serde_json::json!(ids));
}

#[test]
fn a_key_that_waits_to_sign_stops_the_next_rotation() {
    let list = format!("{A},{B}@2026-12-01T00:00:00Z");
    let ran = rotate(&list, &[]).run();
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("already waits to sign from 2026-12-01T00:00:00Z"), "{}", ran.err);
    let early = rotate(&list, &["--allow-pending", "--at", "2026-12-01T00:00:00Z"]).run();
    assert_eq!(early.status, 1);
    assert!(early.err.contains("must sign later"), "{}", early.err);
    let ran = rotate(&list, &["--allow-pending", "--at", "2027-01-01T00:00:00Z"]).run();
    assert_eq!(KeyRing::from_base64_list(&ran.out).unwrap().roles().count(), 3);
}

#[test]
fn an_instant_that_is_past_or_beyond_every_token_is_an_error_of_usage() {
    for instant in [NOW, "2020-01-01T00:00:00Z", "2106-02-07T06:28:16Z", "9999-12-31T23:59:59Z"] {
        let ran = rotate(A, &["--at", instant]).run();
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{instant}");
    }
    assert_eq!(rotate(A, &["--at", "2106-02-07T06:28:15Z"]).run().status, 0);
    for span in ["0s", "4000y", "200000d", "-1h", "1"] {
        assert_eq!(rotate(A, &["--in", span]).run().status, 2, "{span}");
    }
    assert_eq!(rotate(A, &["--in", "1h", "--at", "2027-01-01T00:00:00Z"]).run().status, 2);
}

#[test]
fn a_list_with_a_fault_is_not_rotated() {
    for list in ["", "password", &format!("{A},{B}"), PUBLISHED, &format!("{A},{PUBLISHED}@{NOW}")]
    {
        let ran = rotate(list, &[]).run();
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{list}");
    }
}

#[test]
fn an_env_file_goes_in_and_an_env_file_comes_out() {
    let file = format!("SESSION_KEYS={A}\n");
    let first = rotate(&file, &["--name", "SESSION_KEYS", "--in", "1h"]).run().out;
    assert!(first.starts_with("SESSION_KEYS=") && first.ends_with(&format!(",{A}\n")));
    let later = ["rotate", "--now", "2027-06-01T00:00:00Z", "--max-lifetime", "31d"];
    let ran = hardtack(later.iter().chain(&["--name", "SESSION_KEYS"])).input(&first).run();
    let value = ran.out.strip_prefix("SESSION_KEYS=").unwrap();
    assert!(!value.contains(A), "the first key is dropped");
    assert_eq!(KeyRing::from_base64_list(value).unwrap().roles().count(), 2);
}

#[test]
fn the_list_of_an_environment_variable_is_rotated_without_reading_standard_input() {
    let ran = rotate("?", &["--keys-env", "KEYS"]).env("KEYS", A).run();
    assert_eq!(ran.status, 0);
    assert!(ran.out.ends_with(&format!(",{A}\n")));
    assert_eq!(rotate(A, &["--keys-env", "KEYS"]).run().status, 2, "not set");
}

#[test]
fn json_has_the_value_and_its_instants() {
    let json = rotate(A, &["--json", "--in", "1h", "--max-lifetime", "1d"]).run().json();
    assert!(json["value"].as_str().unwrap().ends_with(&format!("@2026-11-24T13:00:00Z,{A}")));
    assert_eq!(json["signs_from"], "2026-11-24T13:00:00Z");
    assert_eq!(json["previous_removable_from"], "2026-11-25T14:00:00Z");
    assert_eq!(json["signs_now"], Key::from_base64(A).unwrap().id().to_string());
    let refused = rotate("", &["--json"]).run();
    assert_eq!((refused.status, &refused.json()["status"]), (1, &1.into()));
}
