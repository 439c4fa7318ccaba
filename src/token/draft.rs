//! A token in the making, at the end of the caller's `String`.

use super::text::Text;

/// Room that the first token of a buffer finds: a session of 200 bytes, as bytes and as text. The
/// tokens behind it find what it grew to.
const ROOM: usize = 512;

/// Borrows the `String`'s memory, so that a reused one need not grow. Unless it is finished, even
/// where a panic passes through, the `String` is again what it was.
pub(crate) struct Draft<'a> {
    out: &'a mut String,
    bytes: Vec<u8>,
    kept: usize,
}

impl<'a> Draft<'a> {
    pub(crate) fn behind(out: &'a mut String) -> Self {
        let mut bytes = core::mem::take(out).into_bytes();
        let kept = bytes.len();
        if kept == 0 {
            bytes.reserve(ROOM);
        }
        Self { out, bytes, kept }
    }

    /// Where to append the token's bytes.
    pub(crate) fn end(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The token's bytes so far.
    pub(crate) fn token(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.kept..).unwrap_or_default()
    }

    /// Replaces what the `String` held by the token's text: in its place if there is room, else
    /// behind the token's bytes, and moved.
    pub(crate) fn finish(mut self, text: &Text) {
        let length = Text::encoded_len(self.token().len());
        if length > self.kept {
            self.make_room(length);
        }
        let (front, raw) = self.bytes.split_at_mut(self.kept);
        text.encode(raw, front);
        self.kept = length;
    }

    /// Moves the token's bytes back, so that `length` bytes stand before them.
    fn make_room(&mut self, length: usize) {
        let end = self.bytes.len();
        let back = length.saturating_sub(self.kept);
        self.bytes.resize(end.saturating_add(back), 0);
        self.bytes.copy_within(self.kept..end, length);
        self.kept = length;
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        self.bytes.truncate(self.kept);
        // What is kept is the caller's own text or base64: never anything but UTF-8.
        *self.out = String::from_utf8(core::mem::take(&mut self.bytes)).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_is_dropped_leaves_the_string_as_it_was() {
        let mut out = "before".to_owned();
        Draft::behind(&mut out).end().extend_from_slice(&[0xff; 2000]);
        assert_eq!(out, "before");
    }

    #[test]
    fn a_finished_draft_replaces_the_string_be_it_shorter_or_longer() {
        for before in ["", "b", "be", "before", &"before".repeat(100)] {
            let mut out = before.to_owned();
            let mut draft = Draft::behind(&mut out);
            draft.end().extend_from_slice(&[1, 2, 3, 4]);
            assert_eq!(draft.token(), [1, 2, 3, 4]);
            draft.finish(&Text::new());
            assert_eq!(out, "AQIDBA", "{before}");
        }
    }
}
