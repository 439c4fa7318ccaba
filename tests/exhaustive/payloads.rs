//! Reads every signed payload of one and two bytes into every shape.

use std::any::type_name;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::{Codec, DecodeError, Key, KeyRing};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::naive::{self, Claims, Config, RingKey, Role, msgpack};

#[derive(Debug, Deserialize)]
struct Unit;

#[derive(Debug, Deserialize)]
struct Newtype(u8);

#[derive(Debug, Deserialize)]
struct Pair(i8, Option<bool>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lenient {
    a: u8,
    b: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    a: Option<u8>,
}

#[derive(Debug, Deserialize)]
struct Flat {
    a: Option<u8>,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Debug, Deserialize)]
enum External {
    A,
    B(u8),
    C(u8, u8),
    D { a: Option<u8> },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "t")]
enum Internal {
    A,
    B { a: u8 },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A,
    B(u8),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Nothing(()),
    Truth(bool),
    Number(i64),
    Float(f64),
    Text(String),
    List(Vec<Untagged>),
    Map(BTreeMap<String, Untagged>),
    Binary(serde_bytes::ByteBuf),
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Recursive(Vec<Recursive>);

/// A type that treats an error in a part as an absent value.
#[derive(Debug, Deserialize)]
struct Swallowing(#[serde(deserialize_with = "or_nothing")] Option<u8>);

fn or_nothing<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<u8>, D::Error> {
    Ok(Option::<u8>::deserialize(input).unwrap_or_default())
}

const KEY: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";
const NOW: u32 = 1_790_000_000;

struct Site {
    codec: Codec,
    config: Config,
}

#[derive(Default)]
struct Counts {
    payloads: usize,
    reads: usize,
    accepted: usize,
}

impl Site {
    fn new() -> Self {
        let keys = KeyRing::new(Key::from_bytes(&KEY).unwrap());
        let codec = Codec::signed("exhaustive", &keys, Duration::from_secs(60)).build().unwrap();
        let config = Config {
            encrypted: false,
            purpose: "exhaustive".to_owned(),
            keys: vec![RingKey { bytes: KEY.to_vec(), role: Role::Signs(None) }],
            overlap: 3600,
            context: Vec::new(),
            max_age: 60,
            max_requested_age: None,
            absolute_timeout: None,
            leeway: 60,
            not_before: None,
            max_len: 4096,
        };
        Self { codec, config }
    }

    fn token(&self, payload: &[u8]) -> String {
        let expiry = naive::Expiry::Policy;
        let claims =
            Claims { encrypted: false, issued_at: NOW, started_at: NOW, session_id: None, expiry };
        self.config.encode(0, &claims, payload).unwrap()
    }

    fn read<T: DeserializeOwned + Debug>(
        &self,
        token: &str,
        payload: &[u8],
        may_refuse: bool,
        counts: &mut Counts,
    ) {
        let now = OffsetDateTime::from_unix_timestamp(NOW.into()).unwrap();
        let read = match self.codec.decode_at::<T>(token, now) {
            Ok(session) => Some(session.into_data()),
            Err(DecodeError::Payload(_)) => None,
            Err(error) => panic!("{payload:x?}: {error}"),
        };
        // The second implementation checks that there is exactly one value, and rmp-serde checks
        // its type.
        let is_value = msgpack::read(payload).is_some();
        let expected = is_value.then(|| rmp_serde::from_slice::<T>(payload).ok()).flatten();
        let (read, expected) = (format!("{read:?}"), format!("{expected:?}"));
        let refused = read == "None" && may_refuse;
        let is_same = read == expected || refused;
        assert!(is_same, "{}: {payload:x?}: {read}, not {expected}", type_name::<T>());
        counts.reads += 1;
        counts.accepted += usize::from(read != "None");
    }

    fn read_as_all(&self, payload: &[u8], counts: &mut Counts) {
        let token = self.token(payload);
        macro_rules! read {
            ($($shape:ty),* $(,)?) => {$( self.read::<$shape>(&token, payload, false, counts); )*};
        }
        read![
            (), bool, u8, u16, u32, u64, i8, i16, i32, i64, i128, f32, f64, char, String,
            serde_bytes::ByteBuf, Cow<'static, str>, Box<str>, Option<()>, Option<u8>, Option<Option<u8>>,
            Vec<u8>, Vec<()>, Vec<Option<u8>>, [u8; 0], [u8; 1], (u8,), (u8, u8),
            BTreeMap<String, u8>, HashMap<u8, u8>, BTreeMap<bool, ()>,
            Unit, Newtype, Pair, Lenient, Strict, Flat, External, Internal, Adjacent, Untagged, Recursive,
            rmpv::Value, serde_json::Value, IgnoredAny, std::net::Ipv4Addr, Duration,
            Result<u8, u8>, std::ops::Range<u8>, std::num::NonZeroU8,
        ];
        // A type that hides the error of a part may have left bytes unread.
        self.read::<Swallowing>(&token, payload, true, counts);
        // rmp-serde reads a negative integer as a large one.
        self.read::<u128>(&token, payload, true, counts);
        counts.payloads += 1;
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "in release: scripts/exhaustive")]
fn every_payload_of_one_and_two_bytes_is_read_into_every_shape_as_rmp_serde_reads_it() {
    let (site, mut counts) = (Site::new(), Counts::default());
    for first in 0..=u8::MAX {
        site.read_as_all(&[first], &mut counts);
        for second in 0..=u8::MAX {
            site.read_as_all(&[first, second], &mut counts);
        }
    }
    let Counts { payloads, reads, accepted } = counts;
    let shapes = reads / payloads;
    println!(
        "every payload of 1 and 2 bytes: {payloads}, into {shapes} shapes: {reads} reads, {accepted} accepted"
    );
    assert_eq!(payloads, 256 + 65536);
    assert!(shapes >= 50 && accepted > 15_000);
}
