//! The claims under which a session is issued: for the first time, or again.

use time::OffsetDateTime;

use super::verified::Proof;
use super::{Codec, Shared};
use crate::error::{DecodeError, EncodeError, RenewError};
use crate::policy::{Expiry, Lifetime, issue_time};
use crate::token::claims::Claims;
use crate::token::session_id::SessionId;

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

    /// Returns [`Start::at`] the system's clock. Absent on wasm32-unknown-unknown.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    #[must_use]
    pub fn now() -> Self {
        Self::at(OffsetDateTime::now_utc())
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

    /// Returns [`Change::at`] the system's clock. Absent on wasm32-unknown-unknown.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    #[must_use]
    pub fn now() -> Self {
        Self::at(OffsetDateTime::now_utc())
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

impl Codec {
    /// The claims of a session that begins.
    pub(crate) fn initial_claims(&self, start: &Start) -> Result<Claims, EncodeError> {
        let issued_at = issue_time(start.now.unix_timestamp())?;
        Ok(Claims {
            mode: self.shared.mode,
            key_id: self.shared.ring.signer().id,
            session_id: start.id,
            lifetime: Lifetime {
                started_at: issued_at,
                issued_at,
                expiry: self.shared.policy.claim(start.expiry, issued_at)?,
            },
        })
    }

    /// FORMAT.md, "Renew and update", steps 1 to 3, and what `change` asks for.
    pub(crate) fn reissue(&self, proof: &Proof, change: &Change) -> Result<Claims, RenewError> {
        let Shared { ring, policy, .. } = &*self.shared;
        if proof.binding != self.binding {
            return Err(RenewError::OtherCodec);
        }
        let key = ring.find(&proof.fingerprint).ok_or(DecodeError::UnknownKey)?;
        if key.retired_before(proof.claims.lifetime.issued_at) {
            return Err(DecodeError::RetiredKey.into());
        }
        policy.check(&proof.claims.lifetime, change.now.unix_timestamp())?;
        self.reissued(proof, change)
    }

    fn reissued(&self, proof: &Proof, change: &Change) -> Result<Claims, RenewError> {
        let Shared { ring, policy, mode, .. } = &*self.shared;
        let now = change.now.unix_timestamp();
        let mut lifetime = policy.reissued(&proof.claims.lifetime, now)?;
        if let Some(expiry) = change.expiry {
            lifetime.expiry = policy.claim(expiry, lifetime.issued_at)?;
        }
        let session_id = change.id.or(proof.claims.session_id);
        Ok(Claims { mode: *mode, key_id: ring.signer().id, session_id, lifetime })
    }

    /// [`Codec::reissue`] of a session that `other` verified and still holds valid. Its start, id
    /// and expiry stay; from now on it lives by this codec's policy.
    #[cfg(feature = "web")]
    pub(crate) fn adopt(
        &self,
        other: &Self,
        proof: &Proof,
        change: &Change,
    ) -> Result<Claims, RenewError> {
        let mut claims = other.reissue(proof, &Change::at(change.now))?;
        self.shared.policy.check(&claims.lifetime, change.now.unix_timestamp())?;
        claims.mode = self.shared.mode;
        claims.key_id = self.shared.ring.signer().id;
        if let Some(expiry) = change.expiry {
            claims.lifetime.expiry = self.shared.policy.claim(expiry, claims.lifetime.issued_at)?;
        }
        Ok(claims)
    }
}
