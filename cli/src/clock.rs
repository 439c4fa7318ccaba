//! Reads and writes instants in human-readable form.

use core::time::Duration;

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::span;

/// Reads an instant of RFC 3339.
pub fn parse(text: &str) -> Result<OffsetDateTime, &'static str> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| "write an instant as 2026-12-01T00:00:00Z")
}

/// The instant that was given, or that of the system's clock.
pub fn now(given: Option<OffsetDateTime>) -> OffsetDateTime {
    given.unwrap_or_else(OffsetDateTime::now_utc)
}

/// The instant `span` later. Past the year 9999 it is the end of that year.
pub fn later(instant: OffsetDateTime, span: Duration) -> OffsetDateTime {
    instant.saturating_add(span.try_into().unwrap_or(time::Duration::MAX))
}

/// Writes an instant in UTC, in the form of a list of keys and of JSON.
pub fn utc(instant: OffsetDateTime) -> String {
    let instant = instant.to_offset(UtcOffset::UTC);
    let (date, (hour, minute, second)) = (instant.date(), instant.to_hms());
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Writes an instant in local time, and how far away it is.
pub fn shown(instant: OffsetDateTime, now: OffsetDateTime) -> String {
    format!("{} ({})", local(instant), distance(instant, now))
}

/// Uses UTC if the system's offset is unknown.
fn local(instant: OffsetDateTime) -> String {
    let offset = UtcOffset::local_offset_at(instant).unwrap_or(UtcOffset::UTC);
    let instant = instant.checked_to_offset(offset).unwrap_or(instant);
    let (date, (hour, minute, second)) = (instant.date(), instant.to_hms());
    let (hours, minutes, _) = instant.offset().as_hms();
    let sign = if instant.offset().is_negative() { '-' } else { '+' };
    format!(
        "{date} {hour:02}:{minute:02}:{second:02} {sign}{:02}:{:02}",
        hours.unsigned_abs(),
        minutes.unsigned_abs()
    )
}

fn distance(instant: OffsetDateTime, now: OffsetDateTime) -> String {
    let (at, now) = (instant.unix_timestamp(), now.unix_timestamp());
    let span = span::shown(at.abs_diff(now));
    match at.cmp(&now) {
        core::cmp::Ordering::Less => format!("{span} ago"),
        core::cmp::Ordering::Equal => "now".to_owned(),
        core::cmp::Ordering::Greater => format!("in {span}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_rfc_3339_and_written_in_utc() {
        let instant = parse("2026-12-01T01:00:00+01:00").unwrap();
        assert_eq!(utc(instant), "2026-12-01T00:00:00Z");
        for text in ["", "tomorrow", "2026-12-01", "2026-13-01T00:00:00Z", "2026-12-01T00:00:00"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_distance_says_its_direction() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let at = |seconds| now + time::Duration::seconds(seconds);
        assert_eq!(distance(at(7200), now), "in 2 hours");
        assert_eq!(distance(at(-7200), now), "2 hours ago");
        assert_eq!(distance(now, now), "now");
    }
}
