//! Measures what the codec allocates. Before the signature is verified, it allocates at most the
//! token's length, and nothing for a short token. With a reused `String` and scratch buffer, it
//! allocates nothing.
//!
//! The allocator counts per thread, so tests in other threads do not affect the numbers.
//! `cargo test --test codec allocations -- --nocapture` prints the table.

use crate::support::{DAY, MAX_AGE, MODES, NOW, SECOND, builder, by_hand, codec, ring};
use allocation_counter::{AllocationInfo, measure};
use hardtack::{Codec, Cutoff, DecodeError, Mode, PayloadError, Verified};
use serde::{Deserialize, Serialize};

/// A session of some 200 bytes.
#[derive(Serialize, Deserialize)]
struct Visitor<'a> {
    user: u64,
    name: &'a str,
    theme: &'a str,
    cart: [u32; 8],
    note: &'a str,
}

const ADA: Visitor<'_> = Visitor {
    user: 7,
    name: "Ada Lovelace",
    theme: "dark",
    cart: [70_000; 8],
    note: "The Analytical Engine weaves algebraical patterns just as the loom weaves flowers",
};

fn token(codec: &Codec) -> String {
    codec.begin_at(&ADA, NOW).unwrap()
}

fn forged(token: &str) -> String {
    let (kept, last) = token.split_at(token.len() - 1);
    [kept, if last == "A" { "E" } else { "A" }].concat()
}

/// The length in characters of the longest token that is decoded on the stack, which has 513 bytes.
const ON_THE_STACK: usize = 684;

/// Returns what an owned decode allocates until it refuses the token.
fn refusing(
    codec: &Codec,
    token: &[u8],
    now: time::OffsetDateTime,
) -> (AllocationInfo, DecodeError) {
    let mut refused = None;
    let info = measure(|| refused = codec.decode_at::<u32>(token, now).err());
    (info, refused.unwrap())
}

fn check_refusal(codec: &Codec, token: &[u8]) {
    let (info, error) = refusing(codec, token, NOW);
    let length = u64::try_from(token.len()).unwrap();
    assert!(info.bytes_total <= length, "{} of {length} bytes: {error}", info.bytes_total);
    let most = u64::from(token.len() > ON_THE_STACK);
    assert!(info.count_total <= most, "{} times: {error}", info.count_total);
    assert_eq!(info.bytes_current, 0);
}

// Before the signature is verified

#[test]
fn a_forged_token_costs_no_allocation_up_to_684_characters_and_one_of_its_length_above() {
    for &mode in MODES {
        let codec = codec(mode);
        let token = token(&codec);
        check_refusal(&codec, forged(&token).as_bytes());
        for length in 0..token.len() {
            check_refusal(&codec, &token.as_bytes()[..length]);
        }
        for length in [ON_THE_STACK - 1, ON_THE_STACK, ON_THE_STACK + 2] {
            check_refusal(&codec, format!("IPtqsTuA{}", "A".repeat(length - 8)).as_bytes());
        }
        for bit in 0..token.len() * 8 {
            let mut flipped = token.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            check_refusal(&codec, &flipped);
        }
    }
}

#[test]
fn a_token_refused_by_its_length_or_first_byte_allocates_nothing() {
    for &mode in MODES {
        let codec = codec(mode);
        let rubbish: [&[u8]; 5] = [b"", b"=AAA", b"\xff\xff", b"AAAAA", &vec![b'A'; 1 << 20]];
        for token in rubbish {
            assert_eq!(refusing(&codec, token, NOW).0.count_total, 0);
        }
    }
}

#[test]
fn a_megabyte_that_is_not_too_long_costs_its_length_once() {
    for &mode in MODES {
        let codec = builder(mode, &ring(&[1])).max_len(1 << 21).build().unwrap();
        let header = "IPtqsTuA";
        for start in ["", header, "////"] {
            check_refusal(&codec, format!("{start}{}", "A".repeat(1 << 20)).as_bytes());
        }
    }
}

#[test]
fn an_authentic_expired_token_allocates_no_more_than_a_forged_one() {
    for &mode in MODES {
        let keys = ring(&[1]);
        let cut = builder(mode, &keys).not_before(Cutoff::at(NOW + SECOND)).build().unwrap();
        let token = token(&cut);
        check_refusal(&cut, token.as_bytes());
        for (now, expected) in [
            (NOW + MAX_AGE, DecodeError::Expired),
            (NOW - DAY, DecodeError::NotYetValid),
            (NOW, DecodeError::Revoked),
        ] {
            let (info, error) = refusing(&cut, token.as_bytes(), now);
            assert_eq!((info.count_total, error), (0, expected));
        }
    }
}

#[test]
fn an_authentic_payload_with_a_false_count_allocates_no_more() {
    for &mode in MODES {
        for lie in [&b"\xdd\xff\xff\xff\xff"[..], b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"]
        {
            let (token, codec) = (by_hand(mode, 1, lie), codec(mode));
            let mut refused = None;
            let info = measure(|| refused = codec.decode_at::<Vec<u64>>(&token, NOW).err());
            assert_eq!(refused, Some(DecodeError::Payload(PayloadError::Malformed)));
            assert_eq!(info.count_total, 0);
        }
    }
}

/// The server chooses the context, so an attacker cannot control its length. A context of 24 bytes,
/// including counts and lengths, fits in the place of the signature.
#[test]
fn a_long_context_costs_one_allocation_more_of_header_context_and_body() {
    for &mode in MODES {
        for length in [0, 1, 21, 22, 1000] {
            let bound = codec(mode).with_context(&[&vec![7; length]]).unwrap();
            let token = token(&bound);
            let (info, _) = refusing(&bound, forged(&token).as_bytes(), NOW);
            let more = if length > 21 { token.len() + 3 + length } else { 0 };
            assert!(info.bytes_total <= u64::try_from(token.len() + more).unwrap());
            assert_eq!(info.count_total, u64::from(length > 21));
        }
    }
}

// With reused buffers

fn decode<'b>(codec: &Codec, token: &str, scratch: &'b mut Vec<u8>) -> Verified<Visitor<'b>> {
    codec.decode_borrowed_at(token, scratch, NOW).unwrap()
}

