//! A session in one line, for actix-web.
//!
//! [`SessionMiddleware`] serves the session of each request below it. A handler takes the session, owns
//! it and changes it; when the handler drops it, the session returns to the middleware, which saves it
//! as soon as the response's status is known. Nothing has to be saved or returned by hand, and `?` or
//! an error response save by the same rules.
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
//! The rules are those of [`hardtack::tower`]; its page has all of them. This page has what is
//! different here.
//!
//! # Taking the session
//!
//! - [`Session<T>`](Session), [`Handle<T>`](Handle) and [`RequireLogIn<T>`](RequireLogIn) are
//!   extractors, for handlers and for [`from_fn`](actix_web::middleware::from_fn). In other middleware,
//!   call `request.extract::<Handle<T>>()`.
//! - A middleware drops its session before it calls `next.call(request)`, or uses a [`Handle`].
//! - actix-web makes `Option<Session<T>>` of any extractor, and that is `None` for **every** error: no
//!   middleware, a session that is taken, a check that failed. Extract
//!   `Result<Session<T>, SessionError>` to tell them apart.
//!
//! # What is saved
//!
//! - A handler's `Err` has become a response before the middleware sees it. Its status decides.
//! - The `Err` of a guard or another middleware below is turned into its response, which gets the
//!   session's headers, if anything asked for a session before. It goes on as an `Err`: an
//!   [`InternalError`](actix_web::error::InternalError) around the original one, so an outer middleware
//!   that looks for the original type does not find it. An `Err` of a request whose session nobody asked
//!   for is passed on as it was.
//! - A session that cannot be saved makes the response a 500, and a check that fails a 503, each with
//!   a fixed text: see [`SessionMiddleware::on_error`].
//!
//! # The order of middleware
//!
//! The last `wrap` is the outermost. Wrap the session middleware after all that uses sessions, and
//! before `Compress` and `Logger`, which then see its headers. Place time limits as
//! [`hardtack::tower`] says.
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
