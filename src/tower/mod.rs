//! A session layer for every framework based on [`tower`](https://docs.rs/tower).
//!
//! [`SessionLayer`] provides the session of each request. A handler takes the session, owns it and
//! changes it. When the handler drops the session, it returns to the layer. The layer saves it as
//! soon as the response's status is known, by the rules of
//! [`SessionCookie::response_headers_at`](crate::web::SessionCookie::response_headers_at). You never call
//! a save function, and the same rules apply if a handler returns early with `?` or an error
//! response.
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::Router;
//! use axum::routing::get;
//! use core::time::Duration;
//! use hardtack::tower::{Session, SessionLayer};
//! use hardtack::web::SessionCookie;
//! use hardtack::{Codec, Key, KeyRing};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Default, Serialize, Deserialize)]
//! struct Visitor {
//!     visits: u32,
//! }
//!
//! async fn home(mut session: Session<Visitor>) -> String {
//!     session.visits += 1;
//!     format!("visit {}", session.visits)
//! }
//!
//! let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
//! let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
//! let cookie = SessionCookie::builder(codec).build()?;
//! let app: Router = Router::new()
//!     .route("/", get(home))
//!     .layer(SessionLayer::<Visitor>::new(cookie));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Taking the session
//!
//! - In axum, [`Session<T>`](Session) and [`Handle<T>`](Handle) are extractors (feature `axum`).
//! - Elsewhere, [`Session::take`] and [`Handle::of`] find the session in the request's extensions.
//! - `Option<Session<T>>` is `None` only if no layer serves the request.
//! - If a request takes no session, the layer decodes nothing and adds no headers to the response.
//!   [`SessionLayer::eager`] changes that.
//!
//! Only one part of the program can hold the session at a time. A second one gets
//! [`SessionError::Taken`], never a deadlock. So a middleware must drop its session before it calls
//! `next.run(request)`, or use a [`Handle`].
//!
//! # What is saved
//!
//! - The layer saves a session that was changed, or whose renewal is due, if the response's status
//!   is below 500 and not 408. [`SessionLayer::save_if`] overrides these statuses.
//! - A log-out ([`flush`](crate::web::Session::flush)) clears the cookie whatever the status is.
//! - If a handler panics or is cancelled while it holds the session, its other changes are not
//!   saved.
//! - Changes after the response's head was sent are not saved and are reported as [`Event::Lost`].
//!   Streams and upgraded connections may keep a session to read it.
//!
//! # Keys that change while the server runs
//!
//! Make the layer from a [`ReloadableCookie`](crate::web::ReloadableCookie), keep a clone of it,
//! and call [`reload`](crate::web::ReloadableCookie::reload) when the keys have changed. A request
//! uses the same keys from its beginning to its end.
//!
//! # The order of layers
//!
//! Place timeouts outside the session layer, so that a request that times out saves nothing. A
//! timeout inside the session layer also works if it responds with 408 or 5xx, as tower-http's
//! does. With any other status, the session layer cannot tell a timeout inside it from a handler
//! that completed. Place layers that catch panics inside the session layer.
//!
//! You can nest session layers:
//!
//! - Layers for different types work side by side.
//! - If two layers have the same type and cookie, the outer one serves the session.
//! - If two layers have the same type but different cookies, a handler gets the session of the
//!   inner one.
//! - Two layers that would write the same cookie with different types, codecs or checks are an
//!   error ([`SessionError::Conflict`]).

#[cfg(feature = "axum")]
mod axum;
mod check;
mod error;
mod event;
mod failure;
mod future;
mod handle;
mod layer;
mod logged_in;
mod save;
mod service;
mod session;
mod settings;
mod slot;
mod slots;
mod source;
mod take;
#[cfg(feature = "tracing")]
mod trace;

#[cfg(feature = "axum")]
pub use axum::{RequireLogIn, RequireLogInError};
pub use check::{BoxError, Candidate, Check, Checked, NoCheck, Verdict};
pub use error::SessionError;
pub use event::{Cause, Event};
pub use failure::{Failure, KeepResponse, OnError, Replaced};
pub use future::ResponseFuture;
pub use handle::Handle;
pub use layer::SessionLayer;
pub use logged_in::LoggedIn;
pub use service::SessionService;
pub use session::Session;
pub use source::CookieSource;
pub use take::Take;
