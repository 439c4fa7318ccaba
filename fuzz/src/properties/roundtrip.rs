//! Any session under any policy at any time stays the same when it is begun, read, updated and
//! renewed. Otherwise the error is the one that the second implementation predicts.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use hardtack::{Codec, IssueOptions, Renewal, Verified};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::super::naive::{self, Change, Config, Session, Wish};
use super::super::scene;

/// Deeper than any token goes.
const DEEPEST: u8 = 80;
/// So that an input has an end.
const LARGEST: usize = 300;

pub fn run(data: &[u8]) {
    // Too few bytes are no input.
    let _ = check(&mut Unstructured::new(data));
}

/// A session with every shape of serde.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
enum Shape {
    Nothing,
    Unit(()),
    Truth(bool),
    Small(i8, u16),
    Number(i64),
    Natural(u64),
    Wide { signed: i128, unsigned: u128 },
    Single(Bits<f32>),
    Double(Bits<f64>),
    Letter(char),
    Text(String),
    Binary(ByteBuf),
    List(Vec<Shape>),
    Named(BTreeMap<String, Shape>),
    Counted(BTreeMap<i16, Option<u8>>),
    Twice(Option<Option<u8>>),
    MaybeUnit(Option<()>),
    Struct(Box<Fields>),
    Boxed(Box<Shape>),
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Fields {
    name: String,
    inner: Shape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sometimes: Option<u8>,
    pair: (u8, [i32; 2]),
}

/// A float that is equal to itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Bits<F>(F);

impl PartialEq for Bits<f32> {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl PartialEq for Bits<f64> {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

/// A codec, and the configuration of the second implementation for it.
struct Setup {
    codec: Codec,
    /// The schema counted as part of the purpose.
    config: Config,
    compact: bool,
}

type Decoded = (Verified<Shape>, Session);

fn check(input: &mut Unstructured<'_>) -> Result<()> {
    let Some(setup) = Setup::read(input)? else { return Ok(()) };
    let mut now = scene::read_time(input)?;
    let mut data = read_shape(input, &mut 0)?;
    let (wish, id) = (scene::read_wish(input)?, scene::read_id(input)?);
    let Some(mut token) = setup.begin(&data, now, wish, id) else { return Ok(()) };
    let mut steps = 0;
    while steps < 5 && !input.is_empty() {
        steps += 1;
        now = read_moment(now, input)?;
        let Some(session) = setup.decode(&token, &data, now) else { continue };
        now = read_moment(now, input)?;
        if let Some(next) = setup.reissue(&session, now, input)? {
            (token, data) = next;
        }
    }
    setup.decode(&token, &data, now);
    Ok(())
}

impl Setup {
    fn read(input: &mut Unstructured<'_>) -> Result<Option<Self>> {
        let mut config = scene::read_config(input)?;
        let compact = input.arbitrary::<u8>()? % 2 == 1;
        if !compact {
            return Ok(scene::codec(&config).map(|codec| Self { codec, config, compact }));
        }
        config.purpose = config.purpose.replace('\u{1f}', "");
        if scene::codec(&config).is_none() {
            return Ok(None);
        }
        let ring = scene::ring(&config);
        let parts: Vec<&[u8]> = config.context.iter().map(Vec::as_slice).collect();
        let codec =
            scene::builder(&config, &ring).compact("shape-1").build().expect("an allowed policy");
        let codec = codec.with_context(&parts).expect("parts within their bounds");
        config.purpose.push_str("\u{1f}shape-1");
        Ok(Some(Self { codec, config, compact }))
    }

    fn begin(&self, data: &Shape, now: i64, wish: Wish, id: Option<[u8; 16]>) -> Option<String> {
        let mut start = IssueOptions::at(scene::instant(now)).expiry(scene::expiry(wish));
        if let Some(id) = id {
            start = start.id(scene::session_id(id));
        }
        let mut token = "before".to_owned();
        let begun = self.codec.begin_into_at(data, start, &mut token).map_err(|error| error.kind());
        let expected = self.config.begin(now.into(), id, wish, &self.bytes(data));
        self.expect(begun, token, expected, data)
    }

