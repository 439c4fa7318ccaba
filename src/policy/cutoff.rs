//! Cut-offs, which end sessions by their start.

use time::OffsetDateTime;

use super::expiry::instant;

/// An instant that ends every session that began before it.
///
/// Use it to log out one user everywhere, or to log out all users. For one user, call
/// [`Codec::cutoff_at`](crate::Codec::cutoff_at), store [`Cutoff::unix_timestamp`] in the user's row, and
/// check each session with [`Verified::started_since`](crate::Verified::started_since). For all
/// users, pass a cut-off to [`CodecBuilder::not_before`](crate::CodecBuilder::not_before).
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Key, KeyRing};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// let now = time::OffsetDateTime::now_utc();
/// let old = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
///
/// let cutoff = codec.cutoff_at(now);                    // log out everywhere …
/// let new = codec.begin_at(&7, cutoff.instant())?;      // … but here
/// assert!(old.started_since(cutoff).is_err());
/// assert!(codec.decode_at::<u32>(new, now)?.started_since(cutoff).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cutoff(i64);

impl Cutoff {
    /// Returns a cut-off at `instant`, rounded up to the second.
    #[must_use]
    pub fn at(instant: OffsetDateTime) -> Self {
        let part = i64::from(instant.nanosecond() > 0);
        Self(instant.unix_timestamp().saturating_add(part))
    }

    /// Returns the cut-off for a stored number of seconds (not milliseconds) since the Unix epoch.
    #[must_use]
    pub const fn from_unix_timestamp(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns the cut-off in seconds since the Unix epoch, for storage.
    #[must_use]
    pub const fn unix_timestamp(self) -> i64 {
        self.0
    }

    /// Returns the instant of the cut-off. Start a session that replaces the ended ones at this
    /// instant.
    #[must_use]
    pub fn instant(self) -> OffsetDateTime {
        instant(self.0)
    }
}
