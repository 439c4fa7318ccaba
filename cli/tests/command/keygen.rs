//! `hardtack keygen`.

use hardtack::Key;

use crate::support::{A, hardtack};

#[test]
fn a_new_key_is_accepted_by_the_library_and_is_another_each_time() {
    let keys: Vec<String> = (0..2).map(|_| hardtack(["keygen"]).run().out).collect();
    assert_ne!(keys[0], keys[1]);
    for key in keys {
        let text = key.strip_suffix('\n').unwrap();
        assert_eq!(text.len(), 44);
        assert!(!Key::from_base64(text).unwrap().is_published());
    }
}

#[test]
fn a_name_makes_a_line_of_an_env_file() {
    let ran = hardtack(["keygen", "--name", "SESSION_KEYS"]).run();
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let key = ran.out.strip_prefix("SESSION_KEYS=").unwrap().trim_end();
    assert!(Key::from_base64(key).is_ok());
}

#[test]
fn json_has_the_key_and_its_id() {
    let json = hardtack(["keygen", "--json"]).run().json();
    let key = Key::from_base64(json["key"].as_str().unwrap()).unwrap();
    assert_eq!(json["id"], key.id().to_string());
}

#[test]
fn what_is_no_name_of_a_variable_is_an_error_of_usage() {
    for name in ["", "A B", "1A", "A=B", A] {
        let ran = hardtack(["keygen", "--name", name]).run();
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{name}");
        assert!(!ran.err.contains(A));
    }
}
