//! The expiry that a session requests, and its times.

use core::time::Duration;

use time::OffsetDateTime;

use crate::error::EncodeError;

/// The expiry that a session requests, counted from the issue time of its token.
///
/// The server enforces every expiry, and caps it at
/// [`max_requested_age`](crate::CodecBuilder::max_requested_age) and the absolute timeout.
/// Fractions of a second are dropped.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Expiry, IssueOptions, Key, KeyRing};
///
/// const DAY: Duration = Duration::from_secs(86_400);
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, DAY).max_requested_age(30 * DAY).build()?;
/// let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
///
/// let remember_me = IssueOptions::at(now).expiry(Expiry::After(30 * DAY));
/// let session = codec.decode_at::<u32>(codec.begin_at(&7, remember_me)?, now)?;
/// assert_eq!(session.expires_at(), now + 30 * DAY);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// The codec's `max_age`. It restarts with every renewal.
    #[default]
    Policy,
    /// This duration. It restarts with every renewal.
    After(Duration),
    /// This instant. A renewal does not move it.
    At(OffsetDateTime),
    /// The codec's `max_age`, with a cookie that the browser deletes when it closes.
    BrowserClose,
}

/// The expiry of a token, in seconds after its issue time. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpiryClaim {
    Policy,
    After(u32),
    At(u32),
    BrowserClose,
}

/// The times in a token, in whole seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    pub(crate) started_at: u32,
    pub(crate) issued_at: u32,
    pub(crate) expiry: ExpiryClaim,
}

impl Lifetime {
    /// Returns the expiry that the session requested, before the policy caps it.
    pub(crate) fn requested(&self) -> Expiry {
        match self.expiry {
            ExpiryClaim::Policy => Expiry::Policy,
            ExpiryClaim::After(seconds) => Expiry::After(Duration::from_secs(seconds.into())),
            ExpiryClaim::At(seconds) => {
                Expiry::At(instant(after(self.issued_at.into(), seconds.into())))
            }
            ExpiryClaim::BrowserClose => Expiry::BrowserClose,
        }
    }
}

/// Converts seconds since the Unix epoch into an instant.
pub(crate) fn instant(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH.saturating_add(time::Duration::seconds(seconds))
}

/// Converts seconds since the Unix epoch into an issue time, if a token can represent it.
pub(crate) fn issue_time(seconds: i64) -> Result<u32, EncodeError> {
    u32::try_from(seconds).map_err(|_| EncodeError::TimeOutOfRange { seconds })
}

/// Returns the time `span` seconds after `time`. Neither comes near the limits of `i64`: a time
/// comes from an [`OffsetDateTime`], and a policy limits its spans.
pub(super) fn after(time: i64, span: u64) -> i64 {
    time.saturating_add_unsigned(span)
}
