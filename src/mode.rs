//! The two modes of tokens: signed and encrypted.

/// Tells whether a token's payload can be read without a key.
///
/// ```
/// use hardtack::{Mode, inspect};
///
/// let token = inspect("IPtqsTuA5bd5FsvOOpP6IN53eypMbxcMYt8ZPcRVwA")?;
/// assert_eq!(token.unverified_mode(), Mode::Signed);
/// # Ok::<(), hardtack::InspectError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Anyone can read the payload. Only key holders can change it.
    Signed,
    /// Only key holders can read or change the payload.
    Encrypted,
}
