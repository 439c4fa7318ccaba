//! `Option`, which is written as its content or as nil.

use std::collections::BTreeMap;

use hardtack::PayloadError::SomeOfNothing;
use serde::{Deserialize, Serialize};

use super::{refused, same};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Unit;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Newtype<T>(T);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct One<T> {
    value: T,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Choice {
    None,
    Maybe(Option<u8>),
}

#[test]
fn some_and_none_come_back() {
    same((Some(0_u8), None::<u8>, Some(String::new()), Some(Vec::<u8>::new())));
    same(One { value: None::<u8> });
    same((Some(Some(7)), None::<Option<u8>>, Some(false), Some(0.0)));
    same((Some(Choice::None), Some(Choice::Maybe(None)), Some(Choice::Maybe(Some(7)))));
}

#[test]
fn some_of_nothing_is_refused() {
    refused(&Some(None::<u8>), SomeOfNothing);
    refused(&Some(Some(None::<u8>)), SomeOfNothing);
    refused(&Some(()), SomeOfNothing);
    refused(&Some(Newtype(())), SomeOfNothing);
    refused(&Some(Newtype(None::<u8>)), SomeOfNothing);
    refused(&Some(serde_json::Value::Null), SomeOfNothing);
}

#[test]
fn some_of_nothing_is_refused_at_any_depth() {
    refused(&One { value: Some(()) }, SomeOfNothing);
    refused(&(7, [Some(()); 2]), SomeOfNothing);
    refused(&BTreeMap::from([(Some(()), 7)]), SomeOfNothing);
    refused(&BTreeMap::from([(7, Some(None::<u8>))]), SomeOfNothing);
    refused(&Ok::<Option<()>, ()>(Some(())), SomeOfNothing);
}

#[test]
fn none_inside_a_list_or_a_struct_is_not_refused() {
    same((Some(Unit), Some(vec![None::<u8>]), Some((None::<u8>,)), Some([(); 2])));
    same((Some(One { value: None::<u8> }), Some(Ok::<(), ()>(())), Some(Vec::<()>::new())));
}
