//! Reads and writes sessions in request handlers.
//!
//! Read the session from the request, change it, and write it into the response:
//!
#![cfg_attr(feature = "generate", doc = "```")]
#![cfg_attr(not(feature = "generate"), doc = "```ignore")]
//! use core::time::Duration;
//! use hardtack::web::{Map, Session, SessionCookie};
//! use hardtack::{Codec, Key, KeyRing, SessionId};
//! use http::{Request, Response};
//!
//! let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
//! let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
//! let cookie = SessionCookie::builder(codec).id_source(SessionId::generate).build()?;
//!
//! let request = Request::get("/").body(())?;
//! let mut session: Session<Map> = cookie.read(request.headers());
//! session.insert("theme", "dark");
//!
//! let mut response = Response::new("Welcome aboard");
//! cookie.write(&session, response.status(), response.headers_mut())?;
//! assert!(response.headers()["set-cookie"].to_str()?.starts_with("__Host-session="));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod candidates;
mod cookie;
mod error;
mod map;
mod read;
mod reload;
mod request_header;
mod respond;
mod same_site;
mod session;
mod set_cookie;
mod tracked;
mod value;

pub use builder::SessionCookieBuilder;
pub use cookie::SessionCookie;
pub use error::{CookieError, Rejection, ResponseError};
pub use map::Map;
pub use read::LegacyReader;
pub use reload::ReloadableCookie;
pub use respond::{CookieAction, ResponseHeaders};
pub use same_site::SameSite;
pub use session::Session;
pub use value::Value;
