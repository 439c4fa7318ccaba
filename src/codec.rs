//! Turns sessions into tokens and back.

mod builder;
mod derived;
mod issue;
mod seal;
mod verified;

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use builder::CodecBuilder;
pub use issue::IssueOptions;
pub use verified::{Renewal, Verified};

use crate::error::{ConfigError, ContextError, DecodeError, EncodeError, RenewError};
use crate::keys::KeyRing;
use crate::mode::Mode;
use crate::policy::{Cutoff, Policy};
use crate::token::context::Context;
use crate::token::payload::{self, Layout};
use crate::token::text::Text;
use derived::DerivedRing;
use seal::Opened;
use verified::Binding;

/// The size in bytes of the largest token that is decoded on the stack, which has 684 characters.
const STACK_LEN: usize = 513;

/// Turns sessions into tokens and back. Build it once: it is cheap to clone, and threads share it.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Key, KeyRing};
///
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
/// let now = time::OffsetDateTime::now_utc();
///
/// let token = codec.begin_at("Ada", now)?;
/// let session = codec.decode_at::<String>(&token, now)?;
/// assert_eq!(session.data(), "Ada");
///
/// let token = codec.update_at(&session, "Ada Lovelace", now)?;
/// assert_eq!(codec.decode_at::<String>(&token, now)?.data(), "Ada Lovelace");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Codec {
    shared: Arc<Shared>,
    context: Context,
    pub(crate) binding: Binding,
}

struct Shared {
    mode: Mode,
    purpose: String,
    layout: Layout,
    max_len: usize,
    ring: DerivedRing,
    policy: Policy,
    text: Text,
}

