//! A session of every kind of value, as Rust writes it and reads it back from JavaScript.

use std::collections::BTreeMap;

use hardtack::IssueOptions;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};

use crate::Failure;
use crate::codec::{Options, instant};

/// Without a token: one that Rust makes. With one: whether it holds the same session.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    codec: Options,
    now: i64,
    token: Option<String>,
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Shapes {
    truth: bool,
    least: i64,
    greatest: u64,
    wide: i128,
    half: f32,
    fraction: f64,
    whole: f64,
    infinite: f64,
    letter: char,
    text: String,
    nothing: Option<u8>,
    something: Option<u8>,
    unit: (),
    list: Vec<i32>,
    tuple: (u8, String),
    bytes: ByteBuf,
    by_name: BTreeMap<String, u32>,
    by_number: BTreeMap<u32, String>,
    plain: Kind,
    numbered: Kind,
    named: Kind,
    inner: Inner,
}

#[derive(Serialize, Deserialize, PartialEq)]
enum Kind {
    Plain,
    Numbered(u8),
    Named { user: u64 },
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Inner {
    roles: Vec<String>,
}

fn shapes() -> Shapes {
    Shapes {
        truth: true,
        least: i64::MIN,
        greatest: u64::MAX,
        wide: -1,
        half: 1.5,
        fraction: 0.1,
        whole: 3.0,
        infinite: f64::INFINITY,
        letter: 'é',
        text: "Ada".to_owned(),
        nothing: None,
        something: Some(7),
        unit: (),
        list: vec![-1, 0, 70_000],
        tuple: (7, "x".to_owned()),
        bytes: ByteBuf::from(vec![0, 255]),
        by_name: BTreeMap::from([("10".to_owned(), 1), ("2".to_owned(), 2), ("a".to_owned(), 3)]),
        by_number: BTreeMap::from([(7, "seven".to_owned())]),
        plain: Kind::Plain,
        numbered: Kind::Numbered(7),
        named: Kind::Named { user: 1 << 60 },
        inner: Inner { roles: vec!["admin".to_owned()] },
    }
}

impl Question {
    pub fn answer(&self) -> Result<Value, Failure> {
        let (codec, now) = (self.codec.codec()?, instant(self.now));
        let Some(token) = &self.token else {
            return Ok(json!(codec.begin_at(&shapes(), IssueOptions::at(now))?));
        };
        Ok(json!(codec.decode_at::<Shapes>(token, now)?.data() == &shapes()))
    }
}
