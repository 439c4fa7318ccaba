//! The options of a codec.

use core::time::Duration;

use crate::error::ConfigError;
use crate::keys::KeyRing;
use crate::mode::Mode;
use crate::policy::{AbsoluteTimeout, Cutoff, Limits};
use crate::token::payload::Layout;

const SEPARATOR: char = '\u{1F}';

/// The options of a codec. [`Codec::signed`](super::Codec::signed) and
/// [`Codec::encrypted`](super::Codec::encrypted) return it.
///
/// Durations are in whole seconds: fractions of a second are dropped.
///
/// # Raising a limit revives sessions
///
/// A token contains its issue time, and the codec computes when it expires. So if you raise
/// `max_age`, [`max_requested_age`](Self::max_requested_age) or
/// [`absolute_timeout`](Self::absolute_timeout), the codec accepts tokens again that had expired
/// under the shorter limit. That includes sessions that were logged out, because a list of revoked
/// sessions may no longer contain them.
///
/// When you raise one of the three, also set [`not_before`](Self::not_before) to the current time,
/// or change the purpose. Either ends every session that began earlier.
///
/// ```
/// use core::time::Duration;
/// use hardtack::{Codec, Key, KeyRing};
///
/// const HOUR: Duration = Duration::from_secs(3600);
/// const DAY: Duration = Duration::from_secs(86_400);
/// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
/// let codec = Codec::signed("shop/production/session", &keys, 2 * HOUR)
///     .max_requested_age(30 * DAY)
///     .absolute_timeout(90 * DAY)
///     .build()?;
/// assert_eq!(codec.max_age(), 2 * HOUR);
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
                max_requested_age: None,
                absolute_timeout: AbsoluteTimeout::Default,
                leeway: Duration::from_secs(60),
                not_before: None,
                renew_after: None,
            },
        }
    }

    /// Ends every session this long after it began, even if it was renewed. Defaults to 30 days.
    ///
    /// Required if `max_age` or [`Self::max_requested_age`] exceeds 30 days.
    ///
    /// **Raising it [revives sessions](CodecBuilder#raising-a-limit-revives-sessions)** that had
    /// expired or were logged out.
    pub fn absolute_timeout(mut self, timeout: Duration) -> Self {
        self.limits.absolute_timeout = AbsoluteTimeout::After(timeout);
        self
    }

    /// Removes the absolute timeout, so that a session can be renewed without limit.
    ///
    /// **Removing the timeout [revives sessions](CodecBuilder#raising-a-limit-revives-sessions)**
    /// that had expired or were logged out.
    pub fn no_absolute_timeout(mut self) -> Self {
        self.limits.absolute_timeout = AbsoluteTimeout::Never;
        self
    }

    /// Sets the longest lifetime that a session may request, such as for "remember me". Defaults to
    /// `max_age`.
    ///
    /// A session requests a lifetime with [`Expiry::After`](crate::Expiry::After) or
    /// [`Expiry::At`](crate::Expiry::At). The absolute timeout still applies.
    ///
    /// **Raising it [revives sessions](CodecBuilder#raising-a-limit-revives-sessions)** that had
    /// expired or were logged out.
    pub fn max_requested_age(mut self, most: Duration) -> Self {
        self.limits.max_requested_age = Some(most);
        self
    }

    /// Sets the leeway, which is how far in the future an issue time may be. Defaults to 60
    /// seconds.
    ///
    /// It allows for differences between servers' clocks. It never extends an expiry.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.limits.leeway = leeway;
        self
    }

    /// Ends every session of every user that began before `cutoff`, which is rounded up to the
    /// second.
    pub fn not_before(mut self, cutoff: Cutoff) -> Self {
        self.limits.not_before = Some(cutoff);
        self
    }

    /// Sets the maximum length of a token in characters, for encoding and decoding. Defaults to
    /// 4096.
    ///
    /// 4096 bytes is also the longest cookie that browsers store, including its name.
    pub fn max_len(mut self, characters: usize) -> Self {
        self.max_len = characters;
        self
    }

    /// Sets the age of a token at which a renewal is due. Defaults to half of the token's lifetime.
    ///
    /// A session whose lifetime is not longer than `age` is never renewed. It expires even while it
    /// is in use.
    pub fn renew_after(mut self, age: Duration) -> Self {
        self.limits.renew_after = Some(age);
        self
    }

    /// Writes structs as arrays without field names, which makes tokens shorter.
    ///
    /// `schema` identifies the set of fields and their order. Change it whenever you add, remove or
    /// move a field: a token with another schema fails verification. Encoding fails if a field is
    /// skipped (`skip_serializing_if`).
    ///
    /// **Do not use this with untagged enums**, or with a struct that skips a field in one
    /// direction only (`skip_serializing` or `skip_deserializing` alone). Without names, one field
    /// would be read as another.
    pub fn compact(mut self, schema: &str) -> Self {
        self.layout = Layout::Array;
        self.schema = Some(schema.to_owned());
        self
    }

    /// Returns the purpose followed by the schema, so that a token with another schema fails
    /// verification.
    pub(super) fn full_purpose(&self) -> Result<String, ConfigError> {
        let purpose = checked("purpose", &self.purpose, ConfigError::EmptyPurpose)?;
        let Some(schema) = &self.schema else { return Ok(purpose.to_owned()) };
        let schema = checked("schema", schema, ConfigError::EmptySchema)?;
        Ok(format!("{purpose}{SEPARATOR}{schema}"))
    }
}

/// Refuses an empty text or one with the separator. Without this check, `shop` with the schema `v1`
/// could equal another codec's purpose.
fn checked<'t>(
    what: &'static str,
    text: &'t str,
    if_empty: ConfigError,
) -> Result<&'t str, ConfigError> {
    if text.is_empty() {
        return Err(if_empty);
    }
    if text.contains(SEPARATOR) {
        return Err(ConfigError::ReservedCharacter { what });
    }
    Ok(text)
}
