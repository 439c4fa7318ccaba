//! What a token is bound to: its own header, and parts that it does not hold.

use std::sync::Arc;

use super::header::MAX_HEADER;
use crate::error::ContextError;

/// Bound bytes that stay on the stack: any header, and a context of 31 bytes.
const STACK: usize = MAX_HEADER + 32;

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

    /// Hands `bound` = header ‖ context to `use_bound`, without an allocation where both are short.
    pub(crate) fn bind<R>(&self, header: &[u8], use_bound: impl FnOnce(&[u8]) -> R) -> R {
        let mut stack = [0; STACK];
        match fill(&mut stack, header, &self.0) {
            Some(bound) => use_bound(bound),
            None => use_bound(&[header, &self.0].concat()),
        }
    }
}

fn fill<'a>(stack: &'a mut [u8; STACK], header: &[u8], context: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = stack.split_at_mut_checked(header.len())?;
    head.copy_from_slice(header);
    rest.get_mut(..context.len())?.copy_from_slice(context);
    stack.get(..header.len().checked_add(context.len())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bound_is_header_then_context_on_the_stack_and_off_it() {
        for length in [0, 1, 28, 29, 30, 31, 300] {
            let part = vec![9; length];
            let context = Context::new(&[&part]).unwrap();
            for header in [&[5; 6][..], &[5; MAX_HEADER]] {
                let expected = [header, context.as_bytes()].concat();
                assert!(context.bind(header, |bound| bound == expected), "{length}");
            }
        }
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
