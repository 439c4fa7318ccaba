//! The calls that ask the system's clock. They are absent on wasm32-unknown-unknown, which has
//! none: there, pass the clock to their siblings that end in `_at`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use crate::codec::Codec;
use crate::cutoff::Cutoff;
use crate::error::{DecodeError, EncodeError, RenewError};
use crate::start::{Change, Start};
use crate::verified::Verified;

impl Codec {
    /// [`Codec::begin_at`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::{Codec, Key, KeyRing};
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// let token = codec.begin(&7)?;
    /// let session = codec.decode::<u32>(&token)?;
    /// let token = codec.update(&session, &8)?;
    /// let session = codec.decode::<u32>(&codec.renew(&codec.decode::<u32>(&token)?)?)?;
    /// assert_eq!(session.data(), &8);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Codec::begin_at`].
    pub fn begin<T: Serialize + ?Sized>(&self, data: &T) -> Result<String, EncodeError> {
        self.begin_at(data, Start::now())
    }

    /// [`Codec::update_at`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let session = codec.decode::<u32>(codec.begin(&7)?)?;
    /// let token = codec.update(&session, &8)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Codec::update_at`].
    pub fn update<T, U>(&self, session: &Verified<T>, data: &U) -> Result<String, RenewError>
    where
        U: Serialize + ?Sized,
    {
        self.update_at(session, data, Change::now())
    }

    /// [`Codec::renew_at`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let session = codec.decode::<u32>(codec.begin(&7)?)?;
    /// let token = codec.renew(&session)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Codec::renew_at`].
    pub fn renew<T: Serialize>(&self, session: &Verified<T>) -> Result<String, RenewError> {
        self.renew_at(session, OffsetDateTime::now_utc())
    }

    /// [`Codec::decode_at`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// # let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    /// let session = codec.decode::<u32>(codec.begin(&7)?)?;
    /// assert_eq!(session.data(), &7);
    /// # Ok(()) }
    /// ```
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

impl Start {
    /// [`Start::at`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// let start = hardtack::Start::now().expiry(hardtack::Expiry::BrowserClose);
    /// ```
    #[must_use]
    pub fn now() -> Self {
        Self::at(OffsetDateTime::now_utc())
    }
}

impl Change {
    /// [`Change::at`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// let change = hardtack::Change::now().expiry(hardtack::Expiry::Policy);
    /// ```
    #[must_use]
    pub fn now() -> Self {
        Self::at(OffsetDateTime::now_utc())
    }
}

impl Cutoff {
    /// [`Cutoff::after`] the system's clock. Absent on wasm32-unknown-unknown.
    ///
    /// ```
    /// let sessions_valid_from = hardtack::Cutoff::now().unix_timestamp(); // to be stored
    /// ```
    #[must_use]
    pub fn now() -> Self {
        Self::after(OffsetDateTime::now_utc())
    }
}
