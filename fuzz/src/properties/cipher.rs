//! Any key, nonce, bound bytes and text of up to 4096 bytes through every supplier of the cipher.
//!
//! All of them seal to the bytes of the second implementation and open them again. After a change
//! of one bit, and with any tag at all, they give its answer; a refused text is not decrypted.

use arbitrary::{Result, Unstructured};

use super::super::naive::aead;
use super::super::suppliers::{self, Supplier};

const LONGEST: usize = 4096;

struct Message {
    key: [u8; 32],
    nonce: [u8; 24],
    bound: Vec<u8>,
    text: Vec<u8>,
}

/// Lengths and what to change come first, so that a few bytes of input reach every length.
pub fn run(data: &[u8]) {
    let _ = check(Unstructured::new(data));
}

fn check(mut input: Unstructured<'_>) -> Result<()> {
    let (text_len, bound_len): (u16, u16) = input.arbitrary()?;
    let (change, position, tag): (u8, u16, [u8; 16]) = input.arbitrary()?;
    let (key, nonce) = input.arbitrary()?;
    let filling = input.take_rest();
    let message = Message {
        key,
        nonce,
        bound: fill(filling.iter().rev(), usize::from(bound_len) % 600),
        text: fill(filling.iter(), usize::from(text_len) % (LONGEST + 1)),
    };
    let body = assert_sealed_alike(&message);
    assert_opened_alike(&message, &body, Some(&message.text));
    assert_changed(message, body, change, position.into(), tag);
    Ok(())
}

fn fill<'a>(filling: impl Iterator<Item = &'a u8> + Clone, length: usize) -> Vec<u8> {
    filling.chain(&[0]).cycle().take(length).copied().collect()
}

fn assert_sealed_alike(message: &Message) -> Vec<u8> {
    let Message { key, nonce, bound, text } = message;
    let expected = aead::seal(key, nonce, bound, text);
    for Supplier { name, seal, .. } in suppliers::ALL {
        let mut body = text.clone();
        let tag = seal(key, nonce, bound, &mut body).expect("a short text");
        body.extend(tag);
        assert!(body == expected, "{name}, {} and {} bytes", bound.len(), text.len());
    }
    expected
}

/// `plain` is what the body opens to, if it opens.
fn assert_opened_alike(message: &Message, body: &[u8], plain: Option<&[u8]>) {
    let Message { key, nonce, bound, text } = message;
    let (sealed, tag) = body.split_last_chunk().expect("a tag");
    for Supplier { name, open, keeps_what_it_refuses, .. } in suppliers::ALL {
        let mut opened = sealed.to_vec();
        let holds = open(key, nonce, bound, &mut opened, *tag);
        assert_eq!(holds, plain.is_some(), "{name}, {} and {} bytes", bound.len(), sealed.len());
        match plain {
            Some(plain) => assert!(opened == plain, "{name}, {} bytes", sealed.len()),
            None if *keeps_what_it_refuses => assert!(opened == sealed, "{name}"),
            // ring leaves zeros.
            None => assert!(opened != *text || opened.iter().all(|byte| *byte == 0), "{name}"),
        }
    }
}

/// One bit of the message or its body changed, or a tag that somebody made up.
fn assert_changed(
    mut message: Message,
    mut body: Vec<u8>,
    change: u8,
    position: usize,
    tag: [u8; 16],
) {
    let flip = |bytes: &mut [u8]| {
        let bits = bytes.len() * 8;
        if bits > 0 {
            bytes[position % bits / 8] ^= 1 << (position % 8);
        }
    };
    match change % 6 {
        0 => flip(&mut message.key),
        1 => flip(&mut message.nonce),
        2 => flip(&mut message.bound),
        3 => message.bound.push(0),
        4 => flip(&mut body),
        _ => *body.last_chunk_mut().expect("a tag") = tag,
    }
    let Message { key, nonce, bound, .. } = &message;
    let expected = aead::open(key, nonce, bound, &body);
    assert_opened_alike(&message, &body, expected.as_deref());
}
