//! docs/sessions.md and docs/asvs.md name the tests that hold what they say: here, that those exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The functions of `tests/web/*.rs`.
fn functions() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("tests/web")).unwrap();
    let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    texts.flat_map(|text| names_behind(&text, "fn ")).collect()
}

fn names_behind(text: &str, start: &str) -> Vec<String> {
    let name = |rest: &str| {
        rest.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap().to_owned()
    };
    text.split(start).skip(1).map(name).collect()
}

/// What a page names in backticks and can only be a test: four words or more.
fn named(page: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
    let spans = text.split('`').skip(1).step_by(2);
    spans.filter(|span| is_test(span)).map(ToOwned::to_owned).collect()
}

fn is_test(span: &str) -> bool {
    let of_words =
        span.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit());
    of_words && span.split('_').filter(|word| !word.is_empty()).count() >= 4
}

fn missing(page: &str) -> Vec<String> {
    named(page).difference(&functions()).cloned().collect()
}

#[test]
fn every_test_that_the_page_on_sessions_names_is_there() {
    assert!(named("sessions.md").len() > 60);
    assert_eq!(missing("sessions.md"), [""; 0]);
}

#[test]
fn every_test_that_the_page_on_asvs_names_is_there() {
    assert!(named("asvs.md").len() > 15);
    assert_eq!(missing("asvs.md"), [""; 0]);
}