impl Codec {
    /// Starts building a codec of signed tokens. Anyone who holds a signed token can read it.
    ///
    /// `purpose` identifies the use and the environment of the tokens, such as
    /// `shop/production/session`. A token made for one purpose fails verification for every other.
    ///
    /// `max_age` is the lifetime of a token whose session requests no other
    /// [`Expiry`](crate::Expiry). **Raising `max_age` [revives
    /// sessions](CodecBuilder#raising-a-limit-revives-sessions)** that had expired or were logged
    /// out.
    pub fn signed<'k>(purpose: &str, keys: &'k KeyRing, max_age: Duration) -> CodecBuilder<'k> {
        CodecBuilder::new(Mode::Signed, purpose, keys, max_age)
    }

    /// Starts building a codec of encrypted tokens. Only key holders can read the payload; the
    /// header stays readable.
    #[cfg(feature = "encrypt")]
    pub fn encrypted<'k>(purpose: &str, keys: &'k KeyRing, max_age: Duration) -> CodecBuilder<'k> {
        CodecBuilder::new(Mode::Encrypted, purpose, keys, max_age)
    }

    /// Returns a copy of this codec bound to further context parts, such as a tenant or a device.
    ///
    /// The tokens do not contain the parts. A token made in one context fails verification in every
    /// other. A codec that is already bound keeps its parts, and the new ones follow them. A part
    /// cannot be removed.
    ///
    /// Every verification hashes the context, at about 1 ns per byte, so bind to short values.
    /// Never bind to a raw header or another value whose length a client chooses: bind to its hash.
    ///
    /// ```
    /// use core::time::Duration;
    /// use hardtack::{Codec, DecodeError, Key, KeyRing};
    ///
    /// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
    /// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    ///
    /// let tenant = codec.with_context(&[b"tenant-7"])?;
    /// let device = tenant.with_context(&[b"device-1"])?;
    /// let token = device.begin("Ada")?;
    /// assert_eq!(device.decode::<String>(&token)?.data(), "Ada");
    /// assert_eq!(tenant.decode::<String>(&token).unwrap_err(), DecodeError::BadSignature);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns [`ContextError`] for more than 255 parts in total, or for a part longer than 65,535
    /// bytes.
    pub fn with_context(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        Ok(self.in_context(self.context.with(parts)?))
    }

    fn in_context(&self, context: Context) -> Self {
        let binding = Binding::new(self.shared.mode, &self.shared.purpose, context.as_bytes());
        Self { shared: Arc::clone(&self.shared), context, binding }
    }

    /// Returns a copy of this codec with the keys of another ring. The original keeps its keys.
    ///
    /// Call it once when the keys change, not for each request, because it derives keys.
    #[must_use]
    pub fn with_keys(&self, keys: &KeyRing) -> Self {
        let Shared { mode, purpose, layout, max_len, policy, text, .. } = &*self.shared;
        let shared = Shared {
            mode: *mode,
            purpose: purpose.clone(),
            layout: *layout,
            max_len: *max_len,
            ring: DerivedRing::derive(keys, purpose, *mode),
            policy: policy.clone(),
            text: text.clone(),
        };
        Self { shared: Arc::new(shared), ..self.clone() }
    }

    /// Returns `max_age`, the lifetime of a token whose session requests no other expiry.
    #[must_use]
    pub fn max_age(&self) -> Duration {
        Duration::from_secs(self.shared.policy.max_age())
    }

    /// Returns the longest time for which a token can stay valid without a renewal, including the
    /// leeway.
    ///
    /// Keep each entry of a list of revoked sessions for at least this long.
    #[must_use]
    pub fn max_lifetime(&self) -> Duration {
        Duration::from_secs(self.shared.policy.max_lifetime())
    }

    /// Returns the cut-off that ends every session that exists at `now`: `now` plus half of the
    /// leeway.
    ///
    /// The half leeway allows for differences between servers' clocks. A session that began on a
    /// server whose clock is ahead by less than half of the leeway ends as well.
    ///
    /// Start a session that replaces the ended ones at [`Cutoff::instant`] (see
    /// [`IssueOptions::at`]). A server whose clock is behind by up to half of the leeway accepts it
    /// immediately. Until that instant, start every other session of the user there too; otherwise
    /// the cut-off would end it.
    ///
    /// With a leeway of less than two seconds, the cut-off is one second after `now`.
    #[must_use]
    pub fn cutoff_at(&self, now: OffsetDateTime) -> Cutoff {
        self.shared.policy.cutoff(now.unix_timestamp())
    }

    /// Begins a session and returns the token for `data`.
    ///
    /// Pass an [`OffsetDateTime`] to begin a session without an ID whose lifetime is the codec's
    /// `max_age`. Pass [`IssueOptions`] to set an ID or another expiry.
    ///
    /// # Errors
    /// Returns [`EncodeError`] if the token is too long, if a time or an expiry is out of range, or
    /// if the session cannot be written.
    pub fn begin_at<T>(
        &self,
        data: &T,
        options: impl Into<IssueOptions>,
    ) -> Result<String, EncodeError>
    where
        T: Serialize + ?Sized,
    {
        let mut out = String::new();
        self.begin_into_at(data, options, &mut out).map(|()| out)
    }

    /// Like [`Codec::begin_at`], but replaces the content of `out`. On an error `out` is unchanged.
    ///
    /// # Errors
    /// As [`Codec::begin_at`].
    pub fn begin_into_at<T>(
        &self,
        data: &T,
        options: impl Into<IssueOptions>,
        out: &mut String,
    ) -> Result<(), EncodeError>
    where
        T: Serialize + ?Sized,
    {
        let claims = self.initial_claims(&options.into())?;
        self.encode(&claims, |out| payload::write(data, self.shared.layout, out), out)
    }

    /// Reissues a session with other data and returns the new token.
    ///
    /// The start of the session never changes. Its ID and expiry change only if [`IssueOptions`]
    /// set them.
    ///
    /// ```
    /// use core::time::Duration;
    /// use hardtack::{Codec, Key, KeyRing};
    ///
    /// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
    /// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let session = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
    ///
    /// let later = now + Duration::from_secs(60);
    /// let updated = codec.decode_at::<u32>(codec.update_at(&session, &8, later)?, later)?;
    /// assert_eq!((updated.data(), updated.started_at()), (&8, now));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns [`RenewError`] if another codec verified the session, if it is no longer valid, or
    /// if it cannot be written.
    pub fn update_at<T, U>(
        &self,
        session: &Verified<T>,
        data: &U,
        options: impl Into<IssueOptions>,
    ) -> Result<String, RenewError>
    where
        U: Serialize + ?Sized,
    {
        let mut out = String::new();
        self.update_into_at(session, data, options, &mut out).map(|()| out)
    }

    /// Like [`Codec::update_at`], but replaces the content of `out`. On an error `out` is
    /// unchanged.
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn update_into_at<T, U>(
        &self,
        session: &Verified<T>,
        data: &U,
        options: impl Into<IssueOptions>,
        out: &mut String,
    ) -> Result<(), RenewError>
    where
        U: Serialize + ?Sized,
    {
        let claims = self.reissue(&session.proof, &options.into())?;
        Ok(self.encode(&claims, |out| payload::write(data, self.shared.layout, out), out)?)
    }

    /// Reissues a session with the same data at `now` and returns the new token.
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn renew_at<T>(
        &self,
        session: &Verified<T>,
        now: OffsetDateTime,
    ) -> Result<String, RenewError>
    where
        T: Serialize,
    {
        self.update_at(session, session.data(), now)
    }

    /// Like [`Codec::renew_at`], but replaces the content of `out`. On an error `out` is unchanged.
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn renew_into_at<T>(
        &self,
        session: &Verified<T>,
        now: OffsetDateTime,
        out: &mut String,
    ) -> Result<(), RenewError>
    where
        T: Serialize,
    {
        self.update_into_at(session, session.data(), now, out)
    }

    /// Verifies `token` at `now` and returns its session.
    ///
    /// # Errors
    /// Returns [`DecodeError`], with one variant for each row of the table "Decode" in FORMAT.md.
    pub fn decode_at<T>(
        &self,
        token: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Result<Verified<T>, DecodeError>
    where
        T: DeserializeOwned,
    {
        let token = token.as_ref();
        let length = self.buffer_len(token)?;
        let (mut few, mut many) = ([0; STACK_LEN], Vec::new());
        let buffer = if let Some(few) = few.get_mut(..length) {
            few
        } else {
            many.resize(length, 0);
            &mut many
        };
        let opened = self.open(token, buffer, now.unix_timestamp())?;
        read_payload(buffer, opened)
    }

    /// Like [`Codec::decode_at`], for a session that borrows its text from `scratch`.
    ///
    /// A later call may reuse `scratch`. On an error, `scratch` contains no unverified data.
    ///
    /// ```
    /// use core::time::Duration;
    /// use hardtack::{Codec, Key, KeyRing};
    ///
    /// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
    /// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// let now = time::OffsetDateTime::now_utc();
    /// let token = codec.begin_at("Ada", now)?;
    ///
    /// let mut scratch = Vec::new();
    /// let session = codec.decode_borrowed_at::<&str>(&token, &mut scratch, now)?;
    /// assert_eq!(*session.data(), "Ada");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Codec::decode_at`].
    pub fn decode_borrowed_at<'b, T>(
        &self,
        token: impl AsRef<[u8]>,
        scratch: &'b mut Vec<u8>,
        now: OffsetDateTime,
    ) -> Result<Verified<T>, DecodeError>
    where
        T: Deserialize<'b>,
    {
        let token = token.as_ref();
        scratch.clear();
        let length = self.buffer_len(token)?;
        scratch.reserve_exact(length);
        scratch.resize(length, 0);
        let opened = self.open(token, scratch, now.unix_timestamp());
        let opened = opened.inspect_err(|_| scratch.clear())?;
        read_payload(scratch, opened)
    }
}

