//! Converts between bytes and canonical base64url without padding (RFC 4648 §5). Keys can use
//! either alphabet, so `keys` has its own decoder.

use base64::Engine as _;
use base64::decoded_len_estimate;
use base64::engine::general_purpose::NO_PAD;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
type Engine = base64::engine::Simd;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Engine = base64::engine::GeneralPurpose;

/// A base64url codec with the fastest engine that this processor supports.
#[derive(Clone)]
pub(crate) struct Text(Engine);

impl Text {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    pub(crate) fn new() -> Self {
        Self(Engine::url_safe(NO_PAD))
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub(crate) fn new() -> Self {
        Self(Engine::new(&base64::alphabet::URL_SAFE, NO_PAD))
    }

    /// Returns the number of characters that encode `bytes` bytes, or `usize::MAX` if it would
    /// overflow.
    pub(crate) fn encoded_len(bytes: usize) -> usize {
        base64::encoded_len(bytes, false).unwrap_or(usize::MAX)
    }

    /// Writes `bytes` as text into `out`, whose length is [`Self::encoded_len`].
    #[expect(clippy::expect_used, reason = "encoding fails only where `out` is too short")]
    pub(crate) fn encode(&self, bytes: &[u8], out: &mut [u8]) {
        self.0.encode_slice(bytes, out).expect("out has encoded_len characters");
    }

    /// Returns the buffer size in bytes that [`Self::decode`] needs for `text`, or `None` for most
    /// invalid input.
    pub(crate) fn buffer_len(text: &[u8]) -> Option<usize> {
        let first = *text.first()?;
        let in_alphabet = first.is_ascii_alphanumeric() || first == b'-' || first == b'_';
        (in_alphabet && text.len() % 4 != 1).then(|| decoded_len_estimate(text.len()))
    }

    /// Decodes `text` into `buffer`. On failure the content of `buffer` is unspecified.
    pub(crate) fn decode<'r>(&self, text: &[u8], buffer: &'r mut [u8]) -> Option<&'r mut [u8]> {
        let written = self.0.decode_slice(text, buffer).ok()?;
        buffer.get_mut(..written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Option<Vec<u8>> {
        let mut buffer = vec![0; Text::buffer_len(text.as_bytes())?];
        Text::new().decode(text.as_bytes(), &mut buffer).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn every_length_up_to_a_thousand_comes_back() {
        for length in 1..1000_u16 {
            let bytes: Vec<u8> = (0..length).map(|n| n.to_le_bytes()[0]).collect();
            let mut text = vec![0; Text::encoded_len(bytes.len())];
            Text::new().encode(&bytes, &mut text);
            assert_eq!(decode(core::str::from_utf8(&text).unwrap()).unwrap(), bytes);
        }
    }

    #[test]
    fn only_the_canonical_spelling_is_read() {
        assert_eq!(decode("AQ").unwrap(), [1]);
        for text in ["", "A", "AR", "AQ==", "AQ=", " AQ", "AQ ", "A+", "A/", "AQ\n", "é"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
