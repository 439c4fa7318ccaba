//! JavaScript's numbers: seconds since the Unix epoch, spans in seconds, NaN for "not given".

use core::time::Duration;

use hardtack::time::OffsetDateTime;
use hardtack::{CodecBuilder, Cutoff, Expiry};

use crate::fault::Fault;

/// An instant, rounded down.
pub(crate) fn instant(seconds: f64) -> Result<OffsetDateTime, Fault> {
    if !seconds.is_finite() {
        return Err("an instant is not a number of seconds".into());
    }
    OffsetDateTime::from_unix_timestamp(seconds.floor() as i64).map_err(|_| "an instant is beyond any calendar".into())
}

fn given(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

fn span(seconds: f64) -> Result<Duration, Fault> {
    if seconds >= 0.0 { Ok(Duration::from_secs(seconds as u64)) } else { Err("a span is not a number of seconds".into()) }
}

/// FORMAT.md's expiry kinds.
pub(crate) fn expiry(kind: u32, seconds: f64) -> Result<Expiry, Fault> {
    match kind {
        0 => Ok(Expiry::Policy),
        1 => span(seconds).map(Expiry::After),
        2 => instant(seconds).map(Expiry::At),
        3 => Ok(Expiry::BrowserClose),
        _ => Err("no such kind of expiry".into()),
    }
}

pub(crate) struct Policy {
    pub(crate) max_age: f64,
    pub(crate) absolute_timeout: f64,
    pub(crate) max_requested_age: f64,
    pub(crate) leeway: f64,
    pub(crate) not_before: f64,
    pub(crate) max_length: f64,
    pub(crate) renew_after: f64,
}

impl Policy {
    pub(crate) fn max_age(&self) -> Result<Duration, Fault> {
        span(self.max_age)
    }

    /// Whatever was given.
    pub(crate) fn apply<'k>(&self, mut builder: CodecBuilder<'k>) -> Result<CodecBuilder<'k>, Fault> {
        if self.absolute_timeout == f64::INFINITY {
            builder = builder.no_absolute_timeout();
        } else if let Some(seconds) = given(self.absolute_timeout) {
            builder = builder.absolute_timeout(span(seconds)?);
        }
        if let Some(seconds) = given(self.max_requested_age) {
            builder = builder.max_requested_age(span(seconds)?);
        }
        if let Some(seconds) = given(self.leeway) {
            builder = builder.leeway(span(seconds)?);
        }
        if let Some(seconds) = given(self.not_before) {
            builder = builder.not_before(Cutoff::from_unix_timestamp(seconds.ceil() as i64));
        }
        if let Some(characters) = given(self.max_length) {
            builder = builder.max_len(characters as usize);
        }
        if let Some(seconds) = given(self.renew_after) {
            builder = builder.renew_after(span(seconds)?);
        }
        Ok(builder)
    }
}
