//! Every question about time, answered without a clock.

use core::time::Duration;

use time::OffsetDateTime;

use crate::claims::{Claims, ExpiryClaim};
use crate::cutoff::Cutoff;
use crate::error::{ConfigError, DecodeError, EncodeError};

/// The longest span that a policy takes, in seconds: no sum of it and of a time in a token leaves
/// the years that [`OffsetDateTime`] has.
const LONGEST_SPAN: u64 = 1 << 37;

/// The absolute timeout where nothing is said: 30 days.
const ABSOLUTE_TIMEOUT: u64 = 30 * 86_400;

/// How long a session asks to live, counted from when its token was issued.
///
/// The server enforces each of them, and the age limit's ceiling
/// [`longest`](crate::CodecBuilder::longest) and the absolute timeout above them. Parts of a second
/// are rounded down.
///
/// ```
/// # use core::time::Duration;
/// use hardtack::{Expiry, Start};
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// let remember_me = Start::at(now).expiry(Expiry::After(Duration::from_secs(30 * 86_400)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// The codec's age limit, from every renewal anew.
    #[default]
    Policy,
    /// This span, from every renewal anew.
    After(Duration),
    /// This instant, which no renewal moves.
    At(OffsetDateTime),
    /// The codec's age limit, and the browser is asked to forget the cookie when it closes.
    BrowserClose,
}

/// The limits of a codec, in whole seconds.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    max_age: u64,
    longest: u64,
    absolute_timeout: Option<u64>,
    leeway: u64,
    not_before: Option<Cutoff>,
    renew_after: Option<u64>,
}

/// What a builder was told of the absolute timeout.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AbsoluteTimeout {
    Unsaid,
    After(Duration),
    Never,
}

/// The spans as the builder was given them.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) max_age: Duration,
    pub(crate) longest: Option<Duration>,
    pub(crate) absolute_timeout: AbsoluteTimeout,
    pub(crate) leeway: Duration,
    pub(crate) not_before: Option<Cutoff>,
    pub(crate) renew_after: Option<Duration>,
}

impl AbsoluteTimeout {
    /// Nobody who allows a year means that it ends after 30 days, so that much has to be said.
    fn seconds(self, longest: u64) -> Result<Option<u64>, ConfigError> {
        match self {
            Self::Unsaid if longest > ABSOLUTE_TIMEOUT => Err(ConfigError::AbsoluteTimeoutUnsaid {
                longest,
                absolute_timeout: ABSOLUTE_TIMEOUT,
            }),
            Self::Unsaid => Ok(Some(ABSOLUTE_TIMEOUT)),
            Self::After(timeout) => positive_span("absolute_timeout", timeout).map(Some),
            Self::Never => Ok(None),
        }
    }
}

impl Policy {
    pub(crate) fn new(limits: &Limits) -> Result<Self, ConfigError> {
        let max_age = positive_span("max_age", limits.max_age)?;
        let longest = limits.longest.map_or(Ok(max_age), |longest| span("longest", longest))?;
        if longest < max_age {
            return Err(ConfigError::LongestBelowMaxAge { longest, max_age });
        }
        Ok(Self {
            max_age,
            longest,
            absolute_timeout: limits.absolute_timeout.seconds(longest)?,
            leeway: span("leeway", limits.leeway)?,
            not_before: limits.not_before,
            renew_after: limits
                .renew_after
                .map(|age| positive_span("renew_after", age))
                .transpose()?,
        })
    }

    /// The age limit in seconds.
    pub(crate) fn max_age(&self) -> u64 {
        self.max_age
    }

    /// Seconds after which nothing that exists now is alive, unless it is renewed.
    pub(crate) fn longest_life(&self) -> u64 {
        let life = self.absolute_timeout.map_or(self.longest, |timeout| timeout.min(self.longest));
        life.saturating_add(self.leeway)
    }

    /// FORMAT.md, "Decode", steps 8 to 10.
    pub(crate) fn check(&self, claims: &Claims, now: i64) -> Result<(), DecodeError> {
        if i64::from(claims.issued_at) > after(now, self.leeway) {
            return Err(DecodeError::NotYetValid);
        }
        if now >= self.expires_at(claims) {
            return Err(DecodeError::Expired);
        }
        self.not_before.map_or(Ok(()), |cutoff| started_since(claims, cutoff))
    }

    /// Step 9's instant: the token's own, or the absolute timeout.
    pub(crate) fn expires_at(&self, claims: &Claims) -> i64 {
        self.instant(claims).min(self.absolute_deadline(claims))
    }

    /// The claim of a session that asks for `expiry` in a token issued at `issued_at`.
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

