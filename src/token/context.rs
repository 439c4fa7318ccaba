//! What a token is bound to: its own header, and parts that it does not hold.

use std::sync::Arc;

use crate::error::ContextError;

/// The context as it is signed: u8(n) ‖ u16be(len(part₁)) ‖ part₁ ‖ …
#[derive(Clone)]
pub(crate) struct Context(Arc<[u8]>);

impl Context {
    pub(crate) fn new(parts: &[&[u8]]) -> Result<Self, ContextError> {
        let count = u8::try_from(parts.len())
            .map_err(|_| ContextError::TooManyParts { got: parts.len() })?;
        let mut encoded = vec![count];
        for part in parts {
            let length = u16::try_from(part.len())
                .map_err(|_| ContextError::PartTooLong { got: part.len() })?;
            encoded.extend_from_slice(&length.to_be_bytes());
            encoded.extend_from_slice(part);
        }
        Ok(Self(encoded.into()))
    }

    pub(crate) fn none() -> Self {
        Self(Arc::new([0]))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Of a token, header ‖ room ‖ body, hands bound ‖ body in one piece to `use_message`, and the
    /// length of bound = header ‖ context. What `use_message` does to the body is done to the
    /// token's; the room is rubbish afterwards. `None` where the token is shorter.
    ///
    /// Header and context fit before the body where a context is no longer than the room; it seldom
    /// is. Only then is nothing allocated.
    pub(crate) fn with_message<R>(
        &self,
        token: &mut [u8],
        header_len: usize,
        room_len: usize,
        use_message: impl FnOnce(&mut [u8], usize) -> R,
    ) -> Option<R> {
        let bound_len = header_len.checked_add(self.0.len())?;
        let body_at = header_len.checked_add(room_len)?;
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

    #[test]
    fn a_message_is_header_context_body_whatever_their_lengths() {
        const ROOM: usize = 24;
        for part in [0, 1, 20, 21, 22, 300] {
            let context = Context::new(&[&vec![9; part]]).unwrap();
            for header_len in [6, 23, 24, 32] {
                let header: Vec<u8> = (1..=header_len).collect();
                let token = [&header[..], &[0; ROOM], b"body"].concat();
                let mut changed = token.clone();
                let expected = [&header, context.as_bytes(), b"body"].concat();
                let change = |message: &mut [u8], bound_len: usize| {
                    assert_eq!(message, expected, "{part} {header_len}");
                    assert_eq!(&message[bound_len..], b"body");
                    message[bound_len..].make_ascii_uppercase();
                };
                context.with_message(&mut changed, header.len(), ROOM, change).unwrap();
                assert_eq!(changed[..header.len()], header);
                assert_eq!(changed[header.len() + ROOM..], *b"BODY");
            }
        }
    }

    #[test]
    fn a_token_without_a_room_has_no_message() {
        let never = |_: &mut [u8], _| unreachable!();
        assert_eq!(Context::none().with_message(&mut [1; 29], 6, 24, never), None::<()>);
    }

    #[test]
    fn parts_and_their_lengths_have_an_end() {
        let long = vec![0; 65_536];
        assert!(Context::new(&[&long[1..]]).is_ok());
        assert!(matches!(Context::new(&[&long]), Err(ContextError::PartTooLong { got: 65_536 })));
        assert!(Context::new(&[&[][..]; 255]).is_ok());
        assert!(matches!(
            Context::new(&[&[][..]; 256]),
            Err(ContextError::TooManyParts { got: 256 })
        ));
    }
}
