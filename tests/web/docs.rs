//! Checks that the tests that docs/sessions.md, docs/asvs.md and docs/claims.md cite exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The functions of all Rust files below these folders.
fn functions(folders: &[&str]) -> BTreeSet<String> {
    let files = folders.iter().flat_map(|folder| files_below(&root().join(folder)));
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    texts.flat_map(|text| names_behind(&text, "fn ")).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs"));
    files.chain(folders.iter().flat_map(|folder| files_below(folder))).collect()
}

fn names_behind(text: &str, start: &str) -> Vec<String> {
    let name = |rest: &str| {
        rest.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap().to_owned()
    };
    text.split(start).skip(1).map(name).collect()
}

/// Returns the tests that a page cites: names of four words or more in backticks.
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

fn missing(page: &str, folders: &[&str]) -> Vec<String> {
    named(page).difference(&functions(folders)).cloned().collect()
}

#[test]
fn every_test_that_the_page_on_sessions_names_is_there() {
    assert!(named("sessions.md").len() > 60);
    assert_eq!(missing("sessions.md", &["tests/web"]), [""; 0]);
}

#[test]
fn every_test_that_the_page_on_asvs_names_is_there() {
    assert!(named("asvs.md").len() > 15);
    assert_eq!(missing("asvs.md", &["tests/web"]), [""; 0]);
}

#[test]
fn every_test_that_the_page_of_claims_names_is_there() {
    assert!(named("claims.md").len() > 60);
    assert_eq!(missing("claims.md", &["tests", "src"]), [""; 0]);
}
