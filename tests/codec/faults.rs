//! Sessions whose `Serialize` or `Deserialize` fails or panics, errors of every kind, and many
//! threads. The codec, the `String` and the scratch buffer stay usable. An error leaves the
//! `String` unchanged.

use core::cell::Cell;
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

use crate::support::{DAY, MAX_AGE, MODES, NOW, SECOND, at, builder, codec, ring};
use hardtack::{
    Codec, Cutoff, DecodeError, EncodeError, Expiry, IssueOptions, Mode, PayloadError, RenewError,
    SessionId, Verified,
};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes some of the announced items, then fails or panics.
enum HalfWay {
    Fails,
    Panics,
}

impl Serialize for HalfWay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut items = to.serialize_seq(Some(2))?;
        items.serialize_element(&"half of a secret")?;
        match self {
            Self::Fails => Err(S::Error::custom("of a session: it is Ada's")),
            Self::Panics => panic!("in Serialize"),
        }
    }
}

/// Reads one item, then fails or panics.
#[derive(Debug)]
struct Reads<const PANICS: bool>;

impl<'de, const PANICS: bool> Deserialize<'de> for Reads<PANICS> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Self)
    }
}

impl<'de, const PANICS: bool> Visitor<'de> for Reads<PANICS> {
    type Value = Self;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        let item: Option<&str> = items.next_element()?;
        assert!(!PANICS, "in Deserialize, after {item:?}");
        Err(A::Error::custom("of a session: it is Ada's"))
    }
}

fn panics<R>(run: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(run)).is_err()
}

fn begun(codec: &Codec) -> Verified<String> {
    codec.decode_at(codec.begin_at("Ada", NOW).unwrap(), NOW).unwrap()
}

/// Texts that a `String` may hold before: none, short, longer than a token, not ASCII.
fn texts() -> [String; 5] {
    ["", "x", "an older token", "é", "🍪"].map(|text| text.repeat(300))
}

fn works(codec: &Codec, out: &mut String) {
    codec.begin_into_at("Ada", NOW, out).unwrap();
    assert_eq!(codec.decode_at::<String>(&*out, NOW).unwrap().data(), "Ada");
}

#[test]
fn a_serialize_that_fails_leaves_the_string_as_it_was() {
    for &mode in MODES {
        let codec = codec(mode);
        let session = begun(&codec);
        let fault = EncodeError::Payload(PayloadError::Serialize);
        for text in texts() {
            let mut out = text.clone();
            assert_eq!(codec.begin_into_at(&HalfWay::Fails, NOW, &mut out), Err(fault));
            assert_eq!(out, text);
            let updated = codec.update_into_at(&session, &HalfWay::Fails, NOW, &mut out);
            assert_eq!((updated, &out), (Err(RenewError::Encode(fault)), &text));
            works(&codec, &mut out);
        }
    }
}

#[test]
fn a_serialize_that_panics_leaves_the_string_as_it_was() {
    for &mode in MODES {
        let codec = codec(mode);
        let session = begun(&codec);
        for text in texts() {
            let mut out = text.clone();
            assert!(panics(|| codec.begin_into_at(&HalfWay::Panics, NOW, &mut out)));
            assert_eq!(out, text);
            assert!(panics(|| codec.update_into_at(&session, &HalfWay::Panics, NOW, &mut out)));
            assert_eq!(out, text);
            works(&codec, &mut out);
        }
    }
}

#[test]
fn a_string_keeps_its_memory_through_errors_and_panics() {
    let codec = codec(Mode::Signed);
    let mut out = String::with_capacity(5000);
    let room = out.capacity();
    assert!(codec.begin_into_at(&HalfWay::Fails, NOW, &mut out).is_err());
    assert!(panics(|| codec.begin_into_at(&HalfWay::Panics, NOW, &mut out)));
    assert_eq!(out.capacity(), room);
}

