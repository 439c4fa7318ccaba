//! Bytes, and values that borrow from the scratch buffer.

use std::borrow::Cow;

use hardtack::{Codec, DecodeError, PayloadError};
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf, Bytes};

use super::{compact_codec, map_codec, maps, payload, same};
use crate::support::NOW;

#[test]
fn bytes_by_serde_bytes_come_back() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Nonce(#[serde(with = "serde_bytes")] Vec<u8>);
    for length in [0, 1, 255, 256, 2000] {
        same(ByteBuf::from(vec![0xff; length]));
    }
    same((Nonce(vec![0, 0xff]), ByteArray::new([0xff; 16]), Some(ByteBuf::new())));
}

#[test]
fn bytes_without_serde_bytes_are_a_list_and_each_reads_the_other() {
    let bytes = vec![0xff_u8; 100];
    assert_eq!(payload(&map_codec(), &bytes).len(), 3 + 200);
    assert_eq!(payload(&map_codec(), &Bytes::new(&bytes)).len(), 2 + 100);
    assert_eq!(maps(&bytes), Ok(ByteBuf::from(bytes.clone())));
    assert_eq!(maps(&Bytes::new(&bytes)), Ok(bytes.clone()));
    same(bytes);
}

fn codecs() -> [Codec; 2] {
    [map_codec(), compact_codec()]
}

#[test]
fn text_and_bytes_borrow_from_the_scratch_buffer() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Borrowed<'a> {
        name: &'a str,
        #[serde(with = "serde_bytes")]
        nonce: &'a [u8],
        #[serde(borrow)]
        theme: Cow<'a, str>,
        #[serde(borrow)]
        roles: Vec<&'a str>,
    }
    let roles = vec!["admin", ""];
    let session = Borrowed { name: "Ada", nonce: &[0, 255], theme: "dark".into(), roles };
    for codec in codecs() {
        let mut scratch = Vec::new();
        let token = codec.begin_at(&session, NOW).unwrap();
        let read = codec.decode_borrowed_at::<Borrowed<'_>>(&token, &mut scratch, NOW).unwrap();
        assert_eq!(*read.data(), session);
        assert!(matches!(read.data().theme, Cow::Borrowed("dark")));
    }
}

#[test]
fn a_borrowed_slice_of_bytes_reads_only_what_serde_bytes_wrote() {
    let (nonce, mut scratch) = ([1_u8, 2].as_slice(), Vec::new());
    let codec = map_codec();
    let token = codec.begin_at(&nonce, NOW).unwrap();
    let read = codec.decode_borrowed_at::<&[u8]>(&token, &mut scratch, NOW);
    assert_eq!(read.unwrap_err(), DecodeError::Payload(PayloadError::Mismatch));
    let token = codec.begin_at(Bytes::new(nonce), NOW).unwrap();
    let read = codec.decode_borrowed_at::<&[u8]>(&token, &mut scratch, NOW);
    assert_eq!(*read.unwrap().data(), nonce);
}

#[test]
fn flattened_fields_can_borrow() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Inner<'a> {
        name: &'a str,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Outer<'a> {
        user: u64,
        #[serde(flatten, borrow)]
        inner: Inner<'a>,
    }
    let session = Outer { user: 7, inner: Inner { name: "Ada" } };
    for codec in codecs() {
        let mut scratch = Vec::new();
        let token = codec.begin_at(&session, NOW).unwrap();
        let read = codec.decode_borrowed_at::<Outer<'_>>(&token, &mut scratch, NOW).unwrap();
        assert_eq!(*read.data(), session);
    }
}
