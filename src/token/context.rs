//! The context to which a token is bound: parts that are signed but not contained in the token.

use std::sync::Arc;

use crate::error::ContextError;

/// A context in the form that is signed: u8(n) ‖ u16be(len(part₁)) ‖ part₁ ‖ …
#[derive(Clone)]
pub(crate) struct Context(Arc<[u8]>);

impl Context {
    /// Returns this context with `parts` after its own.
    pub(crate) fn with(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        let before = self.0.first().map_or(0, |count| usize::from(*count));
        let got = before.saturating_add(parts.len());
        let count = u8::try_from(got).map_err(|_| ContextError::TooManyParts { got })?;
        let mut encoded = self.0.to_vec();
        if let Some(first) = encoded.first_mut() {
            *first = count;
        }
        for part in parts {
            let length = u16::try_from(part.len())
                .map_err(|_| ContextError::PartTooLong { got: part.len() })?;
            encoded.extend_from_slice(&length.to_be_bytes());
            encoded.extend_from_slice(part);
        }
        Ok(Self(encoded.into()))
    }

    /// Returns this context with `part` before its own.
    #[cfg(feature = "web")]
    pub(crate) fn preceded_by(&self, part: &[u8]) -> Result<Self, ContextError> {
        let first = Self::none().with(&[part])?;
        let (count, rest) = self.0.split_first().unwrap_or((&0, &[]));
        let count = count.checked_add(1).ok_or(ContextError::TooManyParts { got: 256 })?;
        let part = first.0.get(1..).unwrap_or_default();
        Ok(Self([&[count], part, rest].concat().into()))
    }

    pub(crate) fn none() -> Self {
        Self(Arc::new([0]))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Passes bound ‖ body to `use_message` as one slice, together with the length of bound.
    ///
    /// The token is header ‖ signature ‖ body, and bound is header ‖ context. `use_message` can
    /// change the body of the token in place. Afterwards, the signature's bytes in the token are
    /// unspecified. Returns `None` if the token is shorter than its header and signature.
    ///
    /// The context temporarily replaces the signature in the token. It allocates only if the
    /// context is longer than the signature.
    pub(crate) fn with_message<R>(
        &self,
        token: &mut [u8],
        header_len: usize,
        signature_len: usize,
        use_message: impl FnOnce(&mut [u8], usize) -> R,
    ) -> Option<R> {
        let bound_len = header_len.checked_add(self.0.len())?;
        let body_at = header_len.checked_add(signature_len)?;
        let Some(start) = body_at.checked_sub(bound_len) else {
            return self.with_copy(token, header_len, body_at, use_message);
        };
        let message = token.get_mut(start..)?;
        message.get_mut(header_len..bound_len)?.copy_from_slice(&self.0);
        token.copy_within(..header_len, start);
        let result = use_message(token.get_mut(start..)?, bound_len);
        token.copy_within(start..start.checked_add(header_len)?, 0);
        Some(result)
    }

    fn with_copy<R>(
        &self,
        token: &mut [u8],
        header_len: usize,
        body_at: usize,
        use_message: impl FnOnce(&mut [u8], usize) -> R,
    ) -> Option<R> {
        let (head, body) = token.split_at_mut_checked(body_at)?;
        let bound_len = header_len.checked_add(self.0.len())?;
        let mut message = [head.get(..header_len)?, &self.0, &*body].concat();
        let result = use_message(&mut message, bound_len);
        body.copy_from_slice(message.get(bound_len..)?);
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::SIGNATURE_LEN;

    #[test]
    fn a_message_is_header_context_body_at_all_lengths() {
        for part in [0, 1, 20, 21, 22, 300] {
            let context = Context::none().with(&[&vec![9; part]]).unwrap();
            for header_len in [6, 23, 24, 32] {
                let header: Vec<u8> = (1..=header_len).collect();
                let token = [&header[..], &[0; SIGNATURE_LEN], b"body"].concat();
                let mut changed = token.clone();
                let expected = [&header, context.as_bytes(), b"body"].concat();
                let change = |message: &mut [u8], bound_len: usize| {
                    assert_eq!(message, expected, "{part} {header_len}");
                    assert_eq!(&message[bound_len..], b"body");
                    message[bound_len..].make_ascii_uppercase();
                };
                context.with_message(&mut changed, header.len(), SIGNATURE_LEN, change).unwrap();
                assert_eq!(changed[..header.len()], header);
                assert_eq!(changed[header.len() + SIGNATURE_LEN..], *b"BODY");
            }
        }
    }

    #[test]
    fn a_token_without_a_signature_has_no_message() {
        let never = |_: &mut [u8], _| unreachable!();
        assert_eq!(Context::none().with_message(&mut [1; 29], 6, 24, never), None::<()>);
    }

    #[test]
    fn the_number_and_the_lengths_of_parts_are_limited() {
        let with = |parts: &[&[u8]]| Context::none().with(parts).map(|_| ());
        let long = vec![0; 65_536];
        assert_eq!(with(&[&long[1..]]), Ok(()));
        assert_eq!(with(&[&long]), Err(ContextError::PartTooLong { got: 65_536 }));
        assert_eq!(with(&[&[][..]; 255]), Ok(()));
        assert_eq!(with(&[&[][..]; 256]), Err(ContextError::TooManyParts { got: 256 }));
    }

    #[test]
    fn chained_parts_are_encoded_as_if_given_at_once() {
        let chained = Context::none().with(&[b"a"]).unwrap().with(&[b"bc", b""]).unwrap();
        assert_eq!(chained.as_bytes(), b"\x03\0\x01a\0\x02bc\0\0");
        assert_eq!(chained.with(&[]).unwrap().as_bytes(), chained.as_bytes());
    }

    #[cfg(feature = "web")]
    #[test]
    fn a_part_that_precedes_a_context_is_its_first() {
        let context = |parts: &[&[u8]]| Context::none().with(parts).unwrap();
        let rests: [&[&[u8]]; 3] = [&[], &[b""], &[b"b", b"ccc"]];
        for rest in rests {
            let all = [&[&b"a"[..]], rest].concat();
            let preceded = context(rest).preceded_by(b"a").unwrap();
            assert_eq!(preceded.as_bytes(), context(&all).as_bytes());
        }
        let full = context(&[&[][..]; 255]);
        let error = full.preceded_by(b"").err();
        assert_eq!(error, Some(ContextError::TooManyParts { got: 256 }));
    }
}
