//! Arrays and maps are nested at most 64 levels deep, both in writing and in reading.

use std::collections::BTreeMap;

use hardtack::{DecodeError, Mode, PayloadError};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};

use super::{refused, same};
use crate::support::{MODES, NOW, builder, by_hand, codec, ring};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Link {
    next: Option<Box<Link>>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Chain {
    End,
    Newtype(Box<Chain>),
    Tuple(Box<Chain>, u8),
    Struct { next: Box<Chain> },
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Unit;

fn links(depth: usize) -> Link {
    (1..depth).fold(Link { next: None }, |link, _| Link { next: Some(Box::new(link)) })
}

fn chain(count: usize, around: fn(Box<Chain>) -> Chain) -> Chain {
    (0..count).fold(Chain::End, |chain, _| around(Box::new(chain)))
}

fn lists(depth: usize) -> rmpv::Value {
    (0..depth).fold(rmpv::Value::Nil, |value, _| rmpv::Value::Array(vec![value]))
}

fn maps(depth: usize) -> rmpv::Value {
    (0..depth).fold(rmpv::Value::Nil, |value, _| rmpv::Value::Map(vec![(1.into(), value)]))
}

#[test]
fn sixty_four_levels_come_back_and_one_more_is_refused() {
    same(links(64));
    refused(&links(65), PayloadError::TooDeep);
    same((lists(63), maps(63)));
    refused(&lists(65), PayloadError::TooDeep);
    refused(&maps(65), PayloadError::TooDeep);
    refused(&lists(1000), PayloadError::TooDeep);
}

/// Returns a value inside this many lists.
struct Inside<'a, T> {
    lists: usize,
    value: &'a T,
}

impl<T: Serialize> Serialize for Inside<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.lists.checked_sub(1) {
            Some(lists) => to.collect_seq([Inside { lists, ..*self }]),
            None => self.value.serialize(to),
        }
    }
}

/// Checks how many of the 64 levels `value` takes. The remaining levels may be lists around it.
fn levels<T: Serialize>(value: &T) -> usize {
    let fits = |lists| super::maps::<IgnoredAny>(&Inside { lists, value }).is_ok();
    let most = (0..=64).rev().find(|&lists| fits(lists)).unwrap();
    refused(&Inside { lists: most + 1, value }, PayloadError::TooDeep);
    64 - most
}

#[test]
fn every_shape_counts_the_levels_that_it_writes() {
    assert_eq!((levels(&7), levels(&"Ada"), levels(&None::<u8>), levels(&1_i128)), (0, 0, 0, 0));
    assert_eq!((levels(&Unit), levels(&(1, 2)), levels(&links(1)), levels(&[(); 0])), (1, 1, 1, 1));
    assert_eq!((levels(&BTreeMap::from([(1, 2)])), levels(&[(1,)])), (1, 2));
    let end = || Box::new(Chain::End);
    assert_eq!((levels(&Chain::End), levels(&Chain::Newtype(end()))), (0, 1));
    assert_eq!((levels(&Chain::Tuple(end(), 1)), levels(&Chain::Struct { next: end() })), (2, 2));
    same(chain(64, Chain::Newtype));
    same(chain(32, |next| Chain::Tuple(next, 0)));
    same(chain(32, |next| Chain::Struct { next }));
}

/// `0x91` opens a list of one.
fn nested(depth: usize) -> Vec<u8> {
    [vec![0x91; depth], vec![0xc0]].concat()
}

#[test]
fn an_authentic_token_of_65_levels_is_refused_before_its_session_is_made() {
    let too_deep = DecodeError::Payload(PayloadError::TooDeep);
    for &mode in MODES {
        let read = |depth| {
            let token = by_hand(mode, 1, &nested(depth));
            codec(mode).decode_at::<rmpv::Value>(token, NOW).map(hardtack::Verified::into_data)
        };
        assert_eq!(read(64), Ok(lists(64)));
        assert_eq!(read(65), Err(too_deep));
    }
}

#[test]
fn levels_count_even_if_the_session_ignores_them() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Known {}
    let in_a_field = |depth| [b"\x81\xa7unknown".to_vec(), nested(depth)].concat();
    let read = |depth| {
        let token = by_hand(Mode::Signed, 1, &in_a_field(depth));
        codec(Mode::Signed).decode_at::<Known>(token, NOW).map(hardtack::Verified::into_data)
    };
    assert_eq!(read(63), Ok(Known {}));
    assert_eq!(read(64), Err(DecodeError::Payload(PayloadError::TooDeep)));
}

#[test]
fn a_million_levels_do_not_overflow_the_stack() {
    let codec = builder(Mode::Signed, &ring(&[1])).max_len(2_000_000).build().unwrap();
    let token = by_hand(Mode::Signed, 1, &nested(1_000_000));
    let read = codec.decode_at::<rmpv::Value>(token, NOW);
    assert_eq!(read.unwrap_err(), DecodeError::Payload(PayloadError::TooDeep));
}

/// A type that contains itself without an array or a map in between.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Endless(Option<Box<Endless>>);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Some255 {
    next: Option<Box<Some255>>,
    id: Id<Id<Id<Option<u8>>>>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Id<T>(T);

#[test]
fn a_type_that_contains_itself_does_not_overflow_the_stack() {
    for &mode in MODES {
        let codec = codec(mode);
        let read = |payload: &[u8]| codec.decode_at::<Endless>(by_hand(mode, 1, payload), NOW);
        assert_eq!(read(b"\xc0").unwrap().into_data(), Endless(None));
        for payload in [&b"\x01"[..], b"\xa1x", b"\x91\xc0"] {
            let error = DecodeError::Payload(PayloadError::TooDeep);
            assert_eq!(read(payload).unwrap_err(), error);
        }
    }
}

#[test]
fn options_and_newtypes_do_not_count_as_levels_of_a_session_of_64() {
    let id = || Id(Id(Id(Some(7))));
    let inner = Some255 { next: None, id: id() };
    let deep = (1..64).fold(inner, |inner, _| Some255 { next: Some(Box::new(inner)), id: id() });
    same(deep);
}

/// Returns a number inside this many newtypes.
struct Newtypes(usize);

impl Serialize for Newtypes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.checked_sub(1) {
            Some(left) => to.serialize_newtype_struct("Newtypes", &Newtypes(left)),
            None => to.serialize_u8(7),
        }
    }
}

#[test]
fn at_most_255_options_and_newtypes_are_written_inside_each_other() {
    assert_eq!(super::maps(&Newtypes(255)), Ok(7));
    refused(&Newtypes(256), PayloadError::TooDeep);
}
