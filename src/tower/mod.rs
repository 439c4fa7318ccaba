//! A session in one line, for every framework on [`tower`](https://docs.rs/tower).
//!
//! [`SessionLayer`] serves the session of each request below it. A handler takes the session, owns it
//! and changes it; when the handler drops it, the session returns to the layer, which saves it by the
//! rules of [`SessionCookie::response_headers_at`](crate::web::SessionCookie::response_headers_at) as
//! soon as the response's status is known. Nothing has to be saved or returned by hand, and `?` or an
//! error response save by the same rules.
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
//! - `Option<Session<T>>` is `None` only where no layer serves the request.
//! - A request that takes no session decodes nothing, and its response says nothing about sessions;
//!   [`SessionLayer::eager`] changes that.
//!
//! One part of the program holds the session at a time. A second one gets [`SessionError::Taken`],
//! never a deadlock. A middleware therefore drops its session before it calls `next.run(request)`, or
//! uses a [`Handle`].
//!
//! # What is saved
//!
//! - A session that was changed, or whose renewal is due, on a response below 500 that is not 408.
//!   [`SessionLayer::save_if`] overrides which statuses save.
//! - A flushed session on every response: a log-out counts, whatever the status.
//! - Nothing else from a handler that panicked or was cancelled while it held the session.
//! - Nothing that is changed after the response's head went out. Streams and upgraded connections
//!   may keep a session to read it; a change is reported as [`Event::Lost`].
//!
//! # Keys that change while the server runs
//!
//! Make the layer from a [`ReloadableCookie`](crate::web::ReloadableCookie), keep a clone of it, and call
//! [`reload`](crate::web::ReloadableCookie::reload) when the keys have changed. A request ends with the
//! keys that it began with.
//!
//! # The order of layers
//!
//! Place time limits outside the session layer: a request that is cut off there saves nothing. A
//! time limit inside it also works if it answers with 408 or 5xx, as tower-http's does. Between the
//! layer and the handler, a limit that drops the handler and answers with another status cannot be
//! told from a handler that ended. Place what catches panics inside the session layer.
//!
//! Layers of different types nest. If two layers with the same type and cookie nest, the outer one
//! serves. Two layers that would write the same cookie with different types, codecs or checks are an
//! error ([`SessionError::Conflict`]). If two layers have the same type but different cookies, a
//! handler gets the session of the inner one.

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
