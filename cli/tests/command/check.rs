//! `hardtack check`.

use crate::support::{A, B, C, Call, NOW, PUBLISHED, Ran, hardtack};

fn check(list: &str, more: &[&str]) -> Call {
    hardtack(["check", "--now", NOW].iter().chain(more)).input(list)
}

fn states(list: &str, more: &[&str]) -> Vec<(u64, String)> {
    let json = check(list, &[&["--json"], more].concat()).run().json();
    assert_eq!(json["ok"], true);
    let keys = json["keys"].as_array().unwrap();
    let state = |key: &serde_json::Value| {
        (key["position"].as_u64().unwrap(), key["state"].as_str().unwrap().to_owned())
    };
    keys.iter().map(state).collect()
}

fn named(states: &[(u64, &str)]) -> Vec<(u64, String)> {
    states.iter().map(|(position, name)| (*position, (*name).to_owned())).collect()
}

#[test]
fn a_list_says_who_signs_now_and_who_is_next() {
    let list = format!("{B}@2026-12-01T00:00:00Z,{C}@2027-12-01T00:00:00Z,{A}");
    assert_eq!(states(&list, &[]), named(&[(3, "signs_now"), (1, "next"), (2, "later")]));
    let ran = check(&list, &[]).run();
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].contains("signs now, until 2026-12-01 00:00:00 +00:00 (in 6 days 12 hours)"));
    assert!(lines[1].contains("next: verifies already, and signs from 2026-12-01"), "{}", ran.out);
}

#[test]
fn a_key_is_superfluous_once_its_last_token_has_expired() {
    let list = format!("{A},{B}@2026-11-01T00:00:00Z");
    let signs_now = (2, "signs_now");
    assert_eq!(states(&list, &[]), named(&[(1, "verifies"), signs_now]));
    let with = |span| states(&list, &["--max-lifetime", span]);
    assert_eq!(with("23d11h"), named(&[(1, "verifies"), signs_now]));
    assert_eq!(with("23d10h59m59s"), named(&[(1, "superfluous"), signs_now]));
    let ran = check(&list, &["--max-lifetime", "1d"]).run();
    assert!(ran.out.contains("superfluous: its last token expired 2026-11-02"), "{}", ran.out);
    assert_eq!(ran.status, 0, "it does no harm");
}

#[test]
fn every_key_that_is_weak_or_published_is_named_and_no_key_is_shown() {
    let list = format!("password,{A},{},{PUBLISHED},{B}@tomorrow", "A".repeat(44));
    let ran = check(&list, &[]).run();
    assert_eq!(ran.status, 1);
    let lines: Vec<&str> = ran.out.lines().collect();
    for (line, part) in lines.iter().zip([
        "key 1 of the list: the key is 6 bytes long",
        "key 3 of the list: the key has 1 distinct bytes",
        "key 4 of the list: the key is printed in hardtack's documentation",
        "key 5 of the list: the text after @ is not an instant",
    ]) {
        assert!(line.starts_with(part), "{line}");
    }
    assert_eq!(lines.len(), 4);
    assert!(!ran.out.contains("password") && !ran.out.contains("tomorrow"));
    let json = check(&list, &["--json"]).run().json();
    assert_eq!((&json["ok"], json["faults"].as_array().unwrap().len()), (&false.into(), 4));
}

#[test]
fn two_keys_that_would_sign_at_once_are_refused() {
    let refused = |list: &str, part: &str| {
        let Ran { status, out, .. } = check(list, &[]).run();
        assert!(status == 1 && out.contains(part), "{out}");
    };
    refused(&format!("{A},{B}"), "would begin to sign at the same instant");
    let at = "2026-12-01T00:00:00Z";
    refused(&format!("{A},{B}@{at},{C}@2026-12-01T01:00:00+01:00"), "key 3 of the list");
    refused(&format!("{A},{A}@{at}"), "occurs twice");
}

#[test]
fn a_key_that_would_never_sign_is_a_fault() {
    let ran = check(&format!("{A},{B}@2200-01-01T00:00:00Z"), &[]).run();
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("key 2 of the list: the key would never sign"), "{}", ran.out);
}

#[test]
fn the_earliest_key_signs_already_and_a_note_says_so() {
    let ran = check(&format!("{A}@2027-01-01T00:00:00Z"), &[]).run();
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("signs now\nnote: key 1 signs already"), "{}", ran.out);
}

#[test]
fn past_instants_are_in_order_and_spaces_and_crlf_around_keys_do_not_matter() {
    let list = format!(" {A} ,\r\n{B}@1970-01-01T00:00:00Z\r\n");
    assert_eq!(states(&list, &[]), named(&[(1, "verifies"), (2, "signs_now")]));
}
