//! XChaCha20-Poly1305, written directly from RFC 8439 and draft-irtf-cfrg-xchacha-03.

const TAG: usize = 16;
/// 2¹³⁰ − 5, as (bits above 128, the lowest 128 bits).
const PRIME: Wide = Wide { high: 3, low: u128::MAX - 4 };

pub fn seal(key: &[u8; 32], nonce: &[u8], aad: &[u8], text: &[u8]) -> Vec<u8> {
    let (key, nonce) = subkey_and_nonce(key, nonce);
    let mut body = chacha20(&key, &nonce, 1, text);
    body.extend(tag(&key, &nonce, aad, &body));
    body
}

pub fn open(key: &[u8; 32], nonce: &[u8], aad: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let (key, nonce) = subkey_and_nonce(key, nonce);
    let (body, given) = body.split_at_checked(body.len().checked_sub(TAG)?)?;
    (tag(&key, &nonce, aad, body) == given).then(|| chacha20(&key, &nonce, 1, body))
}

/// The X of XChaCha: HChaCha20 over the first 16 of 24 bytes of nonce.
fn subkey_and_nonce(key: &[u8; 32], nonce: &[u8]) -> ([u8; 32], [u8; 12]) {
    let nonce: [u8; 24] = nonce.try_into().expect("a nonce of 24 bytes");
    let rounds = twenty_rounds(state(key, &nonce[..16]));
    let mut subkey = [0; 32];
    for (at, word) in rounds[..4].iter().chain(&rounds[12..]).enumerate() {
        subkey[4 * at..4 * at + 4].copy_from_slice(&word.to_le_bytes());
    }
    let mut short = [0; 12];
    short[4..].copy_from_slice(&nonce[16..]);
    (subkey, short)
}

fn chacha20(key: &[u8; 32], nonce: &[u8; 12], counter: u32, text: &[u8]) -> Vec<u8> {
    let blocks = (counter..).zip(text.chunks(64));
    blocks
        .flat_map(|(counter, chunk)| {
            let stream = block(key, nonce, counter);
            chunk.iter().zip(stream).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>()
        })
        .collect()
}

fn block(key: &[u8; 32], nonce: &[u8; 12], counter: u32) -> [u8; 64] {
    let start = state(key, &[&counter.to_le_bytes()[..], nonce].concat());
    let rounds = twenty_rounds(start);
    let mut out = [0; 64];
    for at in 0..16 {
        let word = start[at].wrapping_add(rounds[at]);
        out[4 * at..4 * at + 4].copy_from_slice(&word.to_le_bytes());
    }
    out
}

fn state(key: &[u8; 32], counter_and_nonce: &[u8]) -> [u32; 16] {
    let bytes = [&b"expand 32-byte k"[..], key, counter_and_nonce].concat();
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks(4)) {
        *word = u32::from_le_bytes(bytes.try_into().expect("four bytes"));
    }
    words
}

fn twenty_rounds(mut s: [u32; 16]) -> [u32; 16] {
    for _ in 0..10 {
        for [a, b, c, d] in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]] {
            quarter_round(&mut s, a, b, c, d);
        }
        for [a, b, c, d] in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] {
            quarter_round(&mut s, a, b, c, d);
        }
    }
    s
}

fn quarter_round(s: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    for [x, y, z, turn] in [[a, b, d, 16], [c, d, b, 12], [a, b, d, 8], [c, d, b, 7]] {
        s[x] = s[x].wrapping_add(s[y]);
        s[z] = (s[z] ^ s[x]).rotate_left(u32::try_from(turn).expect("a small number"));
    }
}

fn tag(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], body: &[u8]) -> [u8; TAG] {
    let mut message = padded(aad);
    message.extend(padded(body));
    message.extend((aad.len() as u64).to_le_bytes());
    message.extend((body.len() as u64).to_le_bytes());
    poly1305(&block(key, nonce, 0)[..32], &message)
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(16), 0);
    padded
}

fn poly1305(key: &[u8], message: &[u8]) -> [u8; TAG] {
    let half = |at: usize| u128::from_le_bytes(key[at..at + 16].try_into().expect("16 bytes"));
    let r = half(0) & 0x0ffffffc_0ffffffc_0ffffffc_0fffffff;
    let mut sum = Wide { high: 0, low: 0 };
    for chunk in message.chunks(16) {
        sum = sum.plus(with_one_on_top(chunk)).times(r);
    }
    sum.low.wrapping_add(half(16)).to_le_bytes()
}

/// The number that up to 16 bytes spell, lowest first, and a one above them.
fn with_one_on_top(chunk: &[u8]) -> Wide {
    let mut bytes = chunk.to_vec();
    bytes.push(1);
    bytes.resize(17, 0);
    let low = u128::from_le_bytes(bytes[..16].try_into().expect("16 bytes"));
    Wide { high: bytes[16], low }
}

/// A number modulo 2¹³⁰ − 5.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wide {
    high: u8,
    low: u128,
}

impl Wide {
    fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        let sum = Self { high: self.high + other.high + u8::from(carry), low };
        if sum >= PRIME { sum.minus_prime() } else { sum }
    }

    fn minus_prime(self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(PRIME.low);
        Self { high: self.high - PRIME.high - u8::from(borrow), low }
    }

    /// Doubling and adding, bit by bit from the highest.
    fn times(self, factor: u128) -> Self {
        let mut product = Self { high: 0, low: 0 };
        for bit in (0..128).rev() {
            product = product.plus(product);
            if factor >> bit & 1 == 1 {
                product = product.plus(self);
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    /// RFC 8439, 2.5.2.
    #[test]
    fn poly1305_of_the_rfc() {
        let key = unhex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
        let tag = poly1305(&key, b"Cryptographic Forum Research Group");
        assert_eq!(tag.to_vec(), unhex("a8061dc1305136c6c22b8baf0c0127a9"));
    }

    /// draft-irtf-cfrg-xchacha-03, A.3.1.
    #[test]
    fn the_aead_of_the_draft() {
        let key: Vec<u8> = (0x80..0xa0).collect();
        let nonce: Vec<u8> = (0x40..0x58).collect();
        let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let sealed =
            seal(&key.try_into().unwrap(), &nonce, &unhex("50515253c0c1c2c3c4c5c6c7"), text);
        assert_eq!(sealed[..16], unhex("bd6d179d3e83d43b9576579493c0e939"));
        assert_eq!(sealed[text.len()..], unhex("c0875924c1c7987947deafd8780acf49"));
    }
}
