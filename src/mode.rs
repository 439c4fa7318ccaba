//! Whether a token's payload can be read without a key.

/// Whether anyone who holds a token can read its payload.
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
    /// Anyone can read it, and only key holders can change it.
    Signed,
    /// Only key holders can read or change it.
    Encrypted,
}
