//! Reads vectors: those of this folder, which are compiled in since wasm has no files, and the files
//! that `HARDTACK_VECTORS` names.

use core::time::Duration;
use std::path::PathBuf;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, CodecBuilder, Cutoff, Key, KeyRing};
use serde_json::Value;

pub struct File {
    pub path: PathBuf,
    pub cases: Vec<Value>,
    pub renewals: Vec<Value>,
}

pub fn files() -> Vec<File> {
    let own = parsed("vectors-v1.json".into(), include_str!("vectors-v1.json"));
    let others = std::env::var("HARDTACK_VECTORS").unwrap_or_default();
    let others = others.split(':').filter(|path| !path.is_empty()).map(PathBuf::from);
    std::iter::once(own).chain(others.map(read)).collect()
}

fn read(path: PathBuf) -> File {
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    parsed(path, &text)
}

fn parsed(path: PathBuf, text: &str) -> File {
    let mut json: Value = serde_json::from_str(text).unwrap();
    let mut list = |name: &str| match json[name].take() {
        Value::Array(list) => list,
        other => panic!("{}: {name} is {other}", path.display()),
    };
    let (cases, renewals) = (list("cases"), list("renewals"));
    File { path, cases, renewals }
}

/// Runs `check` on every case or renewal of a file, names those that failed, and prints the count.
pub fn run(file: &File, what: &str, vectors: &[Value], check: impl Fn(&Value)) {
    let failed: Vec<&str> = vectors
        .iter()
        .filter(|vector| {
            let checked = std::panic::AssertUnwindSafe(|| check(vector));
            std::panic::catch_unwind(checked).is_err()
        })
        .map(|vector| vector["name"].as_str().unwrap())
        .collect();
    assert!(failed.is_empty(), "{}: failed: {failed:?}", file.path.display());
    println!("{}:\n{} {what}", file.path.display(), vectors.len());
}

pub fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    let pairs = text.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

pub fn instant(seconds: &Value) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds.as_i64().unwrap()).unwrap()
}

fn span(seconds: &Value) -> Duration {
    Duration::from_secs(seconds.as_u64().unwrap())
}

fn key(entry: &Value) -> Key {
    Key::from_bytes(&hex(&entry["key"])).unwrap()
}

/// The first key signs from the beginning.
pub fn ring(entries: &[Value]) -> KeyRing {
    let (signer, others) = entries.split_first().unwrap();
    others.iter().fold(KeyRing::new(key(signer)), |ring, entry| {
        let key = key(entry);
        let added = match (entry.get("activates_at"), &entry["retired_at"]) {
            (Some(at), _) => ring.activate_at(key, instant(at)),
            (None, Value::Null) => ring.verify_with(key),
            (None, at) => ring.retire(key, instant(at)),
        };
        added.unwrap()
    })
}

pub fn codec(vector: &Value, keys: &KeyRing) -> Codec {
    let mut builder = start(vector, keys)
        .leeway(span(&vector["leeway"]))
        .max_len(usize::try_from(vector["max_len"].as_u64().unwrap()).unwrap());
    builder = match &vector["absolute_timeout"] {
        Value::Null => builder.no_absolute_timeout(),
        timeout => builder.absolute_timeout(span(timeout)),
    };
    if let longest @ Value::Number(_) = &vector["longest_max_age"] {
        builder = builder.max_requested_age(span(longest));
    }
    if let Some(cutoff) = vector["not_before"].as_i64() {
        builder = builder.not_before(Cutoff::from_unix_timestamp(cutoff));
    }
    let parts: Vec<Vec<u8>> = vector["context"].as_array().unwrap().iter().map(hex).collect();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    builder.build().unwrap().with_context(&parts).unwrap()
}

fn start<'k>(vector: &Value, keys: &'k KeyRing) -> CodecBuilder<'k> {
    let purpose = vector["purpose"].as_str().unwrap();
    let max_age = span(&vector["max_age"]);
    match vector["mode"].as_str().unwrap() {
        "signed" => Codec::signed(purpose, keys, max_age),
        #[cfg(feature = "encrypt")]
        "encrypted" => Codec::encrypted(purpose, keys, max_age),
        mode => panic!("mode {mode}"),
    }
}

/// Whether this build knows the vector's mode.
pub fn in_this_build(vector: &Value) -> bool {
    cfg!(feature = "encrypt") || vector["mode"] == "signed"
}
