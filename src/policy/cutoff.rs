//! An instant that ends every session which began before it.

use time::{Duration, OffsetDateTime};

/// Ends every session that began before it: "log out everywhere", for one user or for all.
///
/// Store [`Cutoff::unix_timestamp`] in the user's row; compare with
/// [`Verified::started_since`](crate::Verified::started_since). For all users there is
/// [`CodecBuilder::not_before`](crate::CodecBuilder::not_before).
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use core::time::Duration;
/// use hardtack::{Codec, Cutoff, Key, KeyRing};
/// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// let old = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
/// let cutoff = Cutoff::after(now);                      // log out everywhere …
/// let new = codec.begin_at(&7, cutoff.instant())?;      // … but here
/// assert!(old.started_since(cutoff).is_err());
/// assert!(codec.decode_at::<u32>(new, now)?.started_since(cutoff).is_ok());
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cutoff(i64);

impl Cutoff {
    /// The next full second: ends every session that exists at `now`. A session that is to replace
    /// them starts at [`Cutoff::instant`]; the default leeway covers that second.
    ///
    /// ```
    /// # use hardtack::Cutoff;
    /// let now = time::OffsetDateTime::UNIX_EPOCH;
    /// assert_eq!(Cutoff::after(now).unix_timestamp(), 1);
    /// ```
    #[must_use]
    pub fn after(now: OffsetDateTime) -> Self {
        Self(now.unix_timestamp().saturating_add(1))
    }

    /// Returns [`Cutoff::after`] the system's clock. Absent on wasm32-unknown-unknown.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    #[must_use]
    pub fn now() -> Self {
        Self::after(OffsetDateTime::now_utc())
    }

    /// This instant, rounded up to the second.
    ///
    /// ```
    /// # use hardtack::Cutoff;
    /// let instant = time::OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(1);
    /// assert_eq!(Cutoff::at(instant).unix_timestamp(), 1);
    /// ```
    #[must_use]
    pub fn at(instant: OffsetDateTime) -> Self {
        let part = i64::from(instant.nanosecond() > 0);
        Self(instant.unix_timestamp().saturating_add(part))
    }

    /// From seconds, not milliseconds, since the Unix epoch, as stored.
    ///
    /// ```
    /// # use hardtack::Cutoff;
    /// assert_eq!(Cutoff::from_unix_timestamp(7).unix_timestamp(), 7);
    /// ```
    #[must_use]
    pub const fn from_unix_timestamp(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch, to be stored.
    ///
    /// ```
    /// assert_eq!(hardtack::Cutoff::from_unix_timestamp(7).unix_timestamp(), 7);
    /// ```
    #[must_use]
    pub const fn unix_timestamp(self) -> i64 {
        self.0
    }

    /// The instant, as the start of the session that replaces those that were ended.
    ///
    /// ```
    /// assert_eq!(hardtack::Cutoff::from_unix_timestamp(7).instant().unix_timestamp(), 7);
    /// ```
    #[must_use]
    pub fn instant(self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::seconds(self.0))
    }
}
