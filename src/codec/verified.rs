//! A session whose signature was verified.

use core::fmt;
use core::ops::Range;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::derived::{DerivedKey, Fingerprint};
use crate::error::DecodeError;
use crate::keys::KeyId;
use crate::mode::Mode;
use crate::policy::{self, Cutoff, Expiry, ExpiryClaim, Policy, instant};
use crate::token::claims::Claims;
use crate::token::session_id::SessionId;

/// A session whose token was verified. Only [`Codec::decode_at`](crate::Codec::decode_at) and the
/// other decode methods create one.
///
/// It remembers the mode, purpose and context under which it was verified. A codec with a different
/// mode, purpose or context refuses to update or renew it. `Debug` shows no session data.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Key, KeyRing, Verified};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// let token = codec.begin_at("Ada", now)?;
///
/// let session: Verified<String> = codec.decode_at(&token, now)?;
/// assert_eq!(session.data(), "Ada");
/// assert_eq!(session.started_at(), now);
/// assert_eq!(session.expires_at(), now + Duration::from_secs(7200));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verified<T> {
    data: T,
    pub(crate) proof: Proof,
}

/// The verified facts about a session, apart from its data.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) claims: Claims,
    pub(crate) binding: Binding,
    pub(crate) fingerprint: Fingerprint,
    /// The issue times of the tokens that the verifying key signs.
    signs: Range<i64>,
    expires_at: i64,
    renewal_due_at: Option<i64>,
    expiry: Expiry,
}

/// The reason why a session should be renewed.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Key, KeyRing, Renewal};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
/// let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
/// let session = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
/// assert_eq!(session.renewal(now), None);
/// assert_eq!(session.renewal(now + Duration::from_secs(3600)), Some(Renewal::Age));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Renewal {
    /// Another key of the ring signs now.
    Key,
    /// Half of the token's lifetime has passed, or the age that
    /// [`renew_after`](crate::CodecBuilder::renew_after) sets. A renewal would move the expiry later.
    Age,
}

impl<T> Verified<T> {
    pub(crate) fn new(data: T, proof: Proof) -> Self {
        Self { data, proof }
    }

    /// Returns the data, and the session without its data.
    #[cfg(feature = "web")]
    pub(crate) fn split(self) -> (T, Verified<()>) {
        (self.data, Verified { data: (), proof: self.proof })
    }

    /// Returns the session's data.
    #[must_use]
    pub fn data(&self) -> &T {
        &self.data
    }

    /// Returns the session's data and drops the rest.
    #[must_use]
    pub fn into_data(self) -> T {
        self.data
    }

    /// Returns the session's ID, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<SessionId> {
        self.proof.claims.session_id
    }

    /// Returns the time when the session began. Updates and renewals do not change it.
    #[must_use]
    pub fn started_at(&self) -> OffsetDateTime {
        instant(self.proof.claims.lifetime.started_at.into())
    }

    /// Returns the time when this token was issued.
    #[must_use]
    pub fn issued_at(&self) -> OffsetDateTime {
        instant(self.proof.claims.lifetime.issued_at.into())
    }

    /// Returns the time when this token expires: its own expiry or the absolute timeout, whichever
    /// is earlier.
    #[must_use]
    pub fn expires_at(&self) -> OffsetDateTime {
        instant(self.proof.expires_at)
    }

    /// Returns the expiry that the session requested. An [`Expiry::At`] is capped as the codec
    /// enforces it.
    #[must_use]
    pub fn expiry(&self) -> Expiry {
        self.proof.expiry
    }

    /// Returns the ID of the key that signed this token.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.proof.claims.key_id
    }

    /// Returns the reason why the session should be renewed at `now`, or `None` if no renewal is
    /// due.
    ///
    /// Always returns `None` for [`Expiry::At`], because a renewal does not move it.
    #[must_use]
    pub fn renewal(&self, now: OffsetDateTime) -> Option<Renewal> {
        let proof = &self.proof;
        if matches!(proof.claims.lifetime.expiry, ExpiryClaim::At(_)) {
            None
        } else if !proof.signs_at(now.unix_timestamp()) {
            Some(Renewal::Key)
        } else {
            let due = proof.renewal_due_at.is_some_and(|due_at| now.unix_timestamp() >= due_at);
            due.then_some(Renewal::Age)
        }
    }

    /// Checks that the session did not begin before `cutoff`.
    ///
    /// Use it for "log out everywhere", with one timestamp in the user's row.
    ///
    /// # Errors
    /// Returns [`DecodeError::Revoked`] if the session began before `cutoff`.
    pub fn started_since(&self, cutoff: Cutoff) -> Result<(), DecodeError> {
        policy::started_since(&self.proof.claims.lifetime, cutoff)
    }
}

impl<T> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("id", &self.id())
            .field("started_at", &self.proof.claims.lifetime.started_at)
            .field("issued_at", &self.proof.claims.lifetime.issued_at)
            .field("expires_at", &self.proof.expires_at)
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl Proof {
    pub(crate) fn new(claims: Claims, policy: &Policy, key: &DerivedKey, binding: Binding) -> Self {
        Self {
            expires_at: policy.expires_at(&claims.lifetime),
            renewal_due_at: policy.renewal_due_at(&claims.lifetime),
            expiry: policy.expiry(&claims.lifetime),
            claims,
            binding,
            fingerprint: key.fingerprint,
            signs: key.signs.clone(),
        }
    }

    /// Returns true if the key that verified this token would sign its renewal at `now`.
    fn signs_at(&self, now: i64) -> bool {
        self.signs.contains(&now.max(self.claims.lifetime.issued_at.into()))
    }
}

/// A hash of mode, purpose and context, small enough to keep with every session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Binding(u128);

impl Binding {
    pub(crate) fn new(mode: Mode, purpose: &str, context: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update([u8::from(mode == Mode::Encrypted)]);
        hash.update(Sha256::digest(purpose));
        hash.update(context);
        let digest: [u8; 32] = hash.finalize().into();
        Self(digest.first_chunk().map_or(0, |bytes| u128::from_ne_bytes(*bytes)))
    }
}
