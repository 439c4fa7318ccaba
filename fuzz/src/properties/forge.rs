//! A changed token never verifies. The changes are flipped bits, changed bytes, spliced tokens,
//! swapped parts and other encodings of the same bytes. A token of another purpose, mode, context
//! or key never verifies either, even if the key IDs are equal. A codec does not reissue a session
//! that another codec verified.

use arbitrary::{Result, Unstructured};
use data_encoding::BASE64URL_NOPAD;
use hardtack::{Codec, DecodeError, EncodeError, PayloadError, RenewError};
use rmpv::Value;

use super::super::naive::{Claims, Config, Expiry, Role, msgpack};
use super::super::scene::{self, take};

const SIGNATURE: usize = 24;

pub fn run(data: &[u8]) {
    // Too few bytes are no input.
    let _ = check(&mut Unstructured::new(data));
}

struct Side {
    config: Config,
    codec: Codec,
}

struct Token {
    text: String,
    header_len: usize,
    side: usize,
    key: usize,
}

fn check(input: &mut Unstructured<'_>) -> Result<()> {
    let config = out_of_time(scene::read_config(input)?);
    let other = out_of_time(changed(config.clone(), input)?);
    // Skip a purpose or a context that the builder refuses.
    let [Some(one), Some(other)] = [config, other].map(Side::new) else { return Ok(()) };
    let sides = [one, other];
    let tokens =
        (0..4).map(|number| read_token(&sides, number % 2, input)).collect::<Result<Vec<_>>>()?;
    tokens.iter().for_each(|token| assert_accepted_where_it_belongs(&sides, token));
    let forged = forge(&tokens, input)?;
    sides.iter().for_each(|side| assert_refused(&sides, side, &tokens, &forged));
    Ok(())
}

impl Side {
    fn new(config: Config) -> Option<Self> {
        let codec = scene::codec(&config)?;
        Some(Self { config, codec })
    }

    /// Returns true if the signature is valid. Nothing else can make a token invalid here.
    fn accepts(&self, token: &[u8]) -> bool {
        match self.codec.decode_at::<Value>(token, scene::instant(0)) {
            Ok(_) | Err(DecodeError::Payload(_)) => true,
            Err(error) => {
                let before = [
                    "malformed",
                    "unsupported_version",
                    "wrong_mode",
                    "unknown_key",
                    "bad_signature",
                ];
                assert!(before.contains(&error.kind()), "{error}");
                false
            }
        }
    }

    fn is_bound_like(&self, other: &Self) -> bool {
        let binding = |side: &Self| {
            (side.config.encrypted, side.config.purpose.clone(), side.config.context.clone())
        };
        binding(self) == binding(other)
    }
}

/// The policy accepts every time and no key retires, so only the signature can fail.
fn out_of_time(mut config: Config) -> Config {
    let roles = [Role::Signs(None)].into_iter().chain(core::iter::repeat(Role::Verifies(None)));
    config.keys.iter_mut().zip(roles).for_each(|(key, role)| key.role = role);
    if config.purpose.is_empty() {
        config.purpose = "session".to_owned();
    }
    Config {
        max_age: u32::MAX.into(),
        max_requested_age: None,
        absolute_timeout: None,
        leeway: 1 << 33,
        not_before: None,
        max_len: 1 << 20,
        ..config
    }
}

/// Returns the same configuration, or one that differs in one thing.
fn changed(mut config: Config, input: &mut Unstructured<'_>) -> Result<Config> {
    match input.arbitrary::<u8>()? % 8 {
        0 => config.encrypted = !config.encrypted,
        1 => config.purpose.push(input.arbitrary()?),
        2 => config.purpose = scene::read_text(input)?,
        3 => config.keys = scene::read_config(input)?.keys,
        4 => config.keys.rotate_left(1),
        5 => config.context.push(take(input, 3)?.to_vec()),
        6 => shift_context(&mut config.context, input)?,
        _ => {}
    }
    Ok(config)
}

/// Moves or removes the boundary between two parts.
fn shift_context(context: &mut Vec<Vec<u8>>, input: &mut Unstructured<'_>) -> Result<()> {
    if context.len() < 2 {
        context.push(Vec::new());
        return Ok(());
    }
    let at = usize::from(input.arbitrary::<u8>()?) % (context.len() - 1);
    let mut joined = context.remove(at);
    joined.append(&mut context[at]);
    let border = usize::from(input.arbitrary::<u8>()?);
    if border <= joined.len() {
        context[at] = joined.split_off(border);
        context.insert(at, joined);
    } else {
        context[at] = joined;
    }
    Ok(())
}

fn read_token(sides: &[Side; 2], side: usize, input: &mut Unstructured<'_>) -> Result<Token> {
    let config = &sides[side].config;
    let key = usize::from(input.arbitrary::<u8>()?) % config.keys.len();
    let claims = read_claims(config.encrypted, input)?;
    let length = usize::from(input.arbitrary::<u8>()?);
    let payload = take(input, length)?;
    let payload = if payload.is_empty() { &[0xc0] } else { payload };
    let text = config.encode(key, &claims, payload).expect("within the limit");
    let header_len = super::super::naive::write_header(&claims, 0).len();
    Ok(Token { text, header_len, side, key })
}

fn read_claims(encrypted: bool, input: &mut Unstructured<'_>) -> Result<Claims> {
    let issued_at: u32 = input.arbitrary()?;
    let age = input.arbitrary::<u32>()?.min(issued_at);
    let seconds = input.arbitrary::<u32>()?.max(1);
    let expiry = match input.arbitrary::<u8>()? % 4 {
        0 => Expiry::Policy,
        1 => Expiry::After(seconds),
        2 => Expiry::At(seconds),
        _ => Expiry::BrowserClose,
    };
    let session_id = scene::read_id(input)?;
    Ok(Claims { encrypted, issued_at, started_at: issued_at - age, session_id, expiry })
}

