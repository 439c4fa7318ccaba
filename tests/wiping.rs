//! Checks that keys are wiped when they are dropped. A child process scans its own memory for them
//! before and after. Linux shows a process its memory in /proc/self/mem, so no unsafe code is
//! needed.
#![cfg(all(target_os = "linux", feature = "encrypt", not(feature = "ring")))]
#![allow(missing_docs, clippy::pedantic, clippy::restriction, reason = "a test that fails panics")]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::process::Command;
use std::time::Duration;

use hardtack::{Codec, Key, KeyRing};
use hkdf::Hkdf;
use sha2::Sha256;

const CHILD: &str = "HARDTACK_WIPING_CHILD";
/// The mask with which secrets are passed and searched, so that the search does not find its own
/// copy.
const MASK: u8 = 0xa5;
const PURPOSE: &str = "wiping";

fn masked(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ MASK).collect()
}

/// The key of the ring, and the keys derived from it for one purpose in encrypted mode.
fn secrets() -> [Vec<u8>; 3] {
    let key: Vec<u8> = (0_u8..32).map(|place| place.wrapping_mul(151) ^ 0x3c).collect();
    let derive = |label: &str| {
        let mut derived = vec![0; 32];
        let info = [label.as_bytes(), &[0], PURPOSE.as_bytes()].concat();
        Hkdf::<Sha256>::new(Some(b"hardtack.v1"), &key).expand(&info, &mut derived).unwrap();
        derived
    };
    let (signing, cipher) = (derive("encrypted/mac"), derive("encrypted/aead"));
    [key, signing, cipher]
}

/// Counts each masked secret in the writable memory of this process.
fn count(disguised: &[Vec<u8>]) -> Vec<usize> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut counts = vec![0; disguised.len()];
    let mut buffer = vec![0; 1 << 16];
    let mut begins = [false; 256];
    disguised.iter().for_each(|secret| begins[usize::from(secret[0] ^ MASK)] = true);
    for map in maps.lines().filter(|map| map.split(' ').nth(1).is_some_and(|m| m.starts_with("rw")))
    {
        let (from, to) = map.split(' ').next().unwrap().split_once('-').unwrap();
        let number = |text| u64::from_str_radix(text, 16).unwrap();
        let (mut at, to) = (number(from), number(to));
        while at < to {
            let length = buffer.len().min(usize::try_from(to - at).unwrap());
            // The buffer must not contain a previous piece.
            black_box(&mut buffer).fill(0);
            memory.seek(SeekFrom::Start(at)).unwrap();
            if memory.read_exact(&mut buffer[..length]).is_err() {
                break;
            }
            for (place, byte) in buffer[..length].iter().enumerate() {
                if !begins[usize::from(*byte)] {
                    continue;
                }
                for (count, secret) in counts.iter_mut().zip(disguised) {
                    let here = buffer[place..length].iter().zip(secret);
                    let equal = here.take_while(|(byte, other)| *byte ^ MASK == **other).count();
                    *count += usize::from(equal == secret.len());
                }
            }
            // A secret may span two pieces.
            let overlap = if length == buffer.len() { 32 } else { 0 };
            at += u64::try_from(length - overlap).unwrap();
        }
    }
    black_box(&mut buffer).fill(0);
    counts
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// Uses the key as a program does, and returns the counts while it lives.
fn live(disguised: &[Vec<u8>]) -> Vec<usize> {
    let mut bytes = masked(&disguised[0]);
    let key = Key::from_bytes(&bytes).unwrap();
    black_box(&mut bytes).fill(0);
    let keys = KeyRing::new(key);
    let codec = Codec::encrypted(PURPOSE, &keys, Duration::from_secs(60)).build().unwrap();
    let now = hardtack::time::OffsetDateTime::UNIX_EPOCH;
    let token = codec.begin_at("Ada", now).unwrap();
    assert_eq!(codec.decode_at::<String>(&token, now).unwrap().data(), "Ada");
    let counts = count(disguised);
    drop((keys, codec));
    counts
}

/// Frees a copy of a secret without wiping it, past the bytes that the next scan reuses.
fn leave_behind(disguised: &[u8]) {
    let mut copy = vec![0; 100_000];
    copy[90_000..90_000 + disguised.len()].copy_from_slice(&masked(disguised));
    drop(black_box(copy));
}

#[test]
fn dropped_keys_are_nowhere_in_the_memory_of_the_process() {
    if let Ok(secrets) = std::env::var(CHILD) {
        let disguised: Vec<_> = secrets.split(',').map(unhex).collect();
        println!("\nbefore {:?}", count(&disguised));
        println!("alive {:?}", live(&disguised));
        println!("after {:?}", count(&disguised));
        leave_behind(&disguised[0]);
        println!("left behind {:?}", count(&disguised));
        return;
    }
    let disguised: Vec<String> = secrets().iter().map(|secret| hex(&masked(secret))).collect();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "--test-threads", "1"])
        .env(CHILD, disguised.join(","))
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success(), "{output}{}", String::from_utf8_lossy(&child.stderr));
    let counts = |when: &str| -> Vec<usize> {
        let line = output.lines().find_map(|line| line.split_once(when)).expect(&output).1;
        line.trim_matches(|c| " []".contains(c)).split(", ").map(|n| n.parse().unwrap()).collect()
    };
    assert_eq!(counts("before"), [0, 0, 0], "{output}");
    // The scan finds a secret that was freed without wiping.
    assert!(counts("left behind")[0] > 0, "{output}");
    // It finds the key, and the cipher's key; the signing key is kept as a hash of it.
    let alive = counts("alive");
    assert!(alive[0] > 0 && alive[2] > 0, "{output}");
    assert_eq!(counts("after"), [0, 0, 0], "{output}");
}