#[test]
fn a_borrowed_decode_into_a_warm_scratch_buffer_allocates_nothing() {
    for &mode in MODES {
        let codec = codec(mode);
        let (token, mut scratch) = (token(&codec), Vec::new());
        decode(&codec, &token, &mut scratch);
        for _ in 0..3 {
            let info = measure(|| assert_eq!(decode(&codec, &token, &mut scratch).data().user, 7));
            assert_eq!(info.count_total, 0);
        }
        let forged = forged(&token);
        let info = measure(|| {
            assert!(codec.decode_borrowed_at::<u32>(&forged, &mut scratch, NOW).is_err());
        });
        assert_eq!(info.count_total, 0);
    }
}

#[test]
fn encoding_into_a_warm_string_allocates_nothing() {
    for &mode in MODES {
        let codec = codec(mode);
        let (token, mut scratch, mut out) = (token(&codec), Vec::new(), String::new());
        let session = decode(&codec, &token, &mut scratch);
        codec.begin_into_at(&ADA, NOW, &mut out).unwrap();
        for _ in 0..3 {
            let begun = measure(|| codec.begin_into_at(&ADA, NOW, &mut out).unwrap());
            let short = measure(|| codec.begin_into_at(&7, NOW, &mut out).unwrap());
            let updated = measure(|| codec.update_into_at(&session, &ADA, NOW, &mut out).unwrap());
            let renewed = measure(|| codec.renew_into_at(&session, NOW, &mut out).unwrap());
            let counts = [begun, short, updated, renewed].map(|info| info.count_total);
            assert_eq!(counts, [0; 4]);
        }
    }
}

#[test]
fn a_string_is_warm_after_one_token_however_long() {
    for &mode in MODES {
        let (codec, mut out) = (codec(mode), String::new());
        for length in [0, 1, 200, 300, 500, 1000, 2500] {
            let session = "x".repeat(length);
            codec.begin_into_at(&session, NOW, &mut out).unwrap();
            let info = measure(|| codec.begin_into_at(&session, NOW, &mut out).unwrap());
            assert_eq!(info.count_total, 0, "{length}");
        }
    }
}

#[test]
fn a_refused_session_leaves_a_warm_string_warm() {
    let codec = codec(Mode::Signed);
    let mut out = String::new();
    codec.begin_into_at(&ADA, NOW, &mut out).unwrap();
    let info = measure(|| {
        assert!(codec.begin_into_at(&Some(()), NOW, &mut out).is_err());
        codec.begin_into_at(&ADA, NOW, &mut out).unwrap();
    });
    // rmp-serde puts a message into an error.
    assert!(info.count_total <= 2, "{}", info.count_total);
    assert_eq!(info.bytes_current, 0);
}

#[test]
fn a_clone_of_a_codec_allocates_nothing() {
    for &mode in MODES {
        let codec = codec(mode);
        assert_eq!(measure(|| drop(codec.clone())).count_total, 0);
    }
}

// The table

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, and that is what is counted")]
struct Owned {
    user: u64,
    name: String,
    theme: String,
    cart: [u32; 8],
    note: String,
}

fn row(what: &str, mode: Mode, length: usize, run: impl FnOnce()) -> AllocationInfo {
    let info = measure(run);
    let mode = format!("{mode:?}").to_lowercase();
    let (calls, bytes) = (info.count_total, info.bytes_total);
    println!("| {what} | {mode} | {length} | {calls} | {bytes} |");
    info
}

#[test]
fn the_table_of_allocations() {
    println!("| what | mode | token | allocations | bytes |\n|---|---|---|---|---|");
    for &mode in MODES {
        let codec = codec(mode);
        let (token, mut scratch, mut out) = (token(&codec), Vec::new(), String::new());
        let forged = forged(&token);
        let count = |what, run: &mut dyn FnMut()| row(what, mode, token.len(), run).count_total;
        let mut counts = vec![
            count("decode, forged", &mut || {
                assert!(codec.decode_at::<Owned>(&forged, NOW).is_err());
            }),
            count("decode, expired", &mut || {
                assert!(codec.decode_at::<Owned>(&token, NOW + MAX_AGE).is_err());
            }),
            count("decode, valid, three `String`s", &mut || {
                codec.decode_at::<Owned>(&token, NOW).unwrap();
            }),
        ];
        for what in ["borrowed decode, cold", "borrowed decode, warm"] {
            counts.push(count(what, &mut || {
                assert_eq!(decode(&codec, &token, &mut scratch).data().user, 7);
            }));
        }
        for what in ["encode, cold", "encode, warm"] {
            let begin = &mut || codec.begin_into_at(&ADA, NOW, &mut out).unwrap();
            counts.push(count(what, begin));
        }
        assert_eq!(counts, [0, 0, 3, 1, 0, 1, 0]);
    }
}
