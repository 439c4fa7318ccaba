//! The claims under which a session is issued: for the first time, or again.

use time::OffsetDateTime;

use super::verified::Proof;
use super::{Codec, Shared};
use crate::error::{DecodeError, EncodeError, RenewError};
use crate::policy::{Expiry, Lifetime, issue_time};
use crate::token::claims::Claims;
use crate::token::session_id::SessionId;

/// The issue time of a token, and optionally the session's ID and expiry. An [`OffsetDateTime`]
/// converts into options that set only the time.
///
/// An [update](crate::Codec::update_at) keeps the ID and the expiry that are not set. For a session
/// that
/// [begins](crate::Codec::begin_at), they default to no ID and [`Expiry::Policy`].
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Expiry, IssueOptions, Key, KeyRing};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// let now = time::OffsetDateTime::now_utc();
///
/// let options = IssueOptions::at(now).expiry(Expiry::BrowserClose);
/// let session = codec.decode_at::<String>(codec.begin_at("Ada", options)?, now)?;
/// let session = codec.decode_at::<String>(codec.update_at(&session, "Eve", now)?, now)?;
/// assert_eq!(session.expiry(), Expiry::BrowserClose);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct IssueOptions {
    pub(crate) now: OffsetDateTime,
    pub(crate) id: Option<SessionId>,
    pub(crate) expiry: Option<Expiry>,
}

impl IssueOptions {
    /// Returns options that issue the session at `now`, rounded down to the second.
    #[must_use]
    pub fn at(now: OffsetDateTime) -> Self {
        Self { now, id: None, expiry: None }
    }

    /// Calls [`IssueOptions::at`] with the system's clock. Absent on wasm32-unknown-unknown.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    #[must_use]
    pub fn now() -> Self {
        Self::at(OffsetDateTime::now_utc())
    }

    /// Sets the session's ID.
    #[must_use]
    pub fn id(self, id: SessionId) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Sets the session's expiry, counted from its issue time.
    #[must_use]
    pub fn expiry(self, expiry: Expiry) -> Self {
        Self { expiry: Some(expiry), ..self }
    }
}

impl From<OffsetDateTime> for IssueOptions {
    fn from(now: OffsetDateTime) -> Self {
        Self::at(now)
    }
}

impl Codec {
    /// Returns the claims of a new session.
    pub(crate) fn initial_claims(&self, options: &IssueOptions) -> Result<Claims, EncodeError> {
        let issued_at = issue_time(options.now.unix_timestamp())?;
        Ok(Claims {
            mode: self.shared.mode,
            key_id: self.shared.ring.signer(issued_at).id,
            session_id: options.id,
            lifetime: Lifetime {
                started_at: issued_at,
                issued_at,
                expiry: self.shared.policy.claim(options.expiry.unwrap_or_default(), issued_at)?,
            },
        })
    }

    /// Returns the claims of a reissued session (FORMAT.md, "Renew and update", steps 1 to 3), with
    /// the changes that `options` set.
    pub(crate) fn reissue(
        &self,
        proof: &Proof,
        options: &IssueOptions,
    ) -> Result<Claims, RenewError> {
        let Shared { ring, policy, .. } = &*self.shared;
        if proof.binding != self.binding {
            return Err(RenewError::OtherCodec);
        }
        let key = ring.find(&proof.fingerprint).ok_or(DecodeError::UnknownKey)?;
        if key.retired_before(proof.claims.lifetime.issued_at) {
            return Err(DecodeError::RetiredKey.into());
        }
        policy.check(&proof.claims.lifetime, options.now.unix_timestamp())?;
        self.reissued(proof, options)
    }

    fn reissued(&self, proof: &Proof, options: &IssueOptions) -> Result<Claims, RenewError> {
        let Shared { ring, policy, mode, .. } = &*self.shared;
        let now = options.now.unix_timestamp();
        let mut lifetime = policy.reissued(&proof.claims.lifetime, now)?;
        if let Some(expiry) = options.expiry {
            lifetime.expiry = policy.claim(expiry, lifetime.issued_at)?;
        }
        let session_id = options.id.or(proof.claims.session_id);
        let key_id = ring.signer(lifetime.issued_at).id;
        Ok(Claims { mode: *mode, key_id, session_id, lifetime })
    }

    /// Returns the claims of a session that `other` verified, reissued with this codec.
    ///
    /// `other` must still accept the session. Its start, ID and expiry stay. From now on this
    /// codec's policy applies.
    #[cfg(feature = "web")]
    pub(crate) fn adopt(
        &self,
        other: &Self,
        proof: &Proof,
        options: &IssueOptions,
    ) -> Result<Claims, RenewError> {
        let mut claims = other.reissue(proof, &IssueOptions::at(options.now))?;
        self.shared.policy.check(&claims.lifetime, options.now.unix_timestamp())?;
        claims.mode = self.shared.mode;
        claims.key_id = self.shared.ring.signer(claims.lifetime.issued_at).id;
        if let Some(expiry) = options.expiry {
            claims.lifetime.expiry = self.shared.policy.claim(expiry, claims.lifetime.issued_at)?;
        }
        Ok(claims)
    }
}