    /// FORMAT.md, "Renew and update", steps 2 and 3.
    pub(crate) fn reissued(&self, claims: &Claims, now: i64) -> Result<Claims, EncodeError> {
        let issued_at = issue_time(now.max(claims.issued_at.into()))?;
        let expiry = match claims.expiry {
            ExpiryClaim::At(_) => ExpiryClaim::At(self.seconds_left(claims, issued_at)?),
            kept => kept,
        };
        Ok(Claims { issued_at, expiry, ..*claims })
    }

    /// What the session asked for, [`Expiry::At`] as it is capped.
    pub(crate) fn expiry(&self, claims: &Claims) -> Expiry {
        match claims.expiry {
            ExpiryClaim::At(_) => Expiry::At(instant(self.instant(claims))),
            _ => asked_for(claims),
        }
    }

    /// When a renewal is due, unless the key alone makes it so; `None` if it would move nothing.
    pub(crate) fn renewal_due_at(&self, claims: &Claims) -> Option<i64> {
        if matches!(claims.expiry, ExpiryClaim::At(_)) {
            return None;
        }
        let expires_at = self.expires_at(claims);
        let life = expires_at.abs_diff(claims.issued_at.into());
        let due = self.renew_after.unwrap_or(life.div_ceil(2)).max(1);
        (expires_at < self.absolute_deadline(claims)).then(|| after(claims.issued_at.into(), due))
    }

    fn instant(&self, claims: &Claims) -> i64 {
        let life = match claims.expiry {
            ExpiryClaim::Policy | ExpiryClaim::BrowserClose => self.max_age,
            ExpiryClaim::After(seconds) | ExpiryClaim::At(seconds) => {
                self.longest.min(seconds.into())
            }
        };
        after(claims.issued_at.into(), life)
    }

    fn absolute_deadline(&self, claims: &Claims) -> i64 {
        self.absolute_timeout.map_or(i64::MAX, |timeout| after(claims.started_at.into(), timeout))
    }

    /// Of a fixed instant, as capped.
    fn seconds_left(&self, claims: &Claims, issued_at: u32) -> Result<u32, EncodeError> {
        let left = self.instant(claims).saturating_sub(issued_at.into());
        u32::try_from(left).ok().filter(|left| *left > 0).ok_or(EncodeError::ExpiryNotLater)
    }

    fn allowed(&self, seconds: i128) -> Result<u32, EncodeError> {
        if seconds <= 0 {
            return Err(EncodeError::ExpiryNotLater);
        }
        let too_long = EncodeError::ExpiryTooLong { longest: self.longest };
        if seconds > i128::from(self.longest) {
            return Err(too_long);
        }
        u32::try_from(seconds).map_err(|_| too_long)
    }
}

/// What a session's claim says, before a policy caps it.
pub(crate) fn asked_for(claims: &Claims) -> Expiry {
    match claims.expiry {
        ExpiryClaim::Policy => Expiry::Policy,
        ExpiryClaim::After(seconds) => Expiry::After(Duration::from_secs(seconds.into())),
        ExpiryClaim::At(seconds) => {
            Expiry::At(instant(after(claims.issued_at.into(), seconds.into())))
        }
        ExpiryClaim::BrowserClose => Expiry::BrowserClose,
    }
}

/// The instant of whole seconds since the Unix epoch.
pub(crate) fn instant(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH.saturating_add(time::Duration::seconds(seconds))
}

/// A time that a token can hold.
pub(crate) fn issue_time(seconds: i64) -> Result<u32, EncodeError> {
    u32::try_from(seconds).map_err(|_| EncodeError::TimeOutOfRange { seconds })
}

pub(crate) fn started_since(claims: &Claims, cutoff: Cutoff) -> Result<(), DecodeError> {
    if i64::from(claims.started_at) >= cutoff.unix_timestamp() {
        Ok(())
    } else {
        Err(DecodeError::Revoked)
    }
}

/// Nothing here comes near the ends of `i64`: a time is an [`OffsetDateTime`]'s, a span at most
/// [`LONGEST_SPAN`].
fn after(time: i64, span: u64) -> i64 {
    time.saturating_add_unsigned(span)
}

fn span(what: &'static str, duration: Duration) -> Result<u64, ConfigError> {
    match duration.as_secs() {
        seconds @ ..=LONGEST_SPAN => Ok(seconds),
        seconds => Err(ConfigError::SpanTooLong { what, seconds, longest: LONGEST_SPAN }),
    }
}

fn positive_span(what: &'static str, duration: Duration) -> Result<u64, ConfigError> {
    match span(what, duration)? {
        0 => Err(ConfigError::ZeroSpan { what }),
        seconds => Ok(seconds),
    }
}
