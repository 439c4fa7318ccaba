//! Encodes and opens tokens, in FORMAT.md's numbered steps.

use core::ops::Range;

use super::Codec;
use super::derived::DerivedKey;
use super::verified::Proof;
use crate::error::{DecodeError, EncodeError, PayloadError};
use crate::mode::Mode;
use crate::token::buffer::TokenBuffer;
use crate::token::cipher::CipherKey;
use crate::token::claims::Claims;
use crate::token::header;
use crate::token::signature::Signature;
use crate::token::text::Text;
use crate::token::{SIGNATURE_LEN, TAG_LEN};

/// A token whose signature and times were accepted: the position of its payload, and its claims.
pub(crate) struct Opened {
    pub(crate) payload: Range<usize>,
    pub(crate) proof: Proof,
}

impl Codec {
    /// Encodes a token (FORMAT.md, "Encode").
    pub(crate) fn encode(
        &self,
        claims: &Claims,
        write_payload: impl FnOnce(&mut Vec<u8>) -> Result<(), PayloadError>,
        out: &mut String,
    ) -> Result<(), EncodeError> {
        let mut buffer = TokenBuffer::after(out);
        header::write(claims, buffer.end());
        let header_len = buffer.token().len();
        buffer.end().extend_from_slice(&[0; SIGNATURE_LEN]);
        // 1. payload
        write_payload(buffer.end()).map_err(EncodeError::Payload)?;
        self.check_length(buffer.token().len())?;
        // 2. to 4. bound, signature, body
        let key = self.shared.ring.signer(claims.lifetime.issued_at);
        let tag = self.protect(key, buffer.token(), header_len);
        buffer.end().extend_from_slice(tag.as_ref().map_or(&[], <[u8; TAG_LEN]>::as_slice));
        // 5. text
        let length = Text::encoded_len(buffer.token().len());
        buffer.finish(length, |bytes, out| self.shared.text.encode(bytes, out));
        Ok(())
    }

    /// Rejects most invalid input before allocating (FORMAT.md, "Decode", step 1). Returns the
    /// buffer size in bytes that the remaining steps need.
    pub(super) fn buffer_len(&self, token: &[u8]) -> Result<usize, DecodeError> {
        let (length, limit) = (token.len(), self.shared.max_len);
        // 1. length
        if length > limit {
            return Err(DecodeError::TooLong { length, limit });
        }
        Text::buffer_len(token).ok_or(DecodeError::Malformed)
    }

    /// Decodes and verifies a token up to its payload (FORMAT.md, "Decode", steps 2 to 10). Leaves
    /// the decrypted bytes in `buffer`.
    pub(super) fn open(
        &self,
        token: &[u8],
        buffer: &mut [u8],
        now: i64,
    ) -> Result<Opened, DecodeError> {
        let shared = &*self.shared;
        // 2. text
        let bytes = shared.text.decode(token, buffer).ok_or(DecodeError::Malformed)?;
        // 3. header, and the minimum size of signature and body
        let (claims, header_len) = header::read(bytes)?;
        let payload = header::payload_range(claims.mode, header_len, bytes.len())?;
        // 4. mode
        if claims.mode != shared.mode {
            return Err(DecodeError::WrongMode { token: claims.mode, codec: shared.mode });
        }
        // 5. and 6. key, signature
        let length = bytes.len();
        let key = self.verifying_key(&claims, token, buffer, length, header_len)?;
        // 7. retirement
        if key.retired_before(claims.lifetime.issued_at) {
            return Err(DecodeError::RetiredKey);
        }
        // 8. to 10. times
        shared.policy.check(&claims.lifetime, now)?;
        let proof = Proof::new(claims, &shared.policy, key, self.binding);
        Ok(Opened { payload, proof })
    }

    /// Fills in the signature of header ‖ signature ‖ payload and encrypts the payload in place
    /// (FORMAT.md, "Encode", steps 2 to 4). Returns the tag that follows the payload.
    fn protect(
        &self,
        key: &DerivedKey,
        token: &mut [u8],
        header_len: usize,
    ) -> Option<[u8; TAG_LEN]> {
        let protect = |message: &mut [u8], bound_len: usize| {
            let signature = key.signing.sign(message);
            let (bound, payload) = message.split_at_mut_checked(bound_len)?;
            let tag = key.cipher.as_ref().and_then(|key| key.seal(&signature, bound, payload));
            Some((signature, tag))
        };
        let (signature, tag) =
            self.context.with_message(token, header_len, SIGNATURE_LEN, protect).flatten()?;
        *token.get_mut(header_len..)?.first_chunk_mut()? = signature;
        tag
    }

    /// Returns the first key with the token's key ID that verifies the token (FORMAT.md, "Decode",
    /// steps 5 and 6).
    fn verifying_key(
        &self,
        claims: &Claims,
        token: &[u8],
        buffer: &mut [u8],
        length: usize,
        header_len: usize,
    ) -> Result<&DerivedKey, DecodeError> {
        let mut failure = DecodeError::UnknownKey;
        for key in self.shared.ring.with_id(claims.key_id) {
            if failure == DecodeError::BadSignature {
                // The previous key left a wrongly decrypted body in the buffer.
                self.shared.text.decode(token, buffer).ok_or(DecodeError::Malformed)?;
            }
            let bytes = buffer.get_mut(..length).unwrap_or_default();
            if self.verifies(key, bytes, header_len) == Some(true) {
                return Ok(key);
            }
            failure = DecodeError::BadSignature;
        }
        Err(failure)
    }

    /// Returns true if `key` verifies the token. Decrypts an encrypted body in place.
    fn verifies(&self, key: &DerivedKey, token: &mut [u8], header_len: usize) -> Option<bool> {
        let signature = *token.get(header_len..)?.first_chunk()?;
        let verify = |message: &mut [u8], bound_len: usize| match &key.cipher {
            None => key.signing.verify(message, &signature),
            Some(cipher) => open_body(cipher, &signature, message, bound_len)
                .is_some_and(|message| key.signing.verify(message, &signature)),
        };
        self.context.with_message(token, header_len, SIGNATURE_LEN, verify)
    }

    fn check_length(&self, untagged: usize) -> Result<(), EncodeError> {
        let tag = if self.shared.mode == Mode::Encrypted { TAG_LEN } else { 0 };
        let length = Text::encoded_len(untagged.saturating_add(tag));
        let limit = self.shared.max_len;
        if length > limit { Err(EncodeError::TooLong { length, limit }) } else { Ok(()) }
    }
}

/// Decrypts bound ‖ ciphertext ‖ tag in place. Returns bound ‖ payload, the signed message, if the
/// tag is valid.
fn open_body<'m>(
    cipher: &CipherKey,
    nonce: &Signature,
    message: &'m mut [u8],
    bound_len: usize,
) -> Option<&'m [u8]> {
    let (sealed, tag) = message.split_last_chunk_mut::<TAG_LEN>()?;
    let (bound, text) = sealed.split_at_mut_checked(bound_len)?;
    cipher.open(nonce, bound, text, *tag).then_some(&*sealed)
}
