//! Reads and writes time spans in human-readable form: `1h30m`, "3 hours ago".

use core::time::Duration;

/// The longest span that a codec accepts, in seconds: 4355 years.
pub const LONGEST: u64 = 1 << 37;

const UNITS: [(&str, u64, &str); 5] = [
    ("w", 7 * 86_400, "week"),
    ("d", 86_400, "day"),
    ("h", 3600, "hour"),
    ("m", 60, "minute"),
    ("s", 1, "second"),
];

const HOW: &str = "write a span as 90s, 30m, 2h, 30d or 1d12h";

/// Reads a span such as `30d` or `1h30m`.
pub fn parse(text: &str) -> Result<Duration, &'static str> {
    let (mut rest, mut total) = (text, 0_u64);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or(HOW)?;
        let (number, tail) = rest.split_at(digits);
        let (unit, seconds, _) =
            UNITS.iter().find(|(unit, ..)| tail.starts_with(unit)).ok_or(HOW)?;
        let number: u64 = number.parse().map_err(|_| HOW)?;
        let part = number.checked_mul(*seconds).ok_or("the span is too long")?;
        total = total.checked_add(part).ok_or("the span is too long")?;
        rest = tail.strip_prefix(unit).unwrap_or_default();
    }
    match (text.is_empty(), total) {
        (true, _) => Err(HOW),
        (false, ..=LONGEST) => Ok(Duration::from_secs(total)),
        _ => Err("the span is too long"),
    }
}

/// Writes a span in its two largest units: "1 day 4 hours".
pub fn shown(seconds: u64) -> String {
    let units = || UNITS.iter().filter(|(unit, ..)| *unit != "w");
    let Some(place) = units().position(|(_, size, _)| seconds >= *size) else {
        return "0 seconds".to_owned();
    };
    let (mut left, mut words) = (seconds, Vec::new());
    for (_, size, unit) in units().skip(place).take(2) {
        let count = left.checked_div(*size).unwrap_or_default();
        left = left.checked_rem(*size).unwrap_or_default();
        if count > 0 {
            words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_numbers_with_units() {
        for (text, seconds) in [
            ("90s", 90),
            ("30m", 1800),
            ("2h", 7200),
            ("1d12h", 129_600),
            ("1w", 604_800),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "5", "h", "-1h", "1 h", "1.5h", "1y", "1H", "h1", "1h2", "é", "\0"] {
            assert_eq!(parse(text), Err(HOW), "{text:?}");
        }
        for text in ["99999999999999999s", "18446744073709551615w", "4000000w", "137438953473s"] {
            assert_eq!(parse(text), Err("the span is too long"), "{text}");
        }
        assert!(parse("99999999999999999999999s").is_err());
    }

    #[test]
    fn a_span_is_shown_in_its_two_largest_units() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (3 * 3600, "3 hours"),
            (3661, "1 hour 1 minute"),
            (86_400 + 59, "1 day"),
            (400 * 86_400 + 7200, "400 days 2 hours"),
        ] {
            assert_eq!(shown(seconds), text);
        }
    }
}
