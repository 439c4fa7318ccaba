//! Replays the committed corpora of fuzz/: runs every input through the property of its target.
#![cfg(feature = "encrypt")]
#![allow(missing_docs, clippy::pedantic, clippy::restriction, reason = "linted where they live")]
#![allow(dead_code, unused_imports, reason = "the properties name one another through the root")]

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::{naive, properties, scene};

use std::fs;
use std::path::Path;

fn replay(target: &str) {
    let (_, run) = properties::ALL.iter().find(|(name, _)| *name == target).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let inputs = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let replayed = inputs.map(|path| run(&fs::read(path).unwrap())).count();
    assert!(replayed > 40, "{target}: {replayed} inputs");
}

macro_rules! replayed {
    ($($target:ident),* $(,)?) => {$(
        #[test]
        fn $target() {
            replay(stringify!($target));
        }
    )*};
}

replayed!(decode, differential, forge, keys, payload, roundtrip);
#[cfg(feature = "web")]
replayed!(headers);

#[test]
fn every_target_is_replayed() {
    let targets = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets"));
    assert_eq!(targets.unwrap().count(), 7);
}
