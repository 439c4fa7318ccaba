//! Enums: four kinds of variants, four ways to tag them.

use std::collections::BTreeMap;

use hardtack::PayloadError;
use serde::{Deserialize, Serialize};

use super::{Refused, UNREADABLE, compact, map_codec, maps, payload, refused, same};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Login {
    user: u64,
    name: Option<String>,
}

fn login() -> Login {
    Login { user: 7, name: None }
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Untold {
    Unit,
    Newtype(u64),
    Tuple(u64, String),
    Struct {
        user: u64,
        name: Option<String>,
    },
    Login(Login),
    Nothing(()),
    #[serde(rename = "i")]
    Item(Option<Box<Untold>>),
}

#[test]
fn all_four_kinds_of_variants_come_back() {
    same(vec![
        Untold::Unit,
        Untold::Newtype(u64::MAX),
        Untold::Tuple(7, "Ada".into()),
        Untold::Struct { user: 7, name: Some("Ada".into()) },
        Untold::Login(login()),
        Untold::Nothing(()),
        Untold::Item(None),
        Untold::Item(Some(Box::new(Untold::Unit))),
    ]);
    same(Untold::Unit);
}

#[test]
fn a_variant_is_written_by_its_name_so_variants_may_be_reordered() {
    assert_eq!(payload(&map_codec(), &Untold::Unit), b"\xa4Unit");
    assert_eq!(payload(&map_codec(), &Untold::Newtype(7)), b"\x81\xa7Newtype\x07");
    assert_eq!(payload(&map_codec(), &Untold::Item(None)), b"\x81\xa1i\xc0");
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(tag = "kind")]
enum Internal {
    Unit,
    Struct { user: u64, name: Option<String> },
    Login(Login),
    Map(BTreeMap<String, u8>),
}

#[test]
fn internally_tagged_enums_come_back() {
    same(vec![
        Internal::Unit,
        Internal::Struct { user: 7, name: Some("Ada".into()) },
        Internal::Struct { user: 7, name: None },
        Internal::Login(login()),
        Internal::Map(BTreeMap::from([("a".into(), 1)])),
    ]);
}

#[test]
fn an_internally_tagged_newtype_of_anything_but_a_struct_is_refused() {
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    enum Wrong {
        Number(u8),
        Text(String),
        List(Vec<u8>),
    }
    refused(&Wrong::Number(7), PayloadError::Serialize);
    refused(&Wrong::Text("Ada".into()), PayloadError::Serialize);
    refused(&Wrong::List(vec![]), PayloadError::Serialize);
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    Unit,
    Newtype(u64),
    Login(Login),
    Tuple(u64, String),
    Struct { user: u64, name: Option<String> },
    Nothing(()),
}

#[test]
fn adjacently_tagged_enums_come_back() {
    same(vec![
        Adjacent::Newtype(7),
        Adjacent::Login(login()),
        Adjacent::Tuple(7, "Ada".into()),
        Adjacent::Nothing(()),
    ]);
    assert_eq!(maps(&Adjacent::Unit), Ok(Adjacent::Unit));
    let variant = Adjacent::Struct { user: 7, name: None };
    assert_eq!(maps(&variant), Ok(variant));
}

#[test]
fn adjacently_tagged_variants_without_data_or_with_fields_do_not_read_in_compact() {
    assert_eq!(compact::<Adjacent>(&Adjacent::Unit), Err(UNREADABLE));
    let variant = Adjacent::Struct { user: 7, name: None };
    assert_eq!(compact::<Adjacent>(&variant), Err(UNREADABLE));
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    Text(String),
    List(Vec<Option<u8>>),
    Login(Login),
    Name { name: String },
    Nothing,
}

#[test]
fn untagged_enums_come_back_if_their_variants_differ() {
    same(vec![
        Untagged::Number(7),
        Untagged::Text("Ada".into()),
        Untagged::List(vec![None, Some(7), None]),
        Untagged::Login(Login { user: 256, name: None }),
        Untagged::Nothing,
    ]);
    assert_eq!(maps(&Untagged::Login(login())), Ok(Untagged::Login(login())));
    let name = || Untagged::Name { name: "Ada".into() };
    assert_eq!(maps(&name()), Ok(name()));
}

#[test]
fn an_untagged_variant_with_fields_does_not_read_in_compact() {
    assert_eq!(compact::<Untagged>(&Untagged::Name { name: "Ada".into() }), Err(UNREADABLE));
}

#[test]
fn of_untagged_variants_the_first_that_fits_is_read() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    #[serde(untagged)]
    enum Overlapping {
        Visitor { user: u64 },
        Admin { user: u64, level: u8 },
    }
    let admin = Overlapping::Admin { user: 7, level: 1 };
    assert_eq!(maps(&admin), Ok(Overlapping::Visitor { user: 7 }));
}

/// Without field names, only the number and the types of fields distinguish structs.
#[test]
fn untagged_structs_are_read_as_each_other_in_compact() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Buyer {
        buyer: u64,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Seller {
        seller: u64,
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    #[serde(untagged)]
    enum Party {
        Buyer(Buyer),
        Seller(Seller),
    }
    let seller = Party::Seller(Seller { seller: 7 });
    assert_eq!(maps(&seller).as_ref(), Ok(&seller));
    assert_eq!(compact(&seller), Ok(Party::Buyer(Buyer { buyer: 7 })));
    assert_eq!(compact(&Untagged::Login(login())), Ok(Untagged::List(vec![Some(7), None])));
}

#[test]
fn an_unknown_variant_reads_only_as_other() {
    #[derive(Deserialize, Debug, PartialEq)]
    enum Closed {
        Unit,
    }
    #[derive(Deserialize, Debug, PartialEq)]
    enum Open {
        Unit,
        #[serde(other)]
        Other,
    }
    #[derive(Serialize)]
    enum New {
        Added,
    }
    let unknown = Refused::AtDecode(PayloadError::UnknownVariant { expected: &["Unit"] });
    assert_eq!(maps::<Closed>(&New::Added), Err(unknown));
    assert_eq!(maps(&New::Added), Ok(Open::Other));
    assert_eq!(maps(&Untold::Unit), Ok(Open::Unit));
    assert_eq!(maps(&Untold::Unit), Ok(Closed::Unit));
}

#[test]
fn a_tagged_struct_does_not_read_in_compact() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    #[serde(tag = "type")]
    struct Tagged {
        #[serde(default)]
        name: String,
        #[serde(default)]
        user: u64,
    }
    let session = || Tagged { name: "Ada".into(), user: 7 };
    assert_eq!(maps(&session()), Ok(session()));
    assert_eq!(compact::<Tagged>(&session()), Err(UNREADABLE));
}
