//! The options of a codec.

use core::time::Duration;

use crate::error::ConfigError;
use crate::keys::KeyRing;
use crate::policy::{AbsoluteTimeout, Cutoff, Limits};
use crate::token::claims::Mode;
use crate::token::payload::Layout;

const SEPARATOR: char = '\u{1F}';

/// Options of a codec, from [`Codec::signed`](super::Codec::signed) or [`Codec::encrypted`](super::Codec::encrypted).
///
/// Spans are whole seconds, parts of a second are rounded down. A cut-off is rounded up.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use core::time::Duration;
/// use hardtack::{Codec, Key, KeyRing};
/// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
/// const HOUR: Duration = Duration::from_secs(3600);
/// let codec = Codec::signed("shop/production/session", &keys, 2 * HOUR)
///     .absolute_timeout(14 * 24 * HOUR)
///     .longest(30 * 24 * HOUR)
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct CodecBuilder<'k> {
    pub(super) mode: Mode,
    pub(super) keys: &'k KeyRing,
    pub(super) layout: Layout,
    pub(super) max_len: usize,
    purpose: String,
    schema: Option<String>,
    pub(super) limits: Limits,
}

impl<'k> CodecBuilder<'k> {
    pub(super) fn new(mode: Mode, purpose: &str, keys: &'k KeyRing, max_age: Duration) -> Self {
        Self {
            mode,
            keys,
            layout: Layout::Map,
            max_len: 4096,
            purpose: purpose.to_owned(),
            schema: None,
            limits: Limits {
                max_age,
                longest: None,
                absolute_timeout: AbsoluteTimeout::Unsaid,
                leeway: Duration::from_secs(60),
                not_before: None,
                renew_after: None,
            },
        }
    }

    /// Ends a session this long after it began, however often it was renewed. 30 days unless said;
    /// to be said, or lifted, where the age limit or [`Self::longest`] is longer than that.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).absolute_timeout(14 * 12 * max_age).build()?;
    /// # Ok(()) }
    /// ```
    pub fn absolute_timeout(mut self, timeout: Duration) -> Self {
        self.limits.absolute_timeout = AbsoluteTimeout::After(timeout);
        self
    }

    /// Lets a session live for as long as it is renewed in time.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).no_absolute_timeout().build()?;
    /// # Ok(()) }
    /// ```
    pub fn no_absolute_timeout(mut self) -> Self {
        self.limits.absolute_timeout = AbsoluteTimeout::Never;
        self
    }

    /// The most that a session may ask for ([`Expiry::After`](crate::Expiry::After),
    /// [`Expiry::At`](crate::Expiry::At)), as a "remember me" does. The age limit unless said; the
    /// absolute timeout holds as well.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).longest(30 * 12 * max_age).build()?;
    /// # Ok(()) }
    /// ```
    pub fn longest(mut self, longest: Duration) -> Self {
        self.limits.longest = Some(longest);
        self
    }

    /// How far in the future a token may have been issued, since two servers' clocks differ. 60
    /// seconds unless said. It never prolongs an expiry.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).leeway(Duration::from_secs(5)).build()?;
    /// # Ok(()) }
    /// ```
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.limits.leeway = leeway;
        self
    }

    /// Ends every session of every user that began before `cutoff`.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let cutoff = Cutoff::from_unix_timestamp(1_790_000_000);
    /// let codec = Codec::signed("shop", &keys, max_age).not_before(cutoff).build()?;
    /// # Ok(()) }
    /// ```
    pub fn not_before(mut self, cutoff: Cutoff) -> Self {
        self.limits.not_before = Some(cutoff);
        self
    }

    /// The longest token that is made or read, in characters. 4096 unless said: what browsers keep
    /// of a cookie, its name counted.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).max_len(1000).build()?;
    /// assert_eq!(codec.begin(&[0; 2000][..]).unwrap_err().kind(), "too_long");
    /// # Ok(()) }
    /// ```
    pub fn max_len(mut self, characters: usize) -> Self {
        self.max_len = characters;
        self
    }

    /// Makes a renewal due once a token is this old, rather than when half of its life is over. Where
    /// it is no less than a session's life, that session ends on time however often it is used.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).renew_after(Duration::from_secs(60)).build()?;
    /// # Ok(()) }
    /// ```
    pub fn renew_after(mut self, age: Duration) -> Self {
        self.limits.renew_after = Some(age);
        self
    }

    /// Sends structs as arrays, without the names of their fields: shorter cookies. `schema` names
    /// the fields and their order, and is to be changed with them: tokens of another schema are
    /// garbage. A field that is left out (`skip_serializing_if`) is an error at encode.
    ///
    /// **Not for untagged enums**, nor for a struct that does not read every field that it writes
    /// and write every field that it reads (`skip_serializing` alone): without names, one is read as
    /// another.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use core::time::Duration;
    /// # use hardtack::*;
    /// # let keys = KeyRing::new(Key::from_hex(&"0123456789abcdef".repeat(4))?);
    /// # let max_age = Duration::from_secs(7200);
    /// let codec = Codec::signed("shop", &keys, max_age).compact("visitor-1").build()?;
    /// # Ok(()) }
    /// ```
    pub fn compact(mut self, schema: &str) -> Self {
        self.layout = Layout::Array;
        self.schema = Some(schema.to_owned());
        self
    }

    /// The purpose, and behind it the schema: arrays of another shape are never read.
    pub(super) fn full_purpose(&self) -> Result<String, ConfigError> {
        if self.purpose.is_empty() {
            return Err(ConfigError::EmptyPurpose);
        }
        let Some(schema) = &self.schema else { return Ok(self.purpose.clone()) };
        if schema.is_empty() || schema.contains(SEPARATOR) || self.purpose.contains(SEPARATOR) {
            return Err(ConfigError::Schema);
        }
        Ok(format!("{}{SEPARATOR}{schema}", self.purpose))
    }
}
