//! The clock and the random generator of WASI, which wasm32-unknown-unknown lacks.
#![cfg(all(test, target_os = "wasi"))]

use core::time::Duration;

use hardtack::{Codec, IssueOptions, Key, KeyRing, SessionId};

#[test]
fn wasi_has_a_clock_and_a_random_generator() {
    let keys = KeyRing::new(Key::generate().unwrap());
    let codec =
        Codec::encrypted("wasi/test/session", &keys, Duration::from_secs(60)).build().unwrap();
    let id = SessionId::generate().unwrap();
    let token = codec.begin_at(&7, IssueOptions::now().id(id)).unwrap();
    let session = codec.decode::<u32>(&token).unwrap();
    assert_eq!((*session.data(), session.id()), (7, Some(id)));
    // After 2020, before 2106.
    assert!((1_577_836_800..1 << 32).contains(&session.started_at().unix_timestamp()));
}
