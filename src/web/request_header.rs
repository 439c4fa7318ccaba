//! The `Cookie` header that a browser would send, for tests of applications.

use http::HeaderValue;
use serde::Serialize;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
use time::OffsetDateTime;

use super::cookie::SessionCookie;
use super::error::ResponseError;
use crate::codec::IssueOptions;

impl SessionCookie {
    /// Calls [`SessionCookie::request_header_at`] with the system's clock. Absent on
    /// wasm32-unknown-unknown.
    ///
    /// # Errors
    /// As [`SessionCookie::request_header_at`].
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn request_header<T>(&self, data: &T) -> Result<HeaderValue, ResponseError>
    where
        T: Serialize + ?Sized,
    {
        self.request_header_at(data, OffsetDateTime::now_utc())
    }

    /// Returns the value of the `Cookie` header with which a browser would send a session of
    /// `data`.
    ///
    /// It is for tests of handlers that require a logged-in visitor. Pass the [`OffsetDateTime`] at
    /// which the session begins, or [`IssueOptions`]. If the options contain no ID, the cookie's ID
    /// source provides one.
    ///
    /// ```
    /// use core::time::Duration;
    /// use hardtack::web::{Map, SessionCookie};
    /// use hardtack::{Codec, Key, KeyRing};
    /// use http::Request;
    ///
    /// let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
    /// let codec = Codec::signed("shop/test/session", &keys, Duration::from_secs(7200)).build()?;
    /// let cookie = SessionCookie::builder(codec).build()?;
    /// let now = time::OffsetDateTime::from_unix_timestamp(1_790_000_000)?;
    ///
    /// let ada: Map = [("user", "Ada")].into_iter().collect();
    /// let request = Request::get("/").header("cookie", cookie.request_header_at(&ada, now)?).body(())?;
    /// assert_eq!(*cookie.read_at::<Map>(request.headers(), now), ada);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns [`ResponseError`] if the cookie would be too long for a browser, or if the session
    /// cannot be encoded.
    pub fn request_header_at<T>(
        &self,
        data: &T,
        options: impl Into<IssueOptions>,
    ) -> Result<HeaderValue, ResponseError>
    where
        T: Serialize + ?Sized,
    {
        let mut options = options.into();
        if options.id.is_none() {
            options.id = self.new_id().transpose()?;
        }
        let token = self.codec().begin_at(data, options).map_err(|error| self.with_name(error))?;
        self.0.set_cookie.sent_back(&token)
    }
}
