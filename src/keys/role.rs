//! The role of one key in a ring.

use core::fmt;
use core::ops::Range;

use time::OffsetDateTime;

use super::key_id::KeyId;
use crate::policy::instant;

/// The role of one key in a ring: when it signs and what it verifies.
/// [`KeyRing::roles`](super::KeyRing::roles) returns it.
///
/// It does not contain the key itself. `Display` writes a line for operators.
///
/// ```
/// use hardtack::KeyRing;
///
/// let list = "TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=,
///             iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=@2026-12-01T00:00:00Z";
/// let keys = KeyRing::from_base64_list(list)?;
/// let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// let [old, new] = keys.roles().collect::<Vec<_>>().try_into().unwrap();
/// assert!(old.signs_at(now) && !new.signs_at(now));
/// assert_eq!(old.signs_until(), new.signs_from());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRole {
    pub(super) key_id: KeyId,
    /// The issue times of the tokens that the key signs, in seconds since the Unix epoch.
    pub(super) signs: Range<i64>,
    /// The last issue time of the tokens that the key verifies.
    pub(super) retired_at: Option<i64>,
}

impl KeyRole {
    /// Returns the key's ID.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Returns true if the key signs the tokens that are issued at `instant`.
    #[must_use]
    pub fn signs_at(&self, instant: OffsetDateTime) -> bool {
        self.signs.contains(&instant.unix_timestamp())
    }

    /// Returns the instant from which the key signs, or `None` if it signs from the beginning or
    /// never.
    ///
    /// The earliest signing key always signs from the beginning, even if it has an instant.
    #[must_use]
    pub fn signs_from(&self) -> Option<OffsetDateTime> {
        (!self.signs.is_empty() && self.signs.start > i64::MIN).then(|| instant(self.signs.start))
    }

    /// Returns the instant from which the next key signs, or `None` if there is none or this key
    /// never signs.
    #[must_use]
    pub fn signs_until(&self) -> Option<OffsetDateTime> {
        (!self.signs.is_empty() && self.signs.end < i64::MAX).then(|| instant(self.signs.end))
    }

    /// Returns the last issue time of the tokens that the key verifies, the overlap included, or
    /// `None` if it verifies every token.
    #[must_use]
    pub fn verifies_until(&self) -> Option<OffsetDateTime> {
        self.retired_at.map(instant)
    }
}

impl fmt::Display for KeyRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key {}: ", self.key_id)?;
        match self.signs_from() {
            _ if self.signs.is_empty() => f.write_str("never signs")?,
            None => f.write_str("signs from the beginning")?,
            Some(from) => write!(f, "signs from {}", Rfc3339(from))?,
        }
        if let Some(until) = self.signs_until() {
            write!(f, " until {}", Rfc3339(until))?;
        }
        let Some(until) = self.verifies_until() else { return Ok(()) };
        write!(f, "; verifies tokens issued until {}", Rfc3339(until))
    }
}

/// An instant in UTC, displayed in the format of RFC 3339 without the feature `formatting` of time.
struct Rfc3339(OffsetDateTime);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, (hour, minute, second)) = (self.0.date(), self.0.to_hms());
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Key, KeyRing};
    use super::*;

    const A: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";
    const B: &str = "mEKznjCW2QgvPVcAXLYjtntM13FswFGCkQw0WQ7vepw=";
    const C: &str = "6oYkMkGGXVpPkyaDsmoZ5Zt6LqQ2rjxIY2wX4eR0YOI=";

    fn key(text: &str) -> Key {
        Key::from_base64(text).unwrap()
    }

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    #[test]
    fn the_roles_of_a_ring_say_who_signs_at_every_instant() {
        let ring = KeyRing::new(key(A))
            .activate_at(key(B), at(1000))
            .unwrap()
            .retire(key(C), at(500))
            .unwrap();
        let roles: Vec<KeyRole> = ring.roles().collect();
        assert!(roles.iter().map(KeyRole::key_id).eq([A, B, C].map(|text| key(text).id())));
        for (instant, signer) in [(0, 0), (999, 0), (1000, 1), (i64::from(u32::MAX), 1)] {
            let signs: Vec<bool> = roles.iter().map(|role| role.signs_at(at(instant))).collect();
            assert_eq!(signs, [signer == 0, signer == 1, false], "{instant}");
        }
        let instants = |role: &KeyRole| {
            [role.signs_from(), role.signs_until(), role.verifies_until()]
                .map(|instant| instant.map(OffsetDateTime::unix_timestamp))
        };
        assert_eq!(instants(&roles[0]), [None, Some(1000), Some(1000 + 3600)]);
        assert_eq!(instants(&roles[1]), [Some(1000), None, None]);
        assert_eq!(instants(&roles[2]), [None, None, Some(500)]);
    }

    #[test]
    fn the_earliest_signing_key_signs_from_the_beginning_whatever_its_instant() {
        let list = format!("{A}@2027-01-01T00:00:00Z");
        let ring = KeyRing::from_base64_list(&list).unwrap();
        let role = ring.roles().next().unwrap();
        assert!(role.signs_at(at(0)));
        assert_eq!((role.signs_from(), role.signs_until()), (None, None));
    }
}
