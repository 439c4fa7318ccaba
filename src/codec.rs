//! Encode and decode, side by side, in FORMAT.md's steps: the one file that knows the order.

use core::fmt;
use core::ops::Range;
use core::time::Duration;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::builder::CodecBuilder;
use crate::claims::{Claims, Mode};
use crate::derived::{DerivedKey, DerivedRing};
use crate::error::{ContextError, DecodeError, EncodeError, PayloadFault, RenewError};
use crate::keyring::KeyRing;
use crate::policy::{Policy, issue_time};
use crate::start::{Change, Start};
use crate::token::cipher::{CipherKey, TAG};
use crate::token::context::Context;
use crate::token::draft::Draft;
use crate::token::header::{self, HeaderFault};
use crate::token::payload::{self, Layout};
use crate::token::signature::{SIGNATURE, Signature};
use crate::token::text::Text;
use crate::verified::{Binding, Proof, Verified};

/// Turns sessions into tokens and back. Built once, cheap to clone, shared by all threads.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
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
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Codec {
    shared: Arc<Shared>,
    context: Context,
    binding: Binding,
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

/// A token whose signature and times held: where its payload stands, and what is known of it.
struct Opened {
    payload: Range<usize>,
    proof: Proof,
}

impl Codec {
    /// A codec of signed tokens: whoever holds one can read it.
    ///
    /// `purpose` says what the tokens are for and where, `shop/production/session`: a token made
    /// for one purpose is garbage for every other. `max_age` is how long a token lives unless its
    /// session asks for another [`Expiry`](crate::Expiry).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop/production/session", &keys, max_age).build()?;
    /// # Ok(()) }
    /// ```
    pub fn signed<'k>(purpose: &str, keys: &'k KeyRing, max_age: Duration) -> CodecBuilder<'k> {
        CodecBuilder::new(Mode::Signed, purpose, keys, max_age)
    }

    /// A codec of encrypted tokens: only who holds a key can read one. The header stays in clear.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::{Codec, Key, KeyRing};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// let codec = Codec::encrypted("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "encrypt")]
    pub fn encrypted<'k>(purpose: &str, keys: &'k KeyRing, max_age: Duration) -> CodecBuilder<'k> {
        CodecBuilder::new(Mode::Encrypted, purpose, keys, max_age)
    }

    pub(crate) fn new(builder: &CodecBuilder<'_>, purpose: &str, policy: Policy) -> Self {
        let context = Context::none();
        Self {
            binding: Binding::new(builder.mode, purpose, context.as_bytes()),
            context,
            shared: Arc::new(Shared {
                mode: builder.mode,
                purpose: purpose.to_owned(),
                layout: builder.layout,
                max_len: builder.max_len,
                ring: DerivedRing::derive(builder.keys, purpose, builder.mode),
                policy,
                text: Text::new(),
            }),
        }
    }

    /// The same codec, bound to parts that its tokens do not hold: a tenant, a device. Tokens of
    /// one context are garbage in every other, and in none.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::{Codec, DecodeError, Key, KeyRing};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let tenant = codec.with_context(&[b"tenant-7"])?;
    /// let token = tenant.begin_at(&7, now)?;
    /// assert_eq!(tenant.decode_at::<u32>(&token, now)?.data(), &7);
    /// assert_eq!(codec.decode_at::<u32>(&token, now).unwrap_err(), DecodeError::BadSignature);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ContextError`] for more than 255 parts, or one of more than 65 535 bytes.
    pub fn with_context(&self, parts: &[&[u8]]) -> Result<Self, ContextError> {
        let context = Context::new(parts)?;
        let binding = Binding::new(self.shared.mode, &self.shared.purpose, context.as_bytes());
        Ok(Self { shared: Arc::clone(&self.shared), context, binding })
    }

    /// The age limit: how long a token lives whose session asks for nothing else.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// assert_eq!(codec.max_age(), Duration::from_secs(7200));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn max_age(&self) -> Duration {
        Duration::from_secs(self.shared.policy.max_age())
    }

    /// How long a list of ended sessions must remember one: nothing that exists when it ends lives
    /// longer unless it is renewed. The leeway is counted.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// assert_eq!(codec.longest_life(), Duration::from_secs(7200 + 60));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn longest_life(&self) -> Duration {
        Duration::from_secs(self.shared.policy.longest_life())
    }

    /// Begins a session: the token for `data`, as of `start` (an [`OffsetDateTime`] or a [`Start`]).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let token = codec.begin_at("Ada", now)?;
    /// let remembered = codec.begin_at("Ada", Start::at(now).expiry(Expiry::After(Duration::from_secs(3600))))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`EncodeError`]: the token is too long, a time or an expiry is out of its range, or the
    /// session cannot be written.
    pub fn begin_at<T>(&self, data: &T, start: impl Into<Start>) -> Result<String, EncodeError>
    where
        T: Serialize + ?Sized,
    {
        let mut out = String::new();
        self.begin_into(data, start, &mut out).map(|()| out)
    }

    /// [`Codec::begin_at`], replacing what `out` held. On an error `out` is as it was.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let mut token = String::new();
    /// codec.begin_into("Ada", now, &mut token)?;
    /// assert_eq!(codec.decode_at::<String>(&token, now)?.data(), "Ada");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Codec::begin_at`].
    pub fn begin_into<T>(
        &self,
        data: &T,
        start: impl Into<Start>,
        out: &mut String,
    ) -> Result<(), EncodeError>
    where
        T: Serialize + ?Sized,
    {
        let claims = self.opening(&start.into())?;
        self.encode(&claims, |out| payload::write(data, self.shared.layout, out), out)
    }

    /// The same session with other data, as of `change` (an [`OffsetDateTime`] or a [`Change`]):
    /// its start stays, and so do id and expiry unless `change` says otherwise.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let session = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
    /// let later = now + Duration::from_secs(60);
    /// let updated = codec.decode_at::<u32>(codec.update_at(&session, &8, later)?, later)?;
    /// assert_eq!((updated.data(), updated.started_at()), (&8, now));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`RenewError`]: another codec verified it, it is no longer valid, or it cannot be written.
    pub fn update_at<T, U>(
        &self,
        session: &Verified<T>,
        data: &U,
        change: impl Into<Change>,
    ) -> Result<String, RenewError>
    where
        U: Serialize + ?Sized,
    {
        let mut out = String::new();
        self.update_into(session, data, change, &mut out).map(|()| out)
    }

    /// [`Codec::update_at`], replacing what `out` held. On an error `out` is as it was.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let session = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
    /// let mut token = String::new();
    /// codec.update_into(&session, &8, now, &mut token)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn update_into<T, U>(
        &self,
        session: &Verified<T>,
        data: &U,
        change: impl Into<Change>,
        out: &mut String,
    ) -> Result<(), RenewError>
    where
        U: Serialize + ?Sized,
    {
        let claims = self.reissue(&session.proof, &change.into())?;
        Ok(self.encode(&claims, |out| payload::write(data, self.shared.layout, out), out)?)
    }

    /// The same session with the same data, issued again at `now`.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let session = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
    /// let later = now + Duration::from_secs(3600);
    /// let renewed = codec.decode_at::<u32>(codec.renew_at(&session, later)?, later)?;
    /// assert_eq!((renewed.started_at(), renewed.issued_at()), (now, later));
    /// # Ok(()) }
    /// ```
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

    /// [`Codec::renew_at`], replacing what `out` held. On an error `out` is as it was.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let session = codec.decode_at::<u32>(codec.begin_at(&7, now)?, now)?;
    /// let mut token = String::new();
    /// codec.renew_into(&session, now, &mut token)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn renew_into<T>(
        &self,
        session: &Verified<T>,
        now: OffsetDateTime,
        out: &mut String,
    ) -> Result<(), RenewError>
    where
        T: Serialize,
    {
        self.update_into(session, session.data(), now, out)
    }

    /// Verifies `token` at `now` and gives its session.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let token = codec.begin_at("Ada", now)?;
    /// assert_eq!(codec.decode_at::<String>(&token, now)?.data(), "Ada");
    /// let later = now + Duration::from_secs(7200);
    /// assert_eq!(codec.decode_at::<String>(&token, later).unwrap_err(), DecodeError::Expired);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`DecodeError`], one variant per row of FORMAT.md's table.
    pub fn decode_at<T>(
        &self,
        token: impl AsRef<[u8]>,
        now: OffsetDateTime,
    ) -> Result<Verified<T>, DecodeError>
    where
        T: DeserializeOwned,
    {
        self.decode_borrowed_at(token, &mut Vec::new(), now)
    }

    /// [`Codec::decode_at`] into a session that borrows its text from `scratch`, which may be used
    /// again for the next token. On an error `scratch` holds nothing that was not verified.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::{Codec, Key, KeyRing};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// # let token = codec.begin_at("Ada", now)?;
    /// let mut scratch = Vec::new();
    /// let session = codec.decode_borrowed_at::<&str>(&token, &mut scratch, now)?;
    /// assert_eq!(*session.data(), "Ada");
    /// # Ok(()) }
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
        let room = self.room(token)?;
        scratch.reserve_exact(room);
        scratch.resize(room, 0);
        let opened = self.open(token, scratch, now.unix_timestamp());
        let opened = opened.inspect_err(|_| scratch.clear())?;
        // 11. payload
        let payload = scratch.get(opened.payload).unwrap_or_default();
        let data = payload::read(payload).map_err(DecodeError::Payload)?;
        Ok(Verified::new(data, opened.proof))
    }

    /// FORMAT.md, "Encode".
    fn encode(
        &self,
        claims: &Claims,
        write_payload: impl FnOnce(&mut Vec<u8>) -> Result<(), PayloadFault>,
        out: &mut String,
    ) -> Result<(), EncodeError> {
        let mut draft = Draft::behind(out);
        header::write(claims, draft.end());
        let header_len = draft.token().len();
        draft.end().extend_from_slice(&[0; SIGNATURE]);
        // 1. payload
        write_payload(draft.end()).map_err(EncodeError::Payload)?;
        self.check_length(draft.token().len())?;
        // 2. to 4. bound, signature, body
        let tag = self.protect(draft.token(), header_len);
        draft.end().extend_from_slice(tag.as_ref().map_or(&[], <[u8; TAG]>::as_slice));
        // 5. text
        draft.finish(&self.shared.text);
        Ok(())
    }

    /// FORMAT.md, "Decode", step 1, and what most rubbish fails at in step 2: before anything is
    /// allocated. Gives the room in bytes that the rest needs.
    fn room(&self, token: &[u8]) -> Result<usize, DecodeError> {
        let (length, limit) = (token.len(), self.shared.max_len);
        // 1. length
        if length > limit {
            return Err(DecodeError::TooLong { length, limit });
        }
        Text::room(token).ok_or(DecodeError::Malformed)
    }

    /// FORMAT.md, "Decode", steps 2 to 10: leaves the token's bytes in `room`, decrypted.
    fn open(&self, token: &[u8], room: &mut [u8], now: i64) -> Result<Opened, DecodeError> {
        let shared = &*self.shared;
        // 2. text
        let bytes = shared.text.decode(token, room).ok_or(DecodeError::Malformed)?;
        // 3. header, and room for signature and body
        let (claims, header_len) = header::read(bytes)?;
        let payload = payload_range(claims.mode, header_len, bytes.len())?;
        // 4. mode
        if claims.mode != shared.mode {
            return Err(DecodeError::WrongMode);
        }
        // 5. and 6. key, signature
        let length = bytes.len();
        let key = self.verifying_key(&claims, token, room, length, header_len)?;
        // 7. retirement
        if key.retired_before(claims.issued_at) {
            return Err(DecodeError::RetiredKey);
        }
        // 8. to 10. times
        shared.policy.check(&claims, now)?;
        let another_key_signs = !core::ptr::eq(key, shared.ring.signer());
        let proof =
            Proof::new(claims, &shared.policy, key.fingerprint, another_key_signs, self.binding);
        Ok(Opened { payload, proof })
    }

    /// Encode, steps 2 to 4, over header ‖ room for the signature ‖ payload: the signature goes
    /// into its room, the payload is encrypted in place; gives the tag that goes behind it.
    fn protect(&self, token: &mut [u8], header_len: usize) -> Option<[u8; TAG]> {
        let key = self.shared.ring.signer();
        let protect = |message: &mut [u8], bound_len: usize| {
            let signature = key.signing.sign(message);
            let (bound, payload) = message.split_at_mut_checked(bound_len)?;
            let tag = key.cipher.as_ref().and_then(|key| key.seal(&signature, bound, payload));
            Some((signature, tag))
        };
        let (signature, tag) =
            self.context.with_message(token, header_len, SIGNATURE, protect).flatten()?;
        *token.get_mut(header_len..)?.first_chunk_mut()? = signature;
        tag
    }

    /// Decode, steps 5 and 6: the first key of that id whose signature holds.
    fn verifying_key(
        &self,
        claims: &Claims,
        token: &[u8],
        room: &mut [u8],
        length: usize,
        header_len: usize,
    ) -> Result<&DerivedKey, DecodeError> {
        let mut failure = DecodeError::UnknownKey;
        for key in self.shared.ring.bearing(claims.key_id) {
            if failure == DecodeError::BadSignature {
                // The key before left rubbish in the body.
                self.shared.text.decode(token, room).ok_or(DecodeError::Malformed)?;
            }
            let bytes = room.get_mut(..length).unwrap_or_default();
            if self.verifies(key, bytes, header_len) == Some(true) {
                return Ok(key);
            }
            failure = DecodeError::BadSignature;
        }
        Err(failure)
    }

    /// Whether a token's bytes are `key`'s. An encrypted body is decrypted in place.
    fn verifies(&self, key: &DerivedKey, token: &mut [u8], header_len: usize) -> Option<bool> {
        let signature = *token.get(header_len..)?.first_chunk()?;
        let verify = |message: &mut [u8], bound_len: usize| match &key.cipher {
            None => key.signing.verify(message, &signature),
            Some(cipher) => open_body(cipher, &signature, message, bound_len)
                .is_some_and(|message| key.signing.verify(message, &signature)),
        };
        self.context.with_message(token, header_len, SIGNATURE, verify)
    }

    /// The claims of a session that begins.
    pub(crate) fn opening(&self, start: &Start) -> Result<Claims, EncodeError> {
        let issued_at = issue_time(start.now.unix_timestamp())?;
        Ok(Claims {
            mode: self.shared.mode,
            key_id: self.shared.ring.signer().id,
            started_at: issued_at,
            issued_at,
            session_id: start.id,
            expiry: self.shared.policy.claim(start.expiry, issued_at)?,
        })
    }

    /// FORMAT.md, "Renew and update", steps 1 to 3, and what `change` asks for.
    pub(crate) fn reissue(&self, proof: &Proof, change: &Change) -> Result<Claims, RenewError> {
        let Shared { ring, policy, .. } = &*self.shared;
        if proof.binding != self.binding {
            return Err(RenewError::OtherCodec);
        }
        let key = ring.find(&proof.fingerprint).ok_or(DecodeError::UnknownKey)?;
        if key.retired_before(proof.claims.issued_at) {
            return Err(DecodeError::RetiredKey.into());
        }
        policy.check(&proof.claims, change.now.unix_timestamp())?;
        self.reissued(proof, change)
    }

    fn reissued(&self, proof: &Proof, change: &Change) -> Result<Claims, RenewError> {
        let Shared { ring, policy, mode, .. } = &*self.shared;
        let mut claims = policy.reissued(&proof.claims, change.now.unix_timestamp())?;
        claims.mode = *mode;
        claims.key_id = ring.signer().id;
        claims.session_id = change.id.or(claims.session_id);
        if let Some(expiry) = change.expiry {
            claims.expiry = policy.claim(expiry, claims.issued_at)?;
        }
        Ok(claims)
    }

    fn check_length(&self, untagged: usize) -> Result<(), EncodeError> {
        let tag = if self.shared.mode == Mode::Encrypted { TAG } else { 0 };
        let length = Text::encoded_len(untagged.saturating_add(tag));
        let limit = self.shared.max_len;
        if length > limit { Err(EncodeError::TooLong { length, limit }) } else { Ok(()) }
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

impl From<HeaderFault> for DecodeError {
    fn from(fault: HeaderFault) -> Self {
        match fault {
            HeaderFault::Malformed => Self::Malformed,
            HeaderFault::UnsupportedVersion(version) => Self::UnsupportedVersion { version },
        }
    }
}

/// Where the payload stands in a token of `length` bytes that has the least size of its mode.
pub(crate) fn payload_range(
    mode: Mode,
    header_len: usize,
    length: usize,
) -> Result<Range<usize>, HeaderFault> {
    let tag = if mode == Mode::Encrypted { TAG } else { 0 };
    let start = header_len.saturating_add(SIGNATURE);
    let end = length.checked_sub(tag).filter(|end| *end > start);
    end.map(|end| start..end).ok_or(HeaderFault::Malformed)
}

/// Of bound ‖ ciphertext ‖ tag what was signed, bound ‖ text, if the tag holds.
fn open_body<'m>(
    cipher: &CipherKey,
    nonce: &Signature,
    message: &'m mut [u8],
    bound_len: usize,
) -> Option<&'m [u8]> {
    let (sealed, tag) = message.split_last_chunk_mut::<TAG>()?;
    let (bound, text) = sealed.split_at_mut_checked(bound_len)?;
    cipher.open(nonce, bound, text, *tag).then_some(&*sealed)
}

#[cfg(feature = "web")]
mod parts;
#[cfg(test)]
mod vectors;
