//! The limits of a codec, and their effect on a token at an instant.

use core::time::Duration;

use super::cutoff::Cutoff;
use super::expiry::{Expiry, ExpiryClaim, Lifetime, after, instant};
use crate::error::{ConfigError, DecodeError, EncodeError};

/// The maximum span of a policy in seconds. Added to any time in a token, it stays within the range
/// of `OffsetDateTime`.
const MAX_SPAN: u64 = 1 << 37;

/// 30 days in seconds.
const DEFAULT_ABSOLUTE_TIMEOUT: u64 = 30 * 86_400;

/// The limits of a codec, in whole seconds.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    max_age: u64,
    max_requested_age: u64,
    absolute_timeout: Option<u64>,
    leeway: u64,
    not_before: Option<Cutoff>,
    renew_after: Option<u64>,
}

/// The absolute timeout, as passed to the builder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AbsoluteTimeout {
    Default,
    After(Duration),
    Never,
}

/// The spans, as passed to the builder.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) max_age: Duration,
    pub(crate) max_requested_age: Option<Duration>,
    pub(crate) absolute_timeout: AbsoluteTimeout,
    pub(crate) leeway: Duration,
    pub(crate) not_before: Option<Cutoff>,
    pub(crate) renew_after: Option<Duration>,
}

impl AbsoluteTimeout {
    /// Returns the absolute timeout in seconds. It refuses the default of 30 days if sessions may
    /// request a longer lifetime, because the timeout would end them unexpectedly early.
    fn seconds(self, max_requested_age: u64) -> Result<Option<u64>, ConfigError> {
        match self {
            Self::Default if max_requested_age > DEFAULT_ABSOLUTE_TIMEOUT => {
                Err(ConfigError::AbsoluteTimeoutRequired {
                    max_requested_age: Duration::from_secs(max_requested_age),
                    default: Duration::from_secs(DEFAULT_ABSOLUTE_TIMEOUT),
                })
            }
            Self::Default => Ok(Some(DEFAULT_ABSOLUTE_TIMEOUT)),
            Self::After(timeout) => positive_span("absolute_timeout", timeout).map(Some),
            Self::Never => Ok(None),
        }
    }
}

impl Policy {
    pub(crate) fn new(limits: &Limits) -> Result<Self, ConfigError> {
        let max_age = positive_span("max_age", limits.max_age)?;
        let max_requested_age =
            limits.max_requested_age.map_or(Ok(max_age), |most| span("max_requested_age", most))?;
        if max_requested_age < max_age {
            return Err(ConfigError::MaxRequestedAgeBelowMaxAge {
                max_requested_age: Duration::from_secs(max_requested_age),
                max_age: Duration::from_secs(max_age),
            });
        }
        Ok(Self {
            max_age,
            max_requested_age,
            absolute_timeout: limits.absolute_timeout.seconds(max_requested_age)?,
            leeway: span("leeway", limits.leeway)?,
            not_before: limits.not_before,
            renew_after: limits
                .renew_after
                .map(|age| positive_span("renew_after", age))
                .transpose()?,
        })
    }

    /// Returns `max_age` in seconds.
    pub(crate) fn max_age(&self) -> u64 {
        self.max_age
    }

    /// Returns the number of seconds after which every existing token has expired, unless it is
    /// renewed.
    pub(crate) fn max_lifetime(&self) -> u64 {
        let life = self
            .absolute_timeout
            .map_or(self.max_requested_age, |timeout| timeout.min(self.max_requested_age));
        life.saturating_add(self.leeway)
    }

    /// Returns the cut-off that ends every session that exists at `now` (FORMAT.md, "Cut-offs").
    ///
    /// Half of the leeway covers clocks that are ahead: a session begun by such a server ends too.
    /// The other half covers clocks that are behind: such a server accepts a session that begins at
    /// the cut-off.
    pub(crate) fn cutoff(&self, now: i64) -> Cutoff {
        Cutoff::from_unix_timestamp(after(now, (self.leeway / 2).max(1)))
    }

    /// Checks the times of a token (FORMAT.md, "Decode", steps 8 to 10).
    pub(crate) fn check(&self, lifetime: &Lifetime, now: i64) -> Result<(), DecodeError> {
        if i64::from(lifetime.issued_at) > after(now, self.leeway) {
            return Err(DecodeError::NotYetValid);
        }
        if now >= self.expires_at(lifetime) {
            return Err(DecodeError::Expired);
        }
        self.not_before.map_or(Ok(()), |cutoff| started_since(lifetime, cutoff))
    }

    /// Returns the time when a token expires: its own expiry or the absolute timeout, whichever is
    /// earlier (FORMAT.md, "Decode", step 9).
    pub(crate) fn expires_at(&self, lifetime: &Lifetime) -> i64 {
        self.instant(lifetime).min(self.absolute_deadline(lifetime))
    }