    /// The token, if it is the expected one; the buffer as it was, if the error is.
    fn expect(
        &self,
        done: core::result::Result<(), &str>,
        token: String,
        expected: core::result::Result<String, &'static str>,
        data: &Shape,
    ) -> Option<String> {
        let expected = match expected {
            Ok(_) | Err("too_long") if !self.can_be_written(data) => Err("payload"),
            expected => expected,
        };
        let buffer =
            if done.is_ok() { expected.clone().unwrap_or_default() } else { "before".to_owned() };
        assert_eq!((done, &token), (expected.map(drop), &buffer));
        done.is_ok().then_some(token)
    }

    fn decode(&self, token: &str, data: &Shape, now: i64) -> Option<Decoded> {
        let expected = self.config.decode(token.as_bytes(), now.into());
        match (self.codec.decode_at::<Shape>(token, scene::instant(now)), expected) {
            (Ok(session), Ok(expected)) => {
                assert_eq!(session.data(), data);
                scene::assert_same_fields(&self.config, &session, &expected);
                Some((session, expected))
            }
            (Err(error), Err(kind)) => {
                assert_eq!(error.kind(), kind);
                None
            }
            (decoded, expected) => panic!("{decoded:?}, {expected:?} expected"),
        }
    }

    /// The session once more, changed in what the input says.
    fn reissue(
        &self,
        (session, expected): &Decoded,
        now: i64,
        input: &mut Unstructured<'_>,
    ) -> Result<Option<(String, Shape)>> {
        let flags: u8 = input.arbitrary()?;
        let data = if flags & 1 == 0 { copy(session.data()) } else { read_shape(input, &mut 0)? };
        let change = Change {
            id: if flags & 2 == 0 { None } else { scene::read_id(input)? },
            expiry: if flags & 4 == 0 { None } else { Some(scene::read_wish(input)?) },
        };
        let token = self.update(session, expected, now, change, &data);
        if let (Some(token), 0) = (&token, flags & 7) {
            self.check_due(session, token, now);
        }
        Ok(token.map(|token| (token, data)))
    }

    fn update(
        &self,
        session: &Verified<Shape>,
        expected: &Session,
        now: i64,
        change: Change,
        data: &Shape,
    ) -> Option<String> {
        let mut changes = hardtack::IssueOptions::at(scene::instant(now));
        if let Some(id) = change.id {
            changes = changes.id(scene::session_id(id));
        }
        if let Some(wish) = change.expiry {
            changes = changes.expiry(scene::expiry(wish));
        }
        let mut token = "before".to_owned();
        let done = self
            .codec
            .update_into_at(session, data, changes, &mut token)
            .map_err(|error| error.kind());
        let expected = self.config.renew(expected, now.into(), change, &self.bytes(data));
        self.expect(done, token, expected, data)
    }

    /// Checks that a session that was due because of its age expires later after the renewal, and
    /// that a fixed instant is never due.
    fn check_due(&self, session: &Verified<Shape>, renewed: &str, now: i64) {
        let is_fixed = matches!(session.expiry(), hardtack::Expiry::At(_));
        let due = session.renewal(scene::instant(now));
        assert!(due.is_none() || !is_fixed);
        let Ok(after) = self.codec.decode_at::<Shape>(renewed, scene::instant(now)) else { return };
        assert!(due != Some(Renewal::Age) || after.expires_at() > session.expires_at());
        assert!(after.expires_at() >= session.expires_at());
        assert_ne!(after.renewal(scene::instant(now)), Some(Renewal::Key));
    }

    fn bytes(&self, data: &Shape) -> Vec<u8> {
        let written =
            if self.compact { rmp_serde::to_vec(data) } else { rmp_serde::to_vec_named(data) };
        written.expect("a shape can be written")
    }

    fn can_be_written(&self, data: &Shape) -> bool {
        let is_sound = naive::msgpack::read(&self.bytes(data)).is_some();
        is_sound
            && !data.any(&|shape| {
                shape.is_some_of_nothing() || self.compact && shape.leaves_out_a_field()
            })
    }
}

impl Shape {
    /// Whether it holds for this one or any inside it.
    fn any(&self, test: &impl Fn(&Self) -> bool) -> bool {
        test(self)
            || match self {
                Self::List(shapes) => shapes.iter().any(|shape| shape.any(test)),
                Self::Named(shapes) => shapes.values().any(|shape| shape.any(test)),
                Self::Struct(fields) => fields.inner.any(test),
                Self::Boxed(shape) => shape.any(test),
                _ => false,
            }
    }

