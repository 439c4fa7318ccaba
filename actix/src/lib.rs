//! Adds hardtack's sessions to actix-web with one middleware.
//!
//! [`SessionMiddleware`] serves the session of each request to the handlers below it. A handler takes
//! the session as an argument and changes it. When the handler drops the session, the middleware gets
//! it back, and saves it as soon as the response's status is known. Handlers need not save or return
//! the session, and the same rules apply to `?` and to error responses.
//!
//! ```
//! use actix_web::{App, web};
//! use core::time::Duration;
//! use hardtack::web::SessionCookie;
//! use hardtack::{Codec, Key, KeyRing};
//! use hardtack_actix::{Session, SessionMiddleware};
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
//! let app = App::new()
//!     .route("/", web::get().to(home))
//!     .wrap(SessionMiddleware::<Visitor>::new(cookie));
//! # let _ = app;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The middleware follows the rules of [`hardtack::tower`]. This page describes only the differences.
//!
//! # Taking the session
//!
//! - [`Session<T>`](Session), [`Handle<T>`](Handle) and [`RequireLogIn<T>`](RequireLogIn) are
//!   extractors, for handlers and for [`from_fn`](actix_web::middleware::from_fn). In other middleware,
//!   call `request.extract::<Handle<T>>()`.
//! - A middleware must drop its session before it calls `next.call(request)`, or use a [`Handle`].
//! - actix-web also offers `Option<Session<T>>`, which is `None` for **every** error: a missing
//!   middleware, a session that is already taken, or a failed check. Extract
//!   `Result<Session<T>, SessionError>` to tell them apart.
//!
//! # What is saved
//!
//! - actix-web turns a handler's `Err` into a response before the middleware sees it. The response's
//!   status decides whether the session is saved.
//! - If a guard or another middleware below returns an `Err` after something asked for a session, this
//!   middleware turns the error into its response and adds the session's headers. It returns an `Err`
//!   again: an [`InternalError`](actix_web::error::InternalError) that wraps the original error. An
//!   outer middleware that looks for the original type does not find it. If nothing asked for a
//!   session, the `Err` is passed on unchanged.
//! - If a session cannot be saved, the response becomes a 500. If a check fails, it becomes a 503. Both
//!   have a fixed text, which [`SessionMiddleware::on_error`] replaces.
//!
//! # The order of middleware
//!
//! The last `wrap` is the outermost. Wrap the session middleware after everything that uses sessions,
//! and before `Compress` and `Logger`, which then see its headers. [`hardtack::tower`] describes where
//! to place time limits.
#![forbid(unsafe_code)]

mod answer;
mod below;
mod check;
mod error;
mod future;
mod handle;
mod headers;
mod middleware;
mod require;
mod service;
mod session;
mod slots;

pub use check::RequestCheck;
pub use error::SessionError;
pub use future::SessionFuture;
pub use handle::Handle;
#[doc(no_inline)]
pub use hardtack::tower::{
    BoxError, Candidate, Cause, Checked, CookieSource, Event, Failure, LoggedIn, NoCheck, Verdict,
};
pub use middleware::SessionMiddleware;
pub use require::{RequireLogIn, RequireLogInError, TakeLoggedIn};
pub use service::SessionService;
pub use session::{Session, Take};

/// The README's code runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
