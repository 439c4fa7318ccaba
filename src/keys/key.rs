//! A secret key, its name, and the keys derived from it.

use core::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, PAD};
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::key_id::KeyId;

/// The least length of a key in bytes.
const LEAST: usize = 32;
const SALT: &[u8] = b"hardtack.v1";

/// A secret key: 32 or more bytes from a random generator.
///
/// Make one with `openssl rand -base64 32` and keep it with the program's other secrets. Its bytes
/// are wiped from memory when it is dropped, and the keys derived from it when the last codec is
/// dropped. Copies that the caller made and temporaries on the stack are not wiped. There is no
/// `Clone`, no comparison and no `Serialize`. `Debug` shows only the key's ID.
///
/// ```
/// use hardtack::Key;
///
/// let key = Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?;
/// assert_eq!(format!("{key:?}"), format!("Key({})", key.id()));
/// assert!(Key::from_bytes(b"password").is_err());
/// # Ok::<(), hardtack::KeyError>(())
/// ```
pub struct Key {
    bytes: Zeroizing<Vec<u8>>,
    id: KeyId,
}

impl Key {
    /// Creates a key of these bytes.
    ///
    /// # Errors
    /// [`KeyError::TooShort`] below 32 bytes, [`KeyError::AllEqual`] if every byte is the same.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::new(Zeroizing::new(bytes.to_vec()))
    }

    /// Creates a key from hexadecimal digits of either case.
    ///
    /// # Errors
    /// [`KeyError::NotHex`] for anything but pairs of digits, and those of [`Key::from_bytes`].
    pub fn from_hex(digits: &str) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
        for pair in digits.as_bytes().chunks(2) {
            bytes.push(byte_of_hex(pair).ok_or(KeyError::NotHex)?);
        }
        Self::new(bytes)
    }

    /// Creates a key from base64 of either alphabet, padded or not (RFC 4648 §4, §5).
    ///
    /// # Errors
    /// [`KeyError::NotBase64`], and those of [`Key::from_bytes`].
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        Self::new(decode_base64(text).ok_or(KeyError::NotBase64)?)
    }

    /// Generates a key from the operating system's random generator, for this run of the program only.
    /// The next run and every other server refuse what it signs.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`] if the operating system provides no random bytes.
    #[cfg(all(feature = "generate", not(all(target_arch = "wasm32", target_os = "unknown"))))]
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(vec![0; LEAST]);
        getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
        Self::new(bytes)
    }

    /// Returns the ID that tokens carry to name the key that signed them. Not a secret.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        if bytes.len() < LEAST {
            return Err(KeyError::TooShort { got: bytes.len(), needed: LEAST });
        }
        if bytes.windows(2).all(|pair| pair.first() == pair.last()) {
            return Err(KeyError::AllEqual);
        }
        let mut id = [0];
        expand(&bytes, &[b"key-id", &[0]], &mut id);
        Ok(Self { bytes, id: KeyId::from_u8(id[0]) })
    }

    /// FORMAT.md, "Keys": HKDF-Expand(prk, label ‖ 0x00 ‖ purpose, 32 bytes).
    pub(crate) fn derive(&self, label: &str, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        expand(&self.bytes, &[label.as_bytes(), &[0], purpose.as_bytes()], derived.as_mut());
        derived
    }

    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// HKDF with SHA-256 (RFC 5869).
#[expect(clippy::expect_used, reason = "HKDF gives up to 8160 bytes, and 32 at most are asked for")]
fn expand(key: &[u8], info: &[&[u8]], out: &mut [u8]) {
    Hkdf::<Sha256>::new(Some(SALT), key).expand_multi_info(info, out).expect("at most 32 bytes");
}

/// The bytes of a key, from either alphabet of base64, padded or not.
fn decode_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let config: GeneralPurposeConfig = PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet =
        if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let bytes = GeneralPurpose::new(alphabet, config).decode(text).ok()?;
    Some(Zeroizing::new(bytes))
}

fn byte_of_hex(pair: &[u8]) -> Option<u8> {
    let [high, low] = *pair else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_pairs_of_digits_and_nothing_else() {
        let hex = "0123456789abcdef".repeat(4);
        let bytes = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef].repeat(4);
        let key = Key::from_bytes(&bytes).unwrap();
        assert!(key.same_as(&Key::from_hex(&hex).unwrap()));
        assert!(key.same_as(&Key::from_hex(&hex.to_uppercase()).unwrap()));
        for bad in
            [&hex[1..], &format!(" {hex}"), &format!("+{}", &hex[1..]), &format!("{hex}é"), "0x"]
        {
            assert!(matches!(Key::from_hex(bad), Err(KeyError::NotHex)), "{bad}");
        }
    }

    #[test]
    fn a_key_shows_its_id_in_two_digits_and_nothing_else() {
        let key = Key::from_hex(&"0123456789abcdef".repeat(4)).unwrap();
        assert_eq!(format!("{key:?}"), format!("Key({:02x})", key.id().as_u8()));
        assert_eq!(format!("{:?}", KeyId::from_u8(7)), "KeyId(07)");
        assert_eq!(KeyId::from_u8(0xab).to_string(), "ab");
    }

    #[test]
    fn a_key_of_32_bytes_will_do_and_one_of_31_will_not() {
        let bytes: Vec<u8> = (0..32).collect();
        assert!(Key::from_bytes(&bytes).is_ok());
        let short = Key::from_bytes(&bytes[1..]).unwrap_err();
        assert!(matches!(short, KeyError::TooShort { got: 31, needed: 32 }));
    }

    #[test]
    fn a_key_of_equal_bytes_is_refused_whatever_the_byte() {
        for byte in [0, 7, 255] {
            assert!(matches!(Key::from_bytes(&[byte; 40]), Err(KeyError::AllEqual)));
        }
    }

    #[cfg(feature = "generate")]
    #[test]
    fn no_two_generated_keys_are_equal() {
        assert!(!Key::generate().unwrap().same_as(&Key::generate().unwrap()));
    }

    #[test]
    fn a_key_may_be_written_in_either_alphabet_padded_or_not() {
        for text in ["-_8=", "-_8", "+/8=", "+/8"] {
            assert_eq!(**decode_base64(text).unwrap(), [0xfb, 0xff], "{text}");
        }
        assert!(decode_base64("-/8=").is_none());
        assert!(decode_base64("+/ 8").is_none());
    }
}
