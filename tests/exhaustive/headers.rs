//! Enumerates headers and reads them with `inspect`.

use std::ops::Range;
use std::thread;

use data_encoding::BASE64URL_NOPAD;
use hardtack::{Expiry, InspectError, Mode, Unverified, inspect};

use crate::naive::{self, Claims};

/// The bytes after a header: a signature and the minimum body of either mode. Each byte ends a
/// varint.
const REST: [u8; 60] = [1; 60];
const LEAST_REST: [usize; 2] = [24 + 1, 24 + 17];

/// Where a bit is set, cleared or carried on.
const EDGES: [u8; 6] = [0x00, 0x01, 0x7f, 0x80, 0x81, 0xff];

/// Compares the two readers on headers that begin with `bytes`.
struct Reader {
    text: String,
    bytes: Vec<u8>,
    accepted: u64,
    refused: u64,
}

impl Reader {
    fn new() -> Self {
        Self { text: String::new(), bytes: Vec::new(), accepted: 0, refused: 0 }
    }

    fn compare(&mut self, parts: &[&[u8]]) {
        self.bytes.clear();
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        self.text.clear();
        BASE64URL_NOPAD.encode_append(&self.bytes, &mut self.text);
        let found = inspect(&self.text);
        let expected = expected(&self.bytes);
        if found.is_ok() {
            self.accepted += 1
        } else {
            self.refused += 1
        }
        match (found, expected) {
            (Ok(token), Ok((claims, length))) => self.compare_fields(&token, &claims, length),
            (Err(InspectError::Malformed), Err("malformed")) => {}
            (Err(InspectError::UnsupportedVersion { version }), Err("unsupported_version")) => {
                assert_eq!(version, self.bytes[0] >> 5);
            }
            (found, expected) => panic!("{:x?}: {found:?}, {expected:?} expected", self.bytes),
        }
    }

    fn compare_fields(&self, token: &Unverified, claims: &Claims, length: usize) {
        let seconds = |time: hardtack::time::OffsetDateTime| time.unix_timestamp();
        let issued_at = i64::from(claims.issued_at);
        assert_eq!(token.unverified_mode() == Mode::Encrypted, claims.encrypted);
        assert_eq!(token.unverified_key_id().as_u8(), self.bytes[1]);
        assert_eq!(seconds(token.unverified_issued_at()), issued_at);
        assert_eq!(seconds(token.unverified_started_at()), i64::from(claims.started_at));
        assert_eq!(token.unverified_session_id().map(|id| *id.as_bytes()), claims.session_id);
        assert_eq!(token.unverified_header_len(), length);
        match (token.unverified_expiry(), claims.expiry) {
            (Expiry::Policy, naive::Expiry::Policy) => {}
            (Expiry::BrowserClose, naive::Expiry::BrowserClose) => {}
            (Expiry::After(span), naive::Expiry::After(life)) => {
                assert_eq!(span.as_secs(), u64::from(life));
            }
            (Expiry::At(instant), naive::Expiry::At(life)) => {
                assert_eq!(seconds(instant), issued_at + i64::from(life));
            }
            (found, expected) => panic!("{found:?}, {expected:?} expected"),
        }
    }
}

/// Reads a header with the second implementation (FORMAT.md, "Decode", step 3).
fn expected(bytes: &[u8]) -> Result<(Claims, usize), &'static str> {
    let first = *bytes.first().ok_or("malformed")?;
    if first >> 5 != 1 {
        return Err("unsupported_version");
    }
    let (claims, length) = naive::read_header(bytes).ok_or("malformed")?;
    let has_rest = bytes.len() - length >= LEAST_REST[usize::from(claims.encrypted)];
    has_rest.then_some((claims, length)).ok_or("malformed")
}

/// Runs `check` for every first byte on two threads, and prints the counts.
fn for_first_bytes(name: &str, first: Range<u16>, check: impl Fn(&mut Reader, u8) + Sync) {
    let (from, middle, to) = (first.start, (first.start + first.end) / 2, first.end);
    let run = |range: Range<u16>| {
        let mut reader = Reader::new();
        range.for_each(|first| check(&mut reader, u8::try_from(first).unwrap()));
        (reader.accepted, reader.refused)
    };
    let (one, two) = thread::scope(|scope| {
        let other = scope.spawn(|| run(middle..to));
        (run(from..middle), other.join().unwrap())
    });
    let (accepted, refused) = (one.0 + two.0, one.1 + two.1);
    println!("{name}: {} headers, {accepted} accepted and {refused} refused", accepted + refused);
    assert!(refused > 0);
}

