//! Stateless sessions. A visitor's session data travels in one signed, optionally encrypted cookie
//! value, and the server stores nothing.
//!
//! **Signed is not secret**: anyone who holds a signed token can read it. [`Codec::encrypted`]
//! hides the data.
//!
//! ```
//! use core::time::Duration;
//! use hardtack::{Codec, Key, KeyRing, Verified};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Login {
//!     user_id: u64,
//! }
//!
//! let keys = KeyRing::new(Key::from_base64("TNQcAIXEmCCGLOMjJcAqZrPq8JIlmwhuB5ic5h9wYYs=")?);
//! let codec = Codec::signed("shop/production/session", &keys, Duration::from_secs(7200)).build()?;
//! let now = time::OffsetDateTime::now_utc();
//!
//! let token = codec.begin_at(&Login { user_id: 7 }, now)?;
//! let session: Verified<Login> = codec.decode_at(&token, now)?;
//! assert_eq!(session.data().user_id, 7);
//!
//! let later = now + Duration::from_secs(3600);
//! assert!(session.renewal(later).is_some());
//! let token = codec.renew_at(&session, later)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The path of a session
//!
//! session → MessagePack → header → signature (→ cipher) → base64url, and back. [`Codec`] runs
//! these steps, and [`mod@format`] specifies every byte. Only decoding creates a [`Verified`], and
//! no byte of a payload is parsed before its signature has been verified.
//!
//! # Where to go from here
//!
//! - To read and write a request's session, with its cookie and headers: [`web`].
//! - To learn what a stateless session guarantees and how to operate it: the [`guides`]. Begin with
//!   [`guides::concepts`].
//! - To create and rotate keys: [`Key`], [`KeyRing`].
//! - To set how long sessions live, and to end them: [`CodecBuilder`], [`Expiry`], [`Cutoff`].
//! - To debug a token without a key: [`inspect`].
//!
//! # Features
//!
//! | feature | adds | default |
//! |---|---|---|
//! | `encrypt` | [`Codec::encrypted`] | yes |
//! | `web` | [`web`] | yes |
//! | `generate` | [`Key::generate`], [`SessionId::generate`]; absent on wasm32-unknown-unknown | yes |
//! | `tower`, `axum` | [`tower`]: a layer that provides and saves each request's session, and its extractors | no |
//! | `tracing` | the layer's events for the crate tracing | no |
//! | `ring` | the same cipher from the crate ring, in assembly; slightly faster, requires a C compiler | no |
//!
//! wasm32-unknown-unknown has no clock, so the methods that read the system's clock are absent
//! there. Pass the host's time to the methods that end in `_at`.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Some links have no target without all the default features.
#![cfg_attr(
    not(all(feature = "encrypt", feature = "generate", feature = "web")),
    allow(rustdoc::broken_intra_doc_links)
)]
#![forbid(unsafe_code)]

mod codec;
mod error;
mod keys;
mod mode;
mod policy;
mod token;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "web")]
pub mod web;

#[cfg(any(doc, doctest))]
#[doc = include_str!("../FORMAT.md")]
pub mod format {}

// The snippets of the guides need all the default features.
#[cfg(any(
    all(doc, not(doctest)),
    all(doctest, feature = "encrypt", feature = "generate", feature = "web")
))]
pub mod guides;

pub use codec::{Codec, CodecBuilder, IssueOptions, Renewal, Verified};
pub use error::{
    ConfigError, ContextError, DecodeError, EncodeError, InspectError, PayloadError, RandomError,
    RenewError,
};
pub use keys::{Key, KeyError, KeyId, KeyRing, KeyRingError, KeyRole};
pub use mode::Mode;
pub use policy::{Cutoff, Expiry};
pub use token::inspect::{Unverified, inspect};
pub use token::session_id::SessionId;

#[doc(no_inline)]
pub use time;

#[cfg(test)]
extern crate self as hardtack;

/// Compiles and runs the README's code as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