#[test]
fn every_error_of_encoding_leaves_the_string_as_it_was() {
    for &mode in MODES {
        let codec = codec(mode);
        let refused = |data: &dyn Fn(&mut String) -> Result<(), EncodeError>, kind| {
            for text in texts() {
                let mut out = text.clone();
                assert_eq!(data(&mut out).unwrap_err().kind(), kind);
                assert_eq!(out, text);
            }
        };
        let start = |expiry| IssueOptions::at(NOW).expiry(expiry);
        let long = "x".repeat(5000);
        refused(&|out| codec.begin_into_at(&long, NOW, out), "too_long");
        refused(&|out| codec.begin_into_at(&7, at(-1), out), "time_out_of_range");
        let never = start(Expiry::After(Duration::ZERO));
        refused(&|out| codec.begin_into_at(&7, never, out), "expiry_not_later");
        let ever = start(Expiry::After(DAY));
        refused(&|out| codec.begin_into_at(&7, ever, out), "expiry_too_long");
        refused(&|out| codec.begin_into_at(&(1, Some(())), NOW, out), "payload");
    }
}

#[test]
fn every_error_of_renewing_leaves_the_string_as_it_was() {
    for &mode in MODES {
        let keys = ring(&[1]);
        let session = begun(&codec(mode));
        let other = codec(mode).with_context(&[b"tenant-7"]).unwrap();
        let cut = builder(mode, &keys).not_before(Cutoff::at(NOW + SECOND)).build().unwrap();
        let short = builder(mode, &keys).max_len(20).build().unwrap();
        for (codec, now, kind) in [
            (&other, NOW, "other_codec"),
            (&cut, NOW, "revoked"),
            (&short, NOW, "too_long"),
            (&codec(mode), NOW + MAX_AGE, "expired"),
            (&codec(mode), NOW - DAY, "not_yet_valid"),
        ] {
            for text in texts() {
                let mut out = text.clone();
                let refused = codec.renew_into_at(&session, now, &mut out).unwrap_err();
                assert_eq!((refused.kind(), &out), (kind, &text));
                let refused = codec.update_into_at(&session, &7, now, &mut out).unwrap_err();
                assert_eq!((refused.kind(), &out), (kind, &text));
            }
        }
    }
}

#[test]
fn a_deserialize_that_fails_or_panics_leaves_codec_and_scratch_usable() {
    for &mode in MODES {
        let (codec, mut scratch) = (codec(mode), Vec::new());
        let token = codec.begin_at(&("Ada", 7), NOW).unwrap();
        for _ in 0..2 {
            let failed = codec.decode_borrowed_at::<Reads<false>>(&token, &mut scratch, NOW);
            let mismatch = DecodeError::Payload(PayloadError::Mismatch);
            assert_eq!(failed.unwrap_err(), mismatch);
            assert!(panics(|| {
                codec.decode_borrowed_at::<Reads<true>>(&token, &mut scratch, NOW).map(drop)
            }));
            let read = codec.decode_borrowed_at::<(&str, u8)>(&token, &mut scratch, NOW).unwrap();
            assert_eq!(*read.data(), ("Ada", 7));
        }
    }
}

#[test]
fn no_error_contains_the_message_of_serialize_or_deserialize() {
    let codec = codec(Mode::Signed);
    let written = codec.begin_at(&HalfWay::Fails, NOW).unwrap_err();
    let token = codec.begin_at(&("Ada", 7), NOW).unwrap();
    let read = codec.decode_at::<Reads<false>>(&token, NOW).unwrap_err();
    for shown in [format!("{written} {written:?}"), format!("{read} {read:?}")] {
        assert!(!shown.contains("Ada") && !shown.contains("secret"), "{shown}");
    }
}

#[test]
fn a_refusal_clears_the_last_session_from_the_scratch_buffer() {
    for &mode in MODES {
        let (codec, mut scratch) = (codec(mode), Vec::new());
        let token = codec.begin_at("Ada", NOW).unwrap();
        let forged = format!("{}A", &token[..token.len() - 1]);
        for refused in ["", "rubbish!", &forged, &"A".repeat(5000), &token[4..]] {
            codec.decode_borrowed_at::<&str>(&token, &mut scratch, NOW).unwrap();
            assert!(codec.decode_borrowed_at::<&str>(refused, &mut scratch, NOW).is_err());
            assert!(scratch.is_empty(), "{refused}");
        }
        codec.decode_borrowed_at::<&str>(&token, &mut scratch, NOW).unwrap();
        let over = NOW + MAX_AGE;
        assert!(codec.decode_borrowed_at::<&str>(&token, &mut scratch, over).is_err());
        assert!(scratch.is_empty());
    }
}

