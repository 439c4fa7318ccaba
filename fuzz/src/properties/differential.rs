//! Compares hardtack with the second implementation of FORMAT.md. Both give the same result for
//! every token, field by field and error by error, and both make the same tokens for every new or
//! renewed session.

use arbitrary::{Result, Unstructured};
use hardtack::{Codec, DecodeError, InspectError, IssueOptions, Verified, inspect};
use rmpv::Value;

use super::super::naive::{Change, Config, Session, msgpack};
use super::super::scene;

/// The beginning of a seed, before the rest that the function reads.
pub const ANY_TOKEN: u8 = 0;
pub const ANY_HEADER_AND_PAYLOAD: u8 = 1;
pub const NEW_SESSION: u8 = 2;

pub fn run(data: &[u8]) {
    // Too few bytes are no input.
    let _ = check(&mut Unstructured::new(data));
}

fn check(input: &mut Unstructured<'_>) -> Result<()> {
    let config = scene::read_config(input)?;
    let Some(codec) = scene::codec(&config) else { return Ok(()) };
    match input.arbitrary::<u8>()? % 3 {
        ANY_TOKEN => check_token(&config, &codec, input, |_, rest| Ok(rest.to_vec())),
        ANY_HEADER_AND_PAYLOAD => check_token(&config, &codec, input, protected),
        _ => check_new_session(&config, &codec, input),
    }
}

/// A token signed with a key of the ring, with any header and payload.
fn protected(config: &Config, rest: &[u8]) -> Result<Vec<u8>> {
    let mut input = Unstructured::new(rest);
    let key = usize::from(input.arbitrary::<u8>()?) % config.keys.len();
    let length = input.arbitrary::<u8>()?.into();
    let header = scene::take(&mut input, length)?;
    Ok(config.protect(key, header, input.take_rest()).into_bytes())
}

fn check_token(
    config: &Config,
    codec: &Codec,
    input: &mut Unstructured<'_>,
    make: impl Fn(&Config, &[u8]) -> Result<Vec<u8>>,
) -> Result<()> {
    let (now, later) = (scene::read_time(input)?, scene::read_time(input)?);
    let token = make(config, input.bytes(input.len())?)?;
    check_inspect(config, &token);
    let expected = config.decode(&token, now.into());
    match (codec.decode_at::<Value>(&token, scene::instant(now)), expected) {
        (Ok(session), Ok(expected)) => {
            assert_eq!(msgpack::of(session.data()), expected.value);
            scene::assert_same_fields(config, &session, &expected);
            check_renewal(config, codec, &session, &expected, later);
        }
        (Err(error), Err(kind)) => check_error(error, kind, &token, config),
        (decoded, expected) => panic!("{decoded:?}, {expected:?} expected"),
    }
    Ok(())
}

fn check_error(error: DecodeError, kind: &str, token: &[u8], config: &Config) {
    assert_eq!(error.kind(), kind);
    if let DecodeError::TooLong { length, limit } = error {
        assert_eq!((length, limit), (token.len(), config.max_len));
    }
}

fn check_renewal(
    config: &Config,
    codec: &Codec,
    session: &Verified<Value>,
    expected: &Session,
    now: i64,
) {
    let renewed = codec.renew_at(session, scene::instant(now)).map_err(|error| error.kind());
    let change = Change::default();
    assert_eq!(renewed, config.renew(expected, now.into(), change, &bytes(session.data())));
}

fn check_inspect(config: &Config, token: &[u8]) {
    let config = Config { max_len: usize::MAX, ..config.clone() };
    let failure =
        config.open(token).err().filter(|kind| ["malformed", "unsupported_version"].contains(kind));
    match inspect(token) {
        Err(InspectError::Malformed) => assert_eq!(failure, Some("malformed")),
        Err(_) => assert_eq!(failure, Some("unsupported_version")),
        Ok(_) => assert_eq!(failure, None),
    }
}

fn check_new_session(config: &Config, codec: &Codec, input: &mut Unstructured<'_>) -> Result<()> {
    let (now, wish, id) =
        (scene::read_time(input)?, scene::read_wish(input)?, scene::read_id(input)?);
    let payload = input.bytes(input.len())?;
    if msgpack::read(payload).is_none() {
        return Ok(());
    }
    let session = rmpv::decode::read_value(&mut &*payload).expect("MessagePack");
    let mut start = IssueOptions::at(scene::instant(now)).expiry(scene::expiry(wish));
    if let Some(id) = id {
        start = start.id(scene::session_id(id));
    }
    let token = codec.begin_at(&session, start).map_err(|error| error.kind());
    assert_eq!(token, config.begin(now.into(), id, wish, &bytes(&session)));
    Ok(())
}

/// A session as MessagePack, by the other crate.
fn bytes(session: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, session).expect("a buffer takes everything");
    bytes
}