/// Parses a verified payload (FORMAT.md, "Decode", step 11).
fn read_payload<'b, T: Deserialize<'b>>(
    buffer: &'b [u8],
    opened: Opened,
) -> Result<Verified<T>, DecodeError> {
    let payload = buffer.get(opened.payload).unwrap_or_default();
    let data = payload::read(payload).map_err(DecodeError::Payload)?;
    Ok(Verified::new(data, opened.proof))
}

/// The same methods with the system's clock. They are absent on wasm32-unknown-unknown, which has
/// no clock: pass the host's time to the methods that end in `_at`.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
impl Codec {
    /// Calls [`Codec::begin_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// # Errors
    /// As [`Codec::begin_at`].
    pub fn begin<T: Serialize + ?Sized>(&self, data: &T) -> Result<String, EncodeError> {
        self.begin_at(data, IssueOptions::now())
    }

    /// Calls [`Codec::update_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn update<T, U>(&self, session: &Verified<T>, data: &U) -> Result<String, RenewError>
    where
        U: Serialize + ?Sized,
    {
        self.update_at(session, data, IssueOptions::now())
    }

    /// Calls [`Codec::renew_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn renew<T: Serialize>(&self, session: &Verified<T>) -> Result<String, RenewError> {
        self.renew_at(session, OffsetDateTime::now_utc())
    }

    /// Calls [`Codec::cutoff_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    #[must_use]
    pub fn cutoff(&self) -> Cutoff {
        self.cutoff_at(OffsetDateTime::now_utc())
    }

    /// Calls [`Codec::decode_at`] with the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// # Errors
    /// As [`Codec::decode_at`].
    pub fn decode<T>(&self, token: impl AsRef<[u8]>) -> Result<Verified<T>, DecodeError>
    where
        T: DeserializeOwned,
    {
        self.decode_at(token, OffsetDateTime::now_utc())
    }
}