/// Every combination of `COUNT` of `EDGES`.
fn combinations<const COUNT: usize>(mut use_it: impl FnMut(&[u8; COUNT])) {
    for number in 0..EDGES.len().pow(u32::try_from(COUNT).unwrap()) {
        let mut rest = number;
        use_it(&std::array::from_fn(|_| {
            let digit = rest % EDGES.len();
            rest /= EDGES.len();
            EDGES[digit]
        }));
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "in release: scripts/exhaustive")]
fn every_header_of_up_to_three_bytes_is_read_as_the_second_implementation_reads_it() {
    let name = "every string of 0 to 2 bytes alone, of 1 to 3 bytes before a signature";
    Reader::new().compare(&[]);
    for_first_bytes(name, 0..256, |reader, first| {
        reader.compare(&[&[first]]);
        reader.compare(&[&[first], &REST]);
        for second in 0..=u8::MAX {
            reader.compare(&[&[first, second]]);
            reader.compare(&[&[first, second], &REST]);
            for third in 0..=u8::MAX {
                reader.compare(&[&[first, second, third], &REST]);
            }
        }
    });
}

#[test]
#[cfg_attr(debug_assertions, ignore = "in release: scripts/exhaustive")]
fn every_header_of_eight_edge_bytes_is_read_as_the_second_implementation_reads_it() {
    let name = "every first byte of version 1, then 0 to 7 edge bytes";
    for_first_bytes(name, 0x20..0x40, |reader, first| {
        combinations::<7>(|bytes| reader.compare(&[&[first], bytes, &REST]));
        // Truncate so that the header, the signature or the body ends too soon.
        combinations::<5>(|bytes| {
            for rest in [0, 1, 2, 24, 25, 26, 40, 41, 42, 56, 57, 58] {
                reader.compare(&[&[first], bytes, &REST[..rest]]);
            }
        });
    });
}

/// Returns every string of one and two bytes, and strings of three to six bytes whose values are
/// next to a power of 2⁷ or to 2³², encoded in all lengths.
fn varints() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
    all.extend((0..=u16::MAX).map(|bytes| bytes.to_be_bytes().to_vec()));
    all.extend(edge_varints());
    all
}

fn edge_varints() -> Vec<Vec<u8>> {
    let powers = (0..=5).map(|place| 1_u64 << (7 * place)).chain([1 << 31, 1 << 32]);
    let values = powers.flat_map(|power| [power - 1, power, power + 1]);
    let spelled = |value: u64, length: u32| -> Vec<u8> {
        let byte = |place| u8::try_from(value >> (7 * place) & 0x7f).unwrap();
        let more = |place| if place + 1 < length { 0x80 } else { 0 };
        (0..length).map(|place| byte(place) | more(place)).collect()
    };
    let mut all: Vec<_> =
        values.flat_map(|value| (1..=6).map(move |length| spelled(value, length))).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
#[cfg_attr(debug_assertions, ignore = "in release: scripts/exhaustive")]
fn every_varint_of_a_header_is_read_as_the_second_implementation_reads_it() {
    let times =
        [0, 1, 127, 128, (1 << 28) - 1, 1 << 28, (1 << 31) - 1, 1 << 31, u32::MAX - 1, u32::MAX];
    let (varints, edges, id) = (varints(), edge_varints(), [0x80; 16]);
    let name =
        "ten issue times, every varint of 1 and 2 bytes and edges of 3 to 6, alone and in pairs";
    for_first_bytes(name, 0x20..0x40, |reader, first| {
        let id: &[u8] = if first & 0x10 == 0 { &[] } else { &id };
        for issued_at in times.map(u32::to_be_bytes) {
            for varint in &varints {
                reader.compare(&[&[first, 7], &issued_at, id, varint, &REST]);
            }
            for (age, expiry) in edges.iter().flat_map(|age| edges.iter().map(move |e| (age, e))) {
                reader.compare(&[&[first, 7], &issued_at, id, age, expiry, &REST]);
            }
        }
    });
}