    /// Returns the claim of a session that requests `expiry` in a token issued at `issued_at`.
    pub(crate) fn claim(&self, expiry: Expiry, issued_at: u32) -> Result<ExpiryClaim, EncodeError> {
        match expiry {
            Expiry::Policy => Ok(ExpiryClaim::Policy),
            Expiry::BrowserClose => Ok(ExpiryClaim::BrowserClose),
            Expiry::After(life) => self.allowed(i128::from(life.as_secs())).map(ExpiryClaim::After),
            Expiry::At(instant) => {
                let life = i128::from(instant.unix_timestamp()).saturating_sub(issued_at.into());
                self.allowed(life).map(ExpiryClaim::At)
            }
        }
    }

    /// Returns the times of a reissued token (FORMAT.md, "Renew and update", steps 2 and 3).
    pub(crate) fn reissued(&self, lifetime: &Lifetime, now: i64) -> Result<Lifetime, EncodeError> {
        let issued_at = super::expiry::issue_time(now.max(lifetime.issued_at.into()))?;
        let expiry = match lifetime.expiry {
            ExpiryClaim::At(_) => ExpiryClaim::At(self.seconds_left(lifetime, issued_at)?),
            kept => kept,
        };
        Ok(Lifetime { issued_at, expiry, ..*lifetime })
    }

    /// Returns the expiry that the session requested, with [`Expiry::At`] as capped by the policy.
    pub(crate) fn expiry(&self, lifetime: &Lifetime) -> Expiry {
        match lifetime.expiry {
            ExpiryClaim::At(_) => Expiry::At(instant(self.instant(lifetime))),
            _ => lifetime.requested(),
        }
    }

    /// Returns the time when a renewal is due because of the token's age, or `None` if a renewal
    /// would not move the expiry.
    pub(crate) fn renewal_due_at(&self, lifetime: &Lifetime) -> Option<i64> {
        if matches!(lifetime.expiry, ExpiryClaim::At(_)) {
            return None;
        }
        let expires_at = self.expires_at(lifetime);
        let life = expires_at.abs_diff(lifetime.issued_at.into());
        let due = self.renew_after.unwrap_or(life.div_ceil(2)).max(1);
        (expires_at < self.absolute_deadline(lifetime))
            .then(|| after(lifetime.issued_at.into(), due))
    }

    fn instant(&self, lifetime: &Lifetime) -> i64 {
        let life = match lifetime.expiry {
            ExpiryClaim::Policy | ExpiryClaim::BrowserClose => self.max_age,
            ExpiryClaim::After(seconds) | ExpiryClaim::At(seconds) => {
                self.max_requested_age.min(seconds.into())
            }
        };
        after(lifetime.issued_at.into(), life)
    }

    fn absolute_deadline(&self, lifetime: &Lifetime) -> i64 {
        self.absolute_timeout.map_or(i64::MAX, |timeout| after(lifetime.started_at.into(), timeout))
    }

    /// Returns the seconds from `issued_at` until the token's expiry, as capped by the policy.
    fn seconds_left(&self, lifetime: &Lifetime, issued_at: u32) -> Result<u32, EncodeError> {
        let left = self.instant(lifetime).saturating_sub(issued_at.into());
        u32::try_from(left).ok().filter(|left| *left > 0).ok_or(EncodeError::ExpiryNotLater)
    }

    fn allowed(&self, seconds: i128) -> Result<u32, EncodeError> {
        if seconds <= 0 {
            return Err(EncodeError::ExpiryNotLater);
        }
        let limit = self.max_requested_age.min(u32::MAX.into());
        u32::try_from(seconds).ok().filter(|seconds| u64::from(*seconds) <= limit).ok_or(
            EncodeError::ExpiryTooLong {
                requested: Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX)),
                limit: Duration::from_secs(limit),
            },
        )
    }
}

pub(crate) fn started_since(lifetime: &Lifetime, cutoff: Cutoff) -> Result<(), DecodeError> {
    if i64::from(lifetime.started_at) >= cutoff.unix_timestamp() {
        Ok(())
    } else {
        Err(DecodeError::Revoked)
    }
}

fn span(what: &'static str, duration: Duration) -> Result<u64, ConfigError> {
    match duration.as_secs() {
        seconds @ ..=MAX_SPAN => Ok(seconds),
        _ => Err(ConfigError::SpanTooLong {
            what,
            span: duration,
            limit: Duration::from_secs(MAX_SPAN),
        }),
    }
}

fn positive_span(what: &'static str, duration: Duration) -> Result<u64, ConfigError> {
    match span(what, duration)? {
        0 => Err(ConfigError::ZeroSpan { what }),
        seconds => Ok(seconds),
    }
}
