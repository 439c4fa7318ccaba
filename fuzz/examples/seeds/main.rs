//! Makes `corpus/TARGET/vector-*` from the vectors: `cargo run --example seeds`.

mod vectors;

use std::collections::BTreeSet;
use std::path::Path;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use hardtack_fuzz::naive::{Config, Expiry, Session, Wish, write_header};
use hardtack_fuzz::properties::differential;
use hardtack_fuzz::scene::{long, short, write_config, write_wish};
use serde_json::Value;
use vectors::{config, list, number};

/// Longer inputs slow the fuzzer down more than they help it.
const LONGEST: usize = 4096;

fn main() {
    let vectors = [list("cases"), list("renewals")].concat();
    let sessions: Vec<(Config, i64, Session)> = vectors.iter().filter_map(decoded).collect();
    write("decode", vectors.iter().map(|vector| token(vector).to_vec()));
    write(
        "payload",
        sessions.iter().map(|(_, _, session)| session.payload.clone()).chain(nested()),
    );
    write("keys", vectors.iter().step_by(3).flat_map(keys));
    write(
        "differential",
        vectors.iter().flat_map(differential).chain(nested().map(begun(&sessions[0]))),
    );
    write("forge", sessions.iter().map(forge));
    write("headers", vectors.iter().step_by(4).enumerate().map(headers).chain(attributes()));
    write("roundtrip", sessions.iter().enumerate().map(roundtrip).chain(towers(&sessions[0])));
}

/// Nested arrays and maps, up to the limit and beyond it.
fn nested() -> impl Iterator<Item = Vec<u8>> {
    let depths = [1, 63, 64, 65, 1000];
    depths.into_iter().flat_map(|depth| {
        let [array, map] = [&[0x91][..], &[0x81, 0x01]].map(|head| head.repeat(depth));
        [[&array[..], &[0xc0]].concat(), [&map[..], &[0xc0]].concat()]
    })
}

/// A session with this payload, signed even if the payload is invalid.
fn begun((config, now, session): &(Config, i64, Session)) -> impl Fn(Vec<u8>) -> Vec<u8> {
    let header = write_header(&session.claims, 0xfb);
    let times = [now.to_le_bytes(), now.to_le_bytes()].concat();
    let start =
        [&write_config(config)[..], &[differential::ANY_HEADER_AND_PAYLOAD], &times, &[0]].concat();
    move |payload| [&start[..], &short(&header), &payload].concat()
}

/// The form of a session that is made of others, as high as a session may be and higher.
fn towers((config, now, _): &(Config, i64, Session)) -> impl Iterator<Item = Vec<u8>> {
    let start = [&write_config(config)[..], &[0], &now.to_le_bytes()].concat();
    [1, 62, 63, 64, 65, 79]
        .into_iter()
        .map(move |height| [&start[..], &[19, height, 0, 0, 0, 1]].concat())
}

/// One file for each different seed, in place of those of the last time.
fn write(target: &str, seeds: impl Iterator<Item = Vec<u8>>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    std::fs::create_dir_all(&folder).expect("a folder for the seeds");
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("vector-")) {
            std::fs::remove_file(path).expect("an old seed");
        }
    }
    let seeds: BTreeSet<Vec<u8>> = seeds.filter(|seed| seed.len() <= LONGEST).collect();
    for (number, seed) in seeds.iter().enumerate() {
        std::fs::write(folder.join(format!("vector-{number:03}")), seed).expect("a new seed");
    }
    println!("{target}: {} seeds", seeds.len());
}

fn token(vector: &Value) -> &[u8] {
    vector["token"].as_str().expect("a token").as_bytes()
}

fn decoded(vector: &Value) -> Option<(Config, i64, Session)> {
    let (config, now) = (config(vector), number(&vector["now"]));
    let session = config.decode(token(vector), now.into()).ok()?;
    Some((config, now, session))
}

/// As bytes, base64 of both alphabets, hex, and as a list with all others of the ring.
fn keys(vector: &Value) -> Vec<Vec<u8>> {
    let ring: Vec<Vec<u8>> = config(vector).keys.into_iter().map(|key| key.bytes).collect();
    let base64 = ring.iter().map(|key| BASE64.encode(key)).collect::<Vec<_>>();
    let mut seeds: Vec<Vec<u8>> = vec![base64.join(",\n").into_bytes()];
    if base64.len() == 1 {
        seeds.push(BASE64URL_NOPAD.encode(&ring[0]).into_bytes());
        seeds.push(HEXLOWER.encode(&ring[0]).into_bytes());
        seeds.push(ring[0].clone());
        seeds.push(format!("{0},{0}", base64[0]).into_bytes());
    }
    seeds
}

/// Returns the token itself. If its signature is valid, returns its header and payload instead,
/// which are signed again. If it decodes, also returns its session, which is begun again.
fn differential(vector: &Value) -> Vec<Vec<u8>> {
    let config = config(vector);
    let judged = |kind| [&write_config(&config)[..], &[kind], &times(vector)].concat();
    let mut seeds = vec![match config.open(token(vector)) {
        Err(_) => [&judged(differential::ANY_TOKEN)[..], token(vector)].concat(),
        Ok(opened) => {
            let key = u8::try_from(opened.key_index).expect("a small ring");
            let parts = [&[key][..], &short(&opened.header), &opened.payload].concat();
            [&judged(differential::ANY_HEADER_AND_PAYLOAD)[..], &parts].concat()
        }
    }];
    if let Some((config, now, session)) = decoded(vector) {
        let kind = [differential::NEW_SESSION];
        let start = [&now.to_le_bytes()[..], &write_wish(wish(&session)), &id(&session)].concat();
        seeds.push([&write_config(&config)[..], &kind, &start, &session.payload].concat());
    }
    seeds
}

