//! MessagePack of one struct, by hand. It trusts what it reads.

use super::super::standard::{Borrowed, Standard};

pub fn write(session: &Standard, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x88\xa7user_id\xcf");
    out.extend_from_slice(&session.user_id.to_be_bytes());
    out.extend_from_slice(b"\xa4name");
    write_text(&session.name, out);
    out.extend_from_slice(b"\xa5roles");
    out.push(0x90 | session.roles.len() as u8);
    session.roles.iter().for_each(|role| write_text(role, out));
    out.extend_from_slice(b"\xa4csrf");
    write_text(&session.csrf, out);
    out.extend_from_slice(b"\xa5theme");
    write_text(&session.theme, out);
    out.extend_from_slice(b"\xa4cart");
    out.push(0x90 | session.cart.len() as u8);
    session.cart.iter().for_each(|item| write_integer(*item, out));
    out.extend_from_slice(b"\xa9logged_in");
    out.push(if session.logged_in { 0xc3 } else { 0xc2 });
    out.extend_from_slice(b"\xa9last_seen\xce");
    out.extend_from_slice(&(session.last_seen as u32).to_be_bytes());
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        length @ ..32 => out.push(0xa0 | length as u8),
        length => out.extend_from_slice(&[0xd9, length as u8]),
    }
    out.extend_from_slice(text.as_bytes());
}

fn write_integer(integer: u32, out: &mut Vec<u8>) {
    match integer {
        ..128 => out.push(integer as u8),
        128..256 => out.extend_from_slice(&[0xcc, integer as u8]),
        _ => {
            out.push(0xcd);
            out.extend_from_slice(&(integer as u16).to_be_bytes());
        }
    }
}

/// A session's fields, with text of either kind.
struct Fields<Text> {
    user_id: u64,
    name: Text,
    roles: Vec<Text>,
    csrf: Text,
    theme: Text,
    cart: Vec<u32>,
    logged_in: bool,
    last_seen: i64,
}

pub fn read_owned(payload: &[u8]) -> Standard {
    let Fields { user_id, name, roles, csrf, theme, cart, logged_in, last_seen } = read(payload);
    Standard { user_id, name, roles, csrf, theme, cart, logged_in, last_seen }
}

pub fn read_borrowed(payload: &[u8]) -> Borrowed<'_> {
    let Fields { user_id, name, roles, csrf, theme, cart, logged_in, last_seen } = read(payload);
    Borrowed { user_id, name, roles, csrf, theme, cart, logged_in, last_seen }
}

fn read<'a, Text: From<&'a str>>(payload: &'a [u8]) -> Fields<Text> {
    let mut rest = expect(payload, b"\x88\xa7user_id\xcf");
    let user_id = u64::from_be_bytes(*take(&mut rest));
    rest = expect(rest, b"\xa4name");
    let name = read_text(&mut rest).into();
    rest = expect(rest, b"\xa5roles");
    let roles = (0..read_count(&mut rest)).map(|_| read_text(&mut rest).into()).collect();
    rest = expect(rest, b"\xa4csrf");
    let csrf = read_text(&mut rest).into();
    rest = expect(rest, b"\xa5theme");
    let theme = read_text(&mut rest).into();
    rest = expect(rest, b"\xa4cart");
    let cart = (0..read_count(&mut rest)).map(|_| read_integer(&mut rest)).collect();
    rest = expect(rest, b"\xa9logged_in");
    let logged_in = *take::<1>(&mut rest) == [0xc3];
    rest = expect(rest, b"\xa9last_seen\xce");
    let last_seen = u32::from_be_bytes(*take(&mut rest)).into();
    assert!(rest.is_empty());
    Fields { user_id, name, roles, csrf, theme, cart, logged_in, last_seen }
}

fn expect<'a>(rest: &'a [u8], key: &[u8]) -> &'a [u8] {
    rest.strip_prefix(key).expect("this very struct")
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> &'a [u8; N] {
    let (taken, left) = rest.split_first_chunk().expect("this very struct");
    *rest = left;
    taken
}

fn read_count(rest: &mut &[u8]) -> u8 {
    take::<1>(rest)[0] & 0x0f
}

fn read_text<'a>(rest: &mut &'a [u8]) -> &'a str {
    let length = match take::<1>(rest)[0] {
        0xd9 => take::<1>(rest)[0],
        marker => marker & 0x1f,
    };
    let (text, left) = rest.split_at(length.into());
    *rest = left;
    core::str::from_utf8(text).expect("text")
}

fn read_integer(rest: &mut &[u8]) -> u32 {
    match take::<1>(rest)[0] {
        0xcd => u16::from_be_bytes(*take(rest)).into(),
        0xcc => take::<1>(rest)[0].into(),
        small => small.into(),
    }
}
