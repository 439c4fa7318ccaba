//! The behaviour of every serde shape. Each row of docs/serde.md names a test here.
//!
//! `maps` sends a session through a codec, `compact` through one whose structs travel as arrays;
//! `same` through both, and the session comes back as it was.

mod buffered;
mod bytes;
mod enums;
mod fields;
mod lengths;
mod maps;
mod nesting;
mod options;
mod scalars;
mod sequences;

use core::fmt::Debug;

use crate::support::{self, NOW, builder, ring};
use hardtack::{Codec, DecodeError, EncodeError, Mode, PayloadError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The step at which a session was refused.
#[derive(Debug, PartialEq)]
enum Refused {
    AtEncode(PayloadError),
    AtDecode(PayloadError),
}

/// It was written, but does not read back as its own type.
const UNREADABLE: Refused = Refused::AtDecode(PayloadError::Mismatch);
/// Its own `Serialize` failed.
const UNWRITABLE: Refused = Refused::AtEncode(PayloadError::Serialize);

fn map_codec() -> Codec {
    support::signed()
}

fn compact_codec() -> Codec {
    builder(Mode::Signed, &ring(&[1])).compact("shapes").build().unwrap()
}

fn written<T: Serialize>(codec: &Codec, session: &T) -> Result<String, Refused> {
    codec.begin_at(session, NOW).map_err(|error| match error {
        EncodeError::Payload(fault) => Refused::AtEncode(fault),
        other => panic!("{other}"),
    })
}

fn read<U: DeserializeOwned>(codec: &Codec, token: &str) -> Result<U, Refused> {
    let session = codec.decode_at(token, NOW).map_err(|error| match error {
        DecodeError::Payload(fault) => Refused::AtDecode(fault),
        other => panic!("{other}"),
    })?;
    Ok(session.into_data())
}

/// Writes `session` as maps and reads it as a `U`.
fn maps<U: DeserializeOwned>(session: &impl Serialize) -> Result<U, Refused> {
    read(&map_codec(), &written(&map_codec(), session)?)
}

/// Writes `session` as arrays and reads it as a `U`.
fn compact<U: DeserializeOwned>(session: &impl Serialize) -> Result<U, Refused> {
    read(&compact_codec(), &written(&compact_codec(), session)?)
}

/// Reads an instant that is written as in RFC 3339.
fn instant(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap()
}

#[track_caller]
fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(session: T) {
    assert_eq!(maps::<T>(&session).as_ref(), Ok(&session), "as maps");
    assert_eq!(compact::<T>(&session), Ok(session), "as arrays");
}

#[track_caller]
fn refused<T: Serialize>(session: &T, fault: PayloadError) {
    for codec in [map_codec(), compact_codec()] {
        assert_eq!(written(&codec, session), Err(Refused::AtEncode(fault)));
    }
}

/// Returns the payload's bytes, which follow header and signature.
fn payload<T: Serialize>(codec: &Codec, session: &T) -> Vec<u8> {
    use base64::Engine as _;
    let token = written(codec, session).unwrap();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token).unwrap()[30..].to_vec()
}

#[test]
fn the_table_names_every_test_of_this_folder_and_no_other() {
    let sources = [
        include_str!("buffered.rs"),
        include_str!("bytes.rs"),
        include_str!("enums.rs"),
        include_str!("fields.rs"),
        include_str!("lengths.rs"),
        include_str!("maps.rs"),
        include_str!("nesting.rs"),
        include_str!("options.rs"),
        include_str!("scalars.rs"),
        include_str!("sequences.rs"),
    ];
    let tests = sources.iter().flat_map(|source| source.split("#[test]\nfn ").skip(1));
    let mut tests: Vec<&str> = tests.map(|test| test.split('(').next().unwrap()).collect();
    let page = include_str!("../../../docs/serde.md").split("## In JavaScript").next().unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let named = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once("| `"));
    let named = named.filter_map(|(_, name)| name.strip_suffix('`'));
    // The last column of the page's other tables has values and types.
    let mut named: Vec<&str> = named.filter(|name| name.contains('_')).collect();
    tests.sort_unstable();
    named.sort_unstable();
    named.dedup();
    assert_eq!(named, tests);
}
