//! An instant that ends every session which began before it.

use time::{Duration, OffsetDateTime};

/// An instant that ends every session which began before it: "log out everywhere", for one user or
/// for all.
///
/// For one user, take [`Codec::cutoff_at`](crate::Codec::cutoff_at), store
/// [`Cutoff::unix_timestamp`] in the user's row and compare it with
/// [`Verified::started_since`](crate::Verified::started_since). For all users, pass a cut-off to
/// [`CodecBuilder::not_before`](crate::CodecBuilder::not_before).
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
    /// Returns a cut-off at this instant, rounded up to the second.
    #[must_use]
    pub fn at(instant: OffsetDateTime) -> Self {
        let part = i64::from(instant.nanosecond() > 0);
        Self(instant.unix_timestamp().saturating_add(part))
    }

    /// Returns the cut-off of a stored number of seconds, not milliseconds, since the Unix epoch.
    #[must_use]
    pub const fn from_unix_timestamp(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since the Unix epoch, to be stored.
    #[must_use]
    pub const fn unix_timestamp(self) -> i64 {
        self.0
    }

    /// Returns the instant, which is the start of a session that replaces those that were ended.
    #[must_use]
    pub fn instant(self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::seconds(self.0))
    }
}