/// Encodes a session inside a session, because a codec holds no lock while `Serialize` or
/// `Deserialize` runs.
#[test]
fn a_session_may_use_the_codec_while_it_is_written_and_read() {
    thread_local!(static CODEC: Codec = codec(Mode::Signed));
    struct Nested(u32);
    impl Serialize for Nested {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_str(&CODEC.with(|codec| codec.begin_at(&self.0, NOW)).unwrap())
        }
    }
    impl<'de> Deserialize<'de> for Nested {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let token = String::deserialize(from)?;
            let inner = CODEC.with(|codec| codec.decode_at(token, NOW)).unwrap();
            Ok(Self(inner.into_data()))
        }
    }
    let read = CODEC.with(|codec| {
        let token = codec.begin_at(&Nested(7), NOW).unwrap();
        codec.decode_at::<Nested>(token, NOW).unwrap().into_data()
    });
    assert_eq!(read.0, 7);
}

#[test]
fn a_session_that_serializes_differently_each_time_is_signed_as_written() {
    struct Counts(Cell<u32>);
    impl Serialize for Counts {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            self.0.set(self.0.get() + 1);
            to.serialize_u32(self.0.get())
        }
    }
    for &mode in MODES {
        let (codec, session) = (codec(mode), Counts(Cell::new(0)));
        for count in 1..=3 {
            let token = codec.begin_at(&session, NOW).unwrap();
            assert_eq!(codec.decode_at::<u32>(token, NOW).unwrap().into_data(), count);
        }
    }
}

// Many threads

const THREADS: u8 = 16;
const ROUNDS: u8 = 50;

#[test]
fn sixteen_threads_share_one_codec() {
    for &mode in MODES {
        let codec = codec(mode);
        let together = Barrier::new(THREADS.into());
        thread::scope(|scope| {
            for visitor in 0..THREADS {
                let (codec, together) = (&codec, &together);
                scope.spawn(move || {
                    together.wait();
                    (0..ROUNDS).for_each(|round| visit(codec, visitor, round));
                });
            }
        });
    }
}

/// A visitor's session, told apart from every other's by its data and its id.
fn visit(codec: &Codec, visitor: u8, round: u8) {
    let (mut out, mut scratch) = (String::new(), Vec::new());
    let id = SessionId::from_bytes([visitor; 16]);
    let data = (visitor, round, "x".repeat(visitor.into()));
    codec.begin_into_at(&data, IssueOptions::at(NOW).id(id), &mut out).unwrap();
    let session = codec.decode_at::<(u8, u8, String)>(&out, NOW).unwrap();
    assert_eq!((session.data(), session.id()), (&data, Some(id)));
    codec.update_into_at(&session, &(visitor, "later"), IssueOptions::at(NOW), &mut out).unwrap();
    let read = codec.decode_borrowed_at::<(u8, &str)>(&out, &mut scratch, NOW).unwrap();
    assert_eq!((read.data(), read.id()), (&(visitor, "later"), Some(id)));
    let forged = out.replacen(['A', 'B', 'C'], "_", 1);
    if forged != out {
        assert!(codec.decode_at::<(u8, String)>(forged, NOW).is_err());
    }
}

#[test]
fn a_thread_that_panics_in_a_session_does_not_harm_the_others() {
    let codec = codec(Mode::Signed);
    let together = Barrier::new(THREADS.into());
    let harmed = thread::scope(|scope| {
        let run = |visitor: u8| {
            let (codec, together) = (&codec, &together);
            scope.spawn(move || {
                together.wait();
                for round in 0..ROUNDS {
                    if visitor % 2 == 0 && round % 10 == 0 {
                        assert!(panics(|| codec.begin_at(&HalfWay::Panics, NOW)));
                    }
                    visit(codec, visitor, round);
                }
            })
        };
        let threads: Vec<_> = (0..THREADS).map(run).collect();
        threads.into_iter().filter_map(|thread| thread.join().err()).count()
    });
    assert_eq!(harmed, 0);
}

/// A list that ignores the error of an element.
struct PassesOver;

impl Serialize for PassesOver {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut list = to.serialize_seq(Some(2))?;
        let _ = list.serialize_element(&HalfWay::Fails);
        list.serialize_element(&7)?;
        list.end()
    }
}

#[test]
fn an_incomplete_value_is_not_written_even_if_a_type_ignores_the_error() {
    for &mode in MODES {
        let refused = codec(mode).begin_at(&PassesOver, NOW).unwrap_err();
        assert_eq!(refused, EncodeError::Payload(PayloadError::Serialize));
    }
}
