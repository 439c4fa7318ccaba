//! Lists, tuples, arrays and sets, which are arrays of MessagePack in both layouts.

use std::collections::{BTreeSet, HashSet, LinkedList, VecDeque};

use serde::{Deserialize, Serialize};

use super::{UNREADABLE, compact, maps, same};

#[test]
fn lists_and_sets_come_back_in_every_length_of_messagepack() {
    for length in [0_u32, 1, 15, 16, 700] {
        same((0..length).collect::<Vec<_>>());
    }
    same((VecDeque::from([1, 2]), LinkedList::from(["a".to_owned()]), BTreeSet::from([3, 1])));
    same((HashSet::from([1, 2, 3]), Box::<[u8]>::from([1, 2])));
}

#[test]
fn tuples_arrays_and_tuple_structs_come_back() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Point(i32, Option<String>);
    same((1_u8, "two".to_owned(), (3.0, '4')));
    same(([1, 2, 3], [0xff_u8; 32]));
    same((Point(-1, None), Point(1, Some("a".into()))));
}

#[test]
fn a_tuple_of_another_length_does_not_read() {
    assert_eq!(maps::<(u8, u8)>(&(1, 2, 3)), Err(UNREADABLE));
    assert_eq!(maps::<(u8, u8, u8)>(&(1, 2)), Err(UNREADABLE));
    assert_eq!(compact::<[u8; 2]>(&[1, 2, 3]), Err(UNREADABLE));
}

/// A tuple cannot report a skipped field to the serializer.
#[test]
fn skip_serializing_if_in_a_tuple_struct_shifts_the_fields_after_it() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Pair(
        #[serde(skip_serializing_if = "Option::is_none", default)] Option<u8>,
        #[serde(default)] Option<u8>,
    );
    assert_eq!(maps(&Pair(None, Some(7))), Ok(Pair(Some(7), None)));
    assert_eq!(compact(&Pair(None, Some(7))), Ok(Pair(Some(7), None)));
    same(Pair(Some(7), None));
}