fn belongs(sides: &[Side; 2], token: &Token, to: &Side) -> bool {
    let from = &sides[token.side];
    let signer = &from.config.keys[token.key].bytes;
    to.is_bound_like(from) && to.config.keys.iter().any(|key| key.bytes == *signer)
}

fn assert_accepted_where_it_belongs(sides: &[Side; 2], token: &Token) {
    for side in sides {
        assert_eq!(side.accepts(token.text.as_bytes()), belongs(sides, token, side));
    }
    let Ok(session) = sides[token.side].codec.decode_at::<Value>(&token.text, scene::instant(0))
    else {
        return;
    };
    for side in sides {
        let expected = if !side.is_bound_like(&sides[token.side]) {
            Err(RenewError::OtherCodec)
        } else if belongs(sides, token, side) && msgpack::of(session.data()).has_key_twice() {
            Err(RenewError::Encode(EncodeError::Payload(PayloadError::DuplicateKey)))
        } else if belongs(sides, token, side) {
            Ok(())
        } else {
            Err(RenewError::NoLongerValid(DecodeError::UnknownKey))
        };
        assert_eq!(side.codec.renew_at(&session, scene::instant(0)).map(drop), expected);
    }
}

fn assert_refused(sides: &[Side; 2], side: &Side, tokens: &[Token], forged: &[u8]) {
    if side.accepts(forged) {
        let is_authentic =
            |token: &Token| token.text.as_bytes() == forged && belongs(sides, token, side);
        assert!(tokens.iter().any(is_authentic), "{}", String::from_utf8_lossy(forged));
    }
}

/// The first token after any number of changes to its bytes, then to its text.
fn forge(tokens: &[Token], input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut bytes = raw(&tokens[0]);
    for _ in 0..input.arbitrary::<u8>()? % 8 {
        change_bytes(&mut bytes, tokens, input)?;
    }
    let mut text = BASE64URL_NOPAD.encode(&bytes).into_bytes();
    for _ in 0..input.arbitrary::<u8>()? % 4 {
        change_text(&mut text, input)?;
    }
    Ok(text)
}

fn raw(token: &Token) -> Vec<u8> {
    BASE64URL_NOPAD.decode(token.text.as_bytes()).expect("base64url")
}

fn change_bytes(bytes: &mut Vec<u8>, tokens: &[Token], input: &mut Unstructured<'_>) -> Result<()> {
    let other = &tokens[usize::from(input.arbitrary::<u8>()?) % tokens.len()];
    let parts = Parts::of(&raw(other), other.header_len);
    let mine = Parts::of(bytes, tokens[0].header_len);
    let operation = input.arbitrary::<u8>()? % 10;
    let at = usize::from(input.arbitrary::<u16>()?) % (bytes.len() + 1);
    match operation {
        0 => *bytes = mine.with_header(&parts.header),
        1 => *bytes = mine.with_signature(&parts.signature),
        2 => *bytes = mine.with_body(&parts.body),
        3 => bytes.insert(at, input.arbitrary()?),
        4 => bytes.truncate(at),
        5 => drop(bytes.drain(..at)),
        6 => *bytes = [&bytes[..at], raw(other).get(at..).unwrap_or_default()].concat(),
        7 => bytes.extend_from_within(at..),
        8 => rewrite_first(bytes, input.arbitrary()?),
        _ => flip(bytes, at, input.arbitrary()?),
    }
    Ok(())
}

fn rewrite_first(bytes: &mut [u8], first: u8) {
    if let Some(byte) = bytes.first_mut() {
        *byte = first;
    }
}

fn flip(bytes: &mut [u8], at: usize, mask: u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= mask;
    }
}

fn change_text(text: &mut Vec<u8>, input: &mut Unstructured<'_>) -> Result<()> {
    let operation = input.arbitrary::<u8>()? % 6;
    let at = usize::from(input.arbitrary::<u16>()?) % (text.len() + 1);
    match operation {
        0 => text.push(b'='),
        1 => text.insert(at, input.arbitrary()?),
        2 => drop(text.drain(at..)),
        3 => standard_alphabet(text),
        4 => flip(text, at, 0x20),
        _ => flip(text, at, input.arbitrary()?),
    }
    Ok(())
}

fn standard_alphabet(text: &mut [u8]) {
    for byte in text {
        match *byte {
            b'-' => *byte = b'+',
            b'_' => *byte = b'/',
            _ => {}
        }
    }
}

struct Parts {
    header: Vec<u8>,
    signature: Vec<u8>,
    body: Vec<u8>,
}

impl Parts {
    fn of(bytes: &[u8], header_len: usize) -> Self {
        let (header, rest) = bytes.split_at(header_len.min(bytes.len()));
        let (signature, body) = rest.split_at(SIGNATURE.min(rest.len()));
        Self { header: header.to_vec(), signature: signature.to_vec(), body: body.to_vec() }
    }

    fn with_header(&self, header: &[u8]) -> Vec<u8> {
        [header, &self.signature, &self.body].concat()
    }

    fn with_signature(&self, signature: &[u8]) -> Vec<u8> {
        [&self.header, signature, &self.body].concat()
    }

    fn with_body(&self, body: &[u8]) -> Vec<u8> {
        [&self.header, &self.signature, body].concat()
    }
}