impl CodecBuilder<'_> {
    /// Checks the limits, derives the keys and returns the codec.
    ///
    /// # Errors
    /// Returns [`ConfigError`] if:
    ///
    /// - the purpose or the schema is empty or contains U+001F;
    /// - `max_age`, the absolute timeout or the renewal age is less than a second;
    /// - a duration exceeds the range of dates;
    /// - `max_requested_age` is less than `max_age`;
    /// - sessions may last longer than the default absolute timeout.
    pub fn build(self) -> Result<Codec, ConfigError> {
        let policy = Policy::new(&self.limits)?;
        let purpose = self.full_purpose()?;
        let context = Context::none();
        Ok(Codec {
            binding: Binding::new(self.mode, &purpose, context.as_bytes()),
            context,
            shared: Arc::new(Shared {
                ring: DerivedRing::derive(self.keys, &purpose, self.mode),
                mode: self.mode,
                purpose,
                layout: self.layout,
                max_len: self.max_len,
                policy,
                text: Text::new(),
            }),
        })
    }
}

/// Methods for the web layer, which issues sessions itself and binds them to its cookie.
#[cfg(feature = "web")]
impl Codec {
    pub(crate) fn layout(&self) -> Layout {
        self.shared.layout
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.shared.policy
    }

    /// Returns the same codec with the cookie's name as the first part of its context (FORMAT.md,
    /// "The cookie").
    pub(crate) fn bound_to_name(&self, name: &str) -> Result<Self, ContextError> {
        Ok(self.in_context(self.context.preceded_by(name.as_bytes())?))
    }

    /// Returns the same codec with the context of `other` in place of its own.
    pub(crate) fn in_context_of(&self, other: &Self) -> Self {
        self.in_context(other.context.clone())
    }

    pub(crate) fn shares_context(&self, other: &Self) -> bool {
        self.context.as_bytes() == other.context.as_bytes()
    }

    pub(crate) fn shares_a_key(&self, other: &Self) -> bool {
        self.shared.ring.shares_a_key(&other.shared.ring)
    }

    pub(crate) fn is_unbound(&self) -> bool {
        self.context.as_bytes() == Context::none().as_bytes()
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec")
            .field("mode", &self.shared.mode)
            .field("purpose", &self.shared.purpose)
            .field("keys", &self.shared.ring.ids())
            .field("policy", &self.shared.policy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod vectors;
