//! Cookies and headers around the codec: what a request handler holds.
//!
//! Read the session in one line, change it, answer in another:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use core::time::Duration;
//! use hardtack::web::{Map, Session, SessionCookie};
//! use hardtack::{Codec, Key, KeyRing, SessionId};
//! use http::{HeaderMap, StatusCode};
//!
//! let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
//! let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
//! # #[cfg(feature = "generate")] {
//! let cookie = SessionCookie::new(codec).ids(SessionId::generate).build()?;
//!
//! # let request_headers = HeaderMap::new();
//! # let mut response_headers = HeaderMap::new();
//! let mut session: Session<Map> = cookie.read(&request_headers);
//! session.flush();
//! session.log_in();
//! session.insert("user", "Ada");
//! cookie.write(&session, StatusCode::OK, &mut response_headers)?;
//! # assert!(response_headers["set-cookie"].to_str()?.starts_with("__Host-session="));
//! # }
//! # Ok(()) }
//! ```

mod answer;
mod builder;
mod cookie;
mod error;
mod map;
mod read;
mod session;
mod value;

#[doc(no_inline)]
pub use ::cookie::SameSite;
pub use answer::{Action, Answer};
pub use builder::SessionCookieBuilder;
pub use cookie::SessionCookie;
pub use error::{AnswerError, CookieError, Rejection};
pub use map::Map;
pub use read::LegacyReader;
pub use session::Session;
pub use value::Value;
