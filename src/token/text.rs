//! Bytes <-> base64url: canonical, without padding (RFC 4648 §5). The only user of base64.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD};
use base64::engine::{DecodePaddingMode, general_purpose};
use base64::{alphabet, decoded_len_estimate};
use zeroize::Zeroizing;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
type Engine = base64::engine::Simd;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Engine = GeneralPurpose;

/// The token's alphabet, in the fastest engine that this processor runs.
#[derive(Clone)]
pub(crate) struct Text(Engine);

impl Text {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    pub(crate) fn new() -> Self {
        Self(Engine::url_safe(NO_PAD))
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub(crate) fn new() -> Self {
        Self(Engine::new(&alphabet::URL_SAFE, NO_PAD))
    }

    /// Characters that `bytes` bytes become; `usize::MAX` stands for more than memory holds.
    pub(crate) fn encoded_len(bytes: usize) -> usize {
        base64::encoded_len(bytes, false).unwrap_or(usize::MAX)
    }

    /// Writes `bytes` as text into `out`, which is to have room for [`Self::encoded_len`].
    #[expect(clippy::expect_used, reason = "base64 asks for nothing but room, and there is")]
    pub(crate) fn encode(&self, bytes: &[u8], out: &mut [u8]) {
        self.0.encode_slice(bytes, out).expect("room for encoded_len");
    }

    /// Bytes of room that [`Self::decode`] needs for `text`; `None` for what most rubbish fails at.
    pub(crate) fn room(text: &[u8]) -> Option<usize> {
        let first = *text.first()?;
        let in_alphabet = first.is_ascii_alphanumeric() || first == b'-' || first == b'_';
        (in_alphabet && text.len() % 4 != 1).then(|| decoded_len_estimate(text.len()))
    }

    /// The bytes of `text`, in `room`; where it fails it leaves rubbish there.
    pub(crate) fn decode<'r>(&self, text: &[u8], room: &'r mut [u8]) -> Option<&'r mut [u8]> {
        let written = self.0.decode_slice(text, room).ok()?;
        room.get_mut(..written)
    }
}

/// The bytes of a key, from either alphabet of base64, padded or not.
pub(crate) fn decode_key(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let config: GeneralPurposeConfig =
        general_purpose::PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet =
        if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let bytes = GeneralPurpose::new(alphabet, config).decode(text).ok()?;
    Some(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Option<Vec<u8>> {
        let mut room = vec![0; Text::room(text.as_bytes())?];
        Text::new().decode(text.as_bytes(), &mut room).map(|bytes| bytes.to_vec())
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

    #[test]
    fn a_key_may_be_written_in_either_alphabet_padded_or_not() {
        for text in ["-_8=", "-_8", "+/8=", "+/8"] {
            assert_eq!(**decode_key(text).unwrap(), [0xfb, 0xff], "{text}");
        }
        assert!(decode_key("-/8=").is_none());
        assert!(decode_key("+/ 8").is_none());
    }
}
