//! Detects duplicate keys in a map that was written. Serde's `flatten` can produce them.

use super::cursor::Cursor;
use super::shape;

/// The number of keys that are compared without an allocation.
const FEW: usize = 16;

/// The hashes of a map's keys. Different hashes mean different keys. If two hashes are equal, the
/// keys must be compared with [`any_twice`].
pub(super) struct Keys {
    few: [u64; FEW],
    count: usize,
    many: Vec<u64>,
    repeated: bool,
}

impl Keys {
    #[inline]
    pub(super) fn new() -> Self {
        Self { few: [0; FEW], count: 0, many: Vec::new(), repeated: false }
    }

    /// Adds the key that begins at `start` and ends at the end of `out`.
    #[inline]
    pub(super) fn note(&mut self, out: &[u8], start: usize) {
        let Some(key) = out.get(start..) else { return };
        let number = number(out, key);
        match self.few.get_mut(self.count) {
            None => self.many.push(number),
            Some(free) => {
                *free = number;
                let before = self.few.get(..self.count).unwrap_or_default();
                self.repeated |= before.contains(&number);
                self.count = self.count.saturating_add(1);
            }
        }
    }

    /// Returns false if all keys are different. If it returns true, two keys may be equal.
    #[inline]
    pub(super) fn may_repeat(&mut self) -> bool {
        self.repeated || (!self.many.is_empty() && self.many_may_repeat())
    }

    #[cold]
    fn many_may_repeat(&mut self) -> bool {
        self.many.extend_from_slice(&self.few);
        self.many.sort_unstable();
        self.many.windows(2).any(|pair| pair.first() == pair.last())
    }
}

/// Returns a hash of the first 8 bytes, the last 8 bytes and the length of `key`. `out` must end
/// with `key`. The hash is cheap to compute, and most keys differ in it.
#[inline]
fn number(out: &[u8], key: &[u8]) -> u64 {
    let last = out.last_chunk().map_or(0, |last| u64::from_be_bytes(*last));
    let Some(first) = key.first_chunk() else {
        // The low bytes belong to the key. Mask the bytes before it.
        let bits = u32::try_from(key.len()).unwrap_or_default().wrapping_mul(8);
        return last & !u64::MAX.wrapping_shl(bits);
    };
    let length = u64::try_from(key.len()).unwrap_or_default();
    let mixed = u64::from_be_bytes(*first).rotate_left(29).wrapping_add(last);
    mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ length
}

/// Returns true if a key occurs twice among `count` entries.
pub(super) fn any_twice(entries: &[u8], count: usize) -> bool {
    let mut keys = keys(entries, count).unwrap_or_default();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair.first() == pair.last())
}

fn keys(entries: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let mut cursor = Cursor::new(entries, super::MAX_DEPTH);
    let mut keys = Vec::with_capacity(count);
    for _ in 0..count {
        let before = cursor.rest();
        shape::pass_over(&mut cursor, 1).ok()?;
        keys.push(before.get(..before.len().checked_sub(cursor.bytes_left())?)?);
        shape::pass_over(&mut cursor, 1).ok()?;
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_repeat(texts: &[&str]) -> bool {
        // As many bytes as the header and the signature before a payload.
        let (mut out, mut keys) = (vec![0xa5; 30], Keys::new());
        for (value, text) in (0..).zip(texts) {
            let start = out.len();
            out.extend(rmp_serde::to_vec(text).unwrap());
            keys.note(&out, start);
            out.push(value);
        }
        keys.may_repeat()
    }

    #[test]
    fn different_keys_of_every_length_have_different_numbers() {
        let texts: Vec<String> = (0..40).map(|length| "k".repeat(length)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for count in 0..texts.len() {
            assert!(!may_repeat(&texts[..count]), "{count}");
        }
    }

    #[test]
    fn a_key_that_repeats_is_found_among_few_and_many() {
        for count in [1, 15, 16, 17, 40] {
            let names: Vec<String> = (0..count).map(|n| format!("key{n}")).collect();
            for again in [0, count / 2, count - 1] {
                let mut keys: Vec<&str> = names.iter().map(String::as_str).collect();
                keys.push(&names[again]);
                assert!(may_repeat(&keys), "{count} {again}");
            }
        }
    }

    #[test]
    fn equal_numbers_of_different_keys_are_told_apart() {
        let entries = |keys: [&str; 2]| -> Vec<u8> {
            let written = keys.map(|key| [rmp_serde::to_vec(key).unwrap(), vec![0x91, 0x07]]);
            written.concat().concat()
        };
        let (one, other) = ("firstfir-a-lastlast", "firstfir-b-lastlast");
        assert!(may_repeat(&[one, other]));
        assert!(!any_twice(&entries([one, other]), 2));
        assert!(any_twice(&entries([one, one]), 2));
    }

    #[test]
    fn keys_of_every_kind_are_compared() {
        for key in [vec![7], vec![0xc0], vec![0xcd, 1, 0], vec![0x92, 1, 2], vec![0xc4, 1, 9]] {
            let (mut out, mut keys) = (key.clone(), Keys::new());
            keys.note(&out, 0);
            out.push(1);
            out.extend(&key);
            keys.note(&out, key.len() + 1);
            assert!(keys.may_repeat(), "{key:?}");
            out.push(1);
            assert!(any_twice(&out, 2), "{key:?}");
        }
    }
}