fn times(vector: &Value) -> Vec<u8> {
    let now = number(&vector["now"]);
    let later = vector["renew_at"].as_i64().unwrap_or(now + 7);
    [now.to_le_bytes(), later.to_le_bytes()].concat()
}

fn wish(session: &Session) -> Wish {
    match session.claims.expiry {
        Expiry::Policy => Wish::Policy,
        Expiry::After(seconds) => Wish::After(seconds.into()),
        Expiry::At(seconds) => Wish::At(i64::from(session.claims.issued_at) + i64::from(seconds)),
        Expiry::BrowserClose => Wish::BrowserClose,
    }
}

/// As the fuzzer's reader takes an `Option`.
fn id(session: &Session) -> Vec<u8> {
    match session.claims.session_id {
        None => vec![0],
        Some(id) => [&[1][..], &id].concat(),
    }
}

/// The token four times, once for each of two codecs and twice over, and a few changes.
fn forge((config, _, session): &(Config, i64, Session)) -> Vec<u8> {
    let claims = &session.claims;
    let payload = &session.payload[..session.payload.len().min(200)];
    let kind = write_header(claims, 0)[0] >> 2 & 0b11;
    let age = claims.issued_at - claims.started_at;
    let seconds = match claims.expiry {
        Expiry::After(seconds) | Expiry::At(seconds) => seconds,
        _ => 0,
    };
    let numbers = [claims.issued_at, age, seconds].map(u32::to_le_bytes).concat();
    let key = [u8::try_from(session.key_index).expect("a small ring")];
    let token = [&key[..], &numbers, &[kind], &id(session), &short(payload)].concat();
    let operation = payload[0] % 10;
    let changes = [2, 1, operation, 9, 0, 1, 3, operation, 4, 0, 9, 1, 1, operation, 3, 0, 61];
    [&write_config(config)[..], &[kind + 4 * (payload[0] & 1)], &token.repeat(4), &changes].concat()
}

/// The token in a `Cookie` header, beside another of the same name, under every flag in turn; then
/// a few uses of the session.
fn headers((number, vector): (usize, &Value)) -> Vec<u8> {
    let flags = 1 << (number % 7) & 0b0011_1111;
    let form = u8::try_from(number / 7 % 32).expect("a small number");
    let noise: &[&[u8]] = &[b" a=b;\t", b"a=\"b\"; ", b"\x0c", b"\xc2\xa0", b""];
    let pieces = [
        &[7, 7][..],
        &long(noise[number % noise.len()]),
        &[2, 7],
        &long(token(vector)),
        &[3, 2, 5, form, 60, 0, 3],
    ]
    .concat();
    let status = if number % 3 == 0 { 400_u16 } else { 100 }.to_le_bytes();
    let answer = [&use_of_session(number)[..], &[200, 0], &status].concat();
    let there = [short(b"Accept, *"), short(b"public, max-age=5")].concat();
    [&[flags, form, 9, 0][..], &pieces, &answer, &there].concat()
}

/// Names, paths and domains at the limits of what browsers accept.
fn attributes() -> impl Iterator<Item = Vec<u8>> {
    let name = |length| [&[1 << 6, 0][..], &short(&vec![b'n'; length])].concat();
    let path = |path: &[u8]| [&[1 << 7, 1][..], &short(path)].concat();
    let domain = |domain: &[u8]| [&[0, 0x81][..], &short(domain)].concat();
    let no_longer = [9, 0, 0, 1, 0, 4, b'u', b's', b'e', b'r', 1, b'x', 0, 0, 100, 0, 0, 0];
    let long_label = [b'd'; 64];
    [
        name(0),
        name(255),
        path(b"/shop"),
        path(b"/; Secure"),
        path(b"/ a\x7f"),
        path(b"shop"),
        domain(b"example.org"),
        domain(b".example.org"),
        domain(b"a b"),
        domain(&long_label),
        domain(&long_label[1..]),
    ]
    .into_iter()
    .map(move |settings| [&settings[..], &no_longer].concat())
}

/// One of the uses that a session has, then an insertion.
fn use_of_session(number: usize) -> Vec<u8> {
    let form = u8::try_from(number % 9).expect("a small number");
    let insertion = [&[0][..], &short(b"user"), &short(b"me")].concat();
    let first = match form {
        0 => insertion.clone(),
        6 => [&[form][..], &write_wish(Wish::After(440 * 86_400))].concat(),
        7 | 8 => vec![form, 30, 1],
        _ => vec![form],
    };
    [&[2][..], &first, &insertion].concat()
}

/// The vector's policy and clock around a session of each form in turn.
fn roundtrip((number, (config, now, session)): (usize, &(Config, i64, Session))) -> Vec<u8> {
    let layout = u8::try_from(number / 20 % 2).expect("a bit");
    let form = u8::try_from(number % 20).expect("one of twenty");
    let filling: Vec<u8> = session.payload.iter().copied().take(24).collect();
    let shape = [&[form][..], &filling[..filling.len().min(usize::from(form) + 2)]].concat();
    let start = [&write_wish(wish(session))[..], &id(session)].concat();
    let steps = [0, 5, 0, 0, 60, 0, 0, 0, 10, 1, 2, 9, 0, 16, 14, 7, 2, 1];
    [&write_config(config)[..], &[layout], &now.to_le_bytes(), &shape, &start, &steps].concat()
}