    fn is_some_of_nothing(&self) -> bool {
        matches!(self, Self::Twice(Some(None)) | Self::MaybeUnit(Some(())))
    }

    fn leaves_out_a_field(&self) -> bool {
        matches!(self, Self::Struct(fields) if fields.sometimes.is_none())
    }
}

/// Copies a session by way of MessagePack, because sessions need not be `Clone`.
fn copy(data: &Shape) -> Shape {
    let bytes = rmp_serde::to_vec_named(data).expect("a shape can be written");
    rmp_serde::from_slice(&bytes).expect("what was read can be written and read")
}

/// A time not far from `now`, as a rule.
fn read_moment(now: i64, input: &mut Unstructured<'_>) -> Result<i64> {
    let moment = match input.arbitrary::<u8>()? % 4 {
        0 => now.saturating_add(input.arbitrary::<u16>()?.into()),
        1 => now.saturating_add(input.arbitrary::<u32>()?.into()),
        2 => now.saturating_sub(input.arbitrary::<u16>()?.into()),
        _ => scene::read_time(input)?,
    };
    Ok(scene::instant(moment).unix_timestamp())
}

/// At most [`LARGEST`] shapes in all.
fn read_shape(input: &mut Unstructured<'_>, size: &mut usize) -> Result<Shape> {
    *size += 1;
    let form = if *size > LARGEST { 0 } else { input.arbitrary::<u8>()? % 20 };
    Ok(match form {
        0 => Shape::Nothing,
        1 => Shape::Unit(()),
        2 => Shape::Truth(input.arbitrary()?),
        3 => Shape::Small(input.arbitrary()?, input.arbitrary()?),
        4 => Shape::Number(input.arbitrary()?),
        5 => Shape::Natural(input.arbitrary()?),
        6 => Shape::Wide { signed: input.arbitrary()?, unsigned: input.arbitrary()? },
        7 => Shape::Single(Bits(input.arbitrary()?)),
        8 => Shape::Double(Bits(input.arbitrary()?)),
        9 => Shape::Letter(input.arbitrary()?),
        10 => Shape::Text(scene::read_text(input)?),
        11 => Shape::Binary(ByteBuf::from(scene::read_text(input)?)),
        12 => Shape::List(read_many(input, |input| read_shape(input, size))?),
        13 => Shape::Named(read_map(input, |input| {
            Ok((scene::read_text(input)?, read_shape(input, size)?))
        })?),
        14 => {
            Shape::Counted(read_map(input, |input| Ok((input.arbitrary()?, input.arbitrary()?)))?)
        }
        15 => Shape::Twice(input.arbitrary()?),
        16 => Shape::MaybeUnit(input.arbitrary::<bool>()?.then_some(())),
        17 => Shape::Struct(Box::new(read_fields(input, size)?)),
        18 => Shape::Boxed(Box::new(read_shape(input, size)?)),
        _ => read_tower(input)?,
    })
}

fn read_fields(input: &mut Unstructured<'_>, size: &mut usize) -> Result<Fields> {
    Ok(Fields {
        name: scene::read_text(input)?,
        inner: read_shape(input, size)?,
        sometimes: input.arbitrary()?,
        pair: (input.arbitrary()?, input.arbitrary()?),
    })
}

/// Shapes in shapes in shapes.
fn read_tower(input: &mut Unstructured<'_>) -> Result<Shape> {
    let height = input.arbitrary::<u8>()? % DEEPEST;
    let floor = |inner, _| Shape::Boxed(Box::new(inner));
    Ok((0..height).fold(Shape::Nothing, floor))
}

fn read_many<T>(
    input: &mut Unstructured<'_>,
    mut read: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = input.arbitrary::<u8>()? % 20;
    (0..count).map(|_| read(input)).collect()
}

fn read_map<K: Ord, V>(
    input: &mut Unstructured<'_>,
    read: impl FnMut(&mut Unstructured<'_>) -> Result<(K, V)>,
) -> Result<BTreeMap<K, V>> {
    Ok(read_many(input, read)?.into_iter().collect())
}
