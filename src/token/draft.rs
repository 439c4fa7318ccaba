//! A token in the making, at the end of the caller's `String`.

use super::text::Text;

/// Room that the first token of a buffer finds: a session of 200 bytes, as bytes and as text.
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
        bytes.reserve(ROOM);
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

    /// Replaces what the `String` held by the token's text.
    pub(crate) fn finish(mut self, text: &Text) {
        let raw_end = self.bytes.len();
        let raw_len = raw_end.saturating_sub(self.kept);
        self.bytes.resize(raw_end.saturating_add(Text::encoded_len(raw_len)), 0);
        let (raw, encoded) = self.bytes.split_at_mut(raw_end);
        if text.encode(raw.get(self.kept..).unwrap_or_default(), encoded).is_some() {
            self.bytes.drain(..raw_end);
            self.kept = self.bytes.len();
        }
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
    fn a_finished_draft_replaces_the_string() {
        let mut out = "before".to_owned();
        let mut draft = Draft::behind(&mut out);
        draft.end().push(1);
        assert_eq!(draft.token(), [1]);
        draft.finish(&Text::new());
        assert_eq!(out, "AQ");
    }
}
