//! How a session begins, and what an update changes besides its data.

use time::OffsetDateTime;

use crate::policy::Expiry;
use crate::session_id::SessionId;

/// When a session begins, its name and its expiry. An [`OffsetDateTime`] is a `Start` without a
/// name, by the codec's age limit.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Expiry, SessionId, Start};
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// let start = Start::at(now)
///     .id(SessionId::from_bytes([7; 16]))
///     .expiry(Expiry::After(Duration::from_secs(30 * 86_400)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub(crate) now: OffsetDateTime,
    pub(crate) id: Option<SessionId>,
    pub(crate) expiry: Expiry,
}

impl Start {
    /// A session that begins at `now`, rounded down to the second.
    ///
    /// ```
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let start = hardtack::Start::at(now);
    /// ```
    #[must_use]
    pub fn at(now: OffsetDateTime) -> Self {
        Self { now, id: None, expiry: Expiry::Policy }
    }

    /// Names the session.
    ///
    /// ```
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let start = hardtack::Start::at(now).id(hardtack::SessionId::from_bytes([7; 16]));
    /// ```
    #[must_use]
    pub fn id(self, id: SessionId) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Says how long the session is to live.
    ///
    /// ```
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let start = hardtack::Start::at(now).expiry(hardtack::Expiry::BrowserClose);
    /// ```
    #[must_use]
    pub fn expiry(self, expiry: Expiry) -> Self {
        Self { expiry, ..self }
    }
}

impl From<OffsetDateTime> for Start {
    fn from(now: OffsetDateTime) -> Self {
        Self::at(now)
    }
}

/// When a session is issued again, and what is to change besides its data. An [`OffsetDateTime`]
/// is a `Change` of nothing else. The start of the session never changes.
///
/// ```
/// use hardtack::{Change, Expiry, SessionId};
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// let change = Change::at(now).id(SessionId::from_bytes([8; 16])).expiry(Expiry::BrowserClose);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub(crate) now: OffsetDateTime,
    pub(crate) id: Option<SessionId>,
    pub(crate) expiry: Option<Expiry>,
}

impl Change {
    /// Issued again at `now`, rounded down to the second.
    ///
    /// ```
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let change = hardtack::Change::at(now);
    /// ```
    #[must_use]
    pub fn at(now: OffsetDateTime) -> Self {
        Self { now, id: None, expiry: None }
    }

    /// Renames the session.
    ///
    /// ```
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let change = hardtack::Change::at(now).id(hardtack::SessionId::from_bytes([8; 16]));
    /// ```
    #[must_use]
    pub fn id(self, id: SessionId) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Changes how long the session is to live, counted from `now`.
    ///
    /// ```
    /// # let now = time::OffsetDateTime::UNIX_EPOCH;
    /// let change = hardtack::Change::at(now).expiry(hardtack::Expiry::Policy);
    /// ```
    #[must_use]
    pub fn expiry(self, expiry: Expiry) -> Self {
        Self { expiry: Some(expiry), ..self }
    }
}

impl From<OffsetDateTime> for Change {
    fn from(now: OffsetDateTime) -> Self {
        Self::at(now)
    }
}
