//! Reads exactly one MessagePack value, by the specification's table of formats.

/// The maximum number of nested arrays and maps.
pub const DEEPEST: usize = 64;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Nil,
    Boolean(bool),
    Integer(i128),
    /// The bits: every NaN is itself.
    F32(u32),
    F64(u64),
    Text(String),
    Binary(Vec<u8>),
    Array(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Extension(i8, Vec<u8>),
}

/// The value, if `bytes` are exactly one, not too deep, and its text is UTF-8.
pub fn read(bytes: &[u8]) -> Option<Value> {
    let (value, rest) = read_value(bytes, DEEPEST)?;
    rest.is_empty().then_some(value)
}

impl Value {
    /// Returns true if a map in the value has a key twice, which a decoder may accept and an
    /// encoder does not write.
    pub fn has_key_twice(&self) -> bool {
        match self {
            Self::Array(items) => items.iter().any(Self::has_key_twice),
            Self::Map(pairs) => {
                let mut keys = pairs.iter().map(|(key, _)| key).enumerate();
                keys.any(|(at, key)| pairs[..at].iter().any(|(before, _)| before == key))
                    || pairs.iter().any(|(key, value)| key.has_key_twice() || value.has_key_twice())
            }
            _ => false,
        }
    }
}

type Read<'a, T> = Option<(T, &'a [u8])>;

fn read_value(bytes: &[u8], depth: usize) -> Read<'_, Value> {
    let (&marker, rest) = bytes.split_first()?;
    let low_bits = |mask: u8| usize::from(marker & mask);
    match marker {
        0x00..=0x7f => Some((Value::Integer(marker.into()), rest)),
        0x80..=0x8f => map(rest, low_bits(0x0f), depth),
        0x90..=0x9f => array(rest, low_bits(0x0f), depth),
        0xa0..=0xbf => text(rest, low_bits(0x1f)),
        0xc0 => Some((Value::Nil, rest)),
        0xc1 => None,
        0xc2 => Some((Value::Boolean(false), rest)),
        0xc3 => Some((Value::Boolean(true), rest)),
        0xc4..=0xc6 => counted(rest, 1 << (marker - 0xc4), binary),
        0xc7..=0xc9 => counted(rest, 1 << (marker - 0xc7), extension),
        0xca => number(rest, 4).map(|(bits, rest)| (Value::F32(bits as u32), rest)),
        0xcb => number(rest, 8).map(|(bits, rest)| (Value::F64(bits), rest)),
        0xcc..=0xcf => {
            number(rest, 1 << (marker - 0xcc)).map(|(n, rest)| (Value::Integer(n.into()), rest))
        }
        0xd0..=0xd3 => signed(rest, 1 << (marker - 0xd0)),
        0xd4..=0xd8 => extension(rest, 1 << (marker - 0xd4)),
        0xd9..=0xdb => counted(rest, 1 << (marker - 0xd9), text),
        0xdc | 0xdd => counted(rest, 2 << (marker - 0xdc), |rest, count| array(rest, count, depth)),
        0xde | 0xdf => counted(rest, 2 << (marker - 0xde), |rest, count| map(rest, count, depth)),
        0xe0..=0xff => Some((Value::Integer(i128::from(marker) - 256), rest)),
    }
}

/// Reads a count of `width` bytes, then what it counts.
fn counted<'a>(
    bytes: &'a [u8],
    width: usize,
    read: impl Fn(&'a [u8], usize) -> Read<'a, Value>,
) -> Read<'a, Value> {
    let (count, rest) = number(bytes, width)?;
    read(rest, usize::try_from(count).ok()?)
}

fn array(bytes: &[u8], count: usize, depth: usize) -> Read<'_, Value> {
    let (items, rest) = values(bytes, count, depth.checked_sub(1)?)?;
    Some((Value::Array(items), rest))
}

fn map(bytes: &[u8], count: usize, depth: usize) -> Read<'_, Value> {
    let (items, rest) = values(bytes, count.checked_mul(2)?, depth.checked_sub(1)?)?;
    let mut items = items.into_iter();
    let mut pairs = Vec::new();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    Some((Value::Map(pairs), rest))
}

fn values(mut bytes: &[u8], count: usize, depth: usize) -> Read<'_, Vec<Value>> {
    let mut values = Vec::new();
    for _ in 0..count {
        let (value, rest) = read_value(bytes, depth)?;
        values.push(value);
        bytes = rest;
    }
    Some((values, bytes))
}

fn text(bytes: &[u8], length: usize) -> Read<'_, Value> {
    let (text, rest) = bytes.split_at_checked(length)?;
    Some((Value::Text(String::from_utf8(text.to_vec()).ok()?), rest))
}

fn binary(bytes: &[u8], length: usize) -> Read<'_, Value> {
    let (binary, rest) = bytes.split_at_checked(length)?;
    Some((Value::Binary(binary.to_vec()), rest))
}

fn extension(bytes: &[u8], length: usize) -> Read<'_, Value> {
    let (&kind, rest) = bytes.split_first()?;
    let (data, rest) = rest.split_at_checked(length)?;
    Some((Value::Extension(i8::from_be_bytes([kind]), data.to_vec()), rest))
}

fn number(bytes: &[u8], width: usize) -> Read<'_, u64> {
    let (digits, rest) = bytes.split_at_checked(width)?;
    Some((digits.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)), rest))
}

/// Two's complement of `width` bytes.
fn signed(bytes: &[u8], width: usize) -> Read<'_, Value> {
    let (number, rest) = number(bytes, width)?;
    let range = 1_i128 << (8 * width);
    let number = i128::from(number);
    let number = if number >= range / 2 { number - range } else { number };
    Some((Value::Integer(number), rest))
}

/// The value that a session of any MessagePack came back as.
pub fn of(value: &rmpv::Value) -> Value {
    match value {
        rmpv::Value::Nil => Value::Nil,
        rmpv::Value::Boolean(value) => Value::Boolean(*value),
        rmpv::Value::Integer(value) => Value::Integer(integer(value)),
        rmpv::Value::F32(value) => Value::F32(value.to_bits()),
        rmpv::Value::F64(value) => Value::F64(value.to_bits()),
        rmpv::Value::String(value) => {
            Value::Text(value.as_str().expect("text is UTF-8").to_owned())
        }
        rmpv::Value::Binary(value) => Value::Binary(value.clone()),
        rmpv::Value::Array(items) => Value::Array(items.iter().map(of).collect()),
        rmpv::Value::Map(pairs) => {
            Value::Map(pairs.iter().map(|(key, value)| (of(key), of(value))).collect())
        }
        rmpv::Value::Ext(kind, data) => Value::Extension(*kind, data.clone()),
    }
}

fn integer(value: &rmpv::Integer) -> i128 {
    let unsigned = value.as_u64().map(i128::from);
    unsigned.or(value.as_i64().map(i128::from)).expect("an integer of 64 bits")
}
