//! The buffer in which a token is built, at the end of the caller's `String`.

/// The initial capacity in bytes. It holds a session of 200 bytes, both as bytes and as text.
const CAPACITY: usize = 512;

/// A buffer that borrows the `String`'s memory, so that a reused `String` need not grow. If it is
/// dropped before [`TokenBuffer::finish`], even by a panic, the `String` has its old content again.
pub(crate) struct TokenBuffer<'a> {
    out: &'a mut String,
    bytes: Vec<u8>,
    kept: usize,
}

impl<'a> TokenBuffer<'a> {
    pub(crate) fn after(out: &'a mut String) -> Self {
        let mut bytes = core::mem::take(out).into_bytes();
        let kept = bytes.len();
        if kept == 0 {
            bytes.reserve(CAPACITY);
        }
        Self { out, bytes, kept }
    }

    /// Returns the vector to which the token's bytes are appended.
    pub(crate) fn end(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Returns the token's bytes so far.
    pub(crate) fn token(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.kept..).unwrap_or_default()
    }

    /// Replaces the `String`'s text with the token's text, whose `length` characters `encode`
    /// writes.
    ///
    /// If the old text was shorter than `length`, the token's bytes move back to make room.
    pub(crate) fn finish(mut self, length: usize, encode: impl FnOnce(&[u8], &mut [u8])) {
        if length > self.kept {
            self.move_back(length);
        }
        let (front, raw) = self.bytes.split_at_mut(self.kept);
        encode(raw, front);
        self.kept = length;
    }

    /// Moves the token's bytes back, so that `length` bytes precede them.
    fn move_back(&mut self, length: usize) {
        let end = self.bytes.len();
        let back = length.saturating_sub(self.kept);
        self.bytes.resize(end.saturating_add(back), 0);
        self.bytes.copy_within(self.kept..end, length);
        self.kept = length;
    }
}

impl Drop for TokenBuffer<'_> {
    fn drop(&mut self) {
        self.bytes.truncate(self.kept);
        // The remaining bytes are the caller's own text or base64, so they are always UTF-8.
        *self.out = String::from_utf8(core::mem::take(&mut self.bytes)).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::text::Text;

    #[test]
    fn a_dropped_buffer_leaves_the_string_as_it_was() {
        let mut out = "before".to_owned();
        TokenBuffer::after(&mut out).end().extend_from_slice(&[0xff; 2000]);
        assert_eq!(out, "before");
    }

    #[test]
    fn a_finished_buffer_replaces_a_shorter_or_longer_string() {
        for before in ["", "b", "be", "before", &"before".repeat(100)] {
            let mut out = before.to_owned();
            let mut buffer = TokenBuffer::after(&mut out);
            buffer.end().extend_from_slice(&[1, 2, 3, 4]);
            assert_eq!(buffer.token(), [1, 2, 3, 4]);
            buffer.finish(6, |bytes, out| Text::new().encode(bytes, out));
            assert_eq!(out, "AQIDBA", "{before}");
        }
    }
}
