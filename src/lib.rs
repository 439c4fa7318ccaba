//! Stateless sessions: what a program knows of a visitor goes into one signed, optionally encrypted
//! cookie value, and the server stores nothing.
//!
//! **Signed is not secret**: whoever holds a signed token can read it. [`Codec::encrypted`] hides it.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
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
//! if session.renewal(now).is_some() {
//!     let _token = codec.renew_at(&session, now)?;
//! }
//! # Ok(()) }
//! ```
//!
//! # The path of a session
//!
//! session → MessagePack → header → signature (→ cipher) → base64url, and back: [`Codec`] knows the
//! order, [`mod@format`] every byte. Only decoding makes a [`Verified`], and nothing of a payload is
//! parsed before its signature held.
//!
//! # Where to go from here
//!
//! - what a session can promise, and how to run one: the [`guides`], from [`guides::concepts`] on
//! - a request's session, with its cookie and headers: [`web`]
//! - keys, and how to change them: [`Key`], [`KeyRing`]
//! - how long sessions live: [`CodecBuilder`], [`Expiry`], [`Cutoff`]
//! - what a token says of itself, for debugging: [`inspect`]
//!
//! # Features
//!
//! | feature | brings | default |
//! |---|---|---|
//! | `encrypt` | [`Codec::encrypted`] | yes |
//! | `web` | [`web`] | yes |
//! | `generate` | [`Key::generate`], [`SessionId::generate`]; absent on wasm32-unknown-unknown | yes |
//! | `ring` | the same cipher from the crate ring: faster on x86-64 built without AVX2 flags | no |
//!
//! On wasm32-unknown-unknown the calls that ask the system's clock are absent as well: pass the
//! host's time to their siblings that end in `_at`.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Without a feature, what some links lead to is not there.
#![cfg_attr(
    not(all(feature = "encrypt", feature = "generate", feature = "web")),
    allow(rustdoc::broken_intra_doc_links)
)]
#![forbid(unsafe_code)]

mod codec;
mod error;
mod keys;
mod policy;
mod token;
#[cfg(feature = "web")]
pub mod web;

#[cfg(any(doc, doctest))]
#[doc = include_str!("../FORMAT.md")]
pub mod format {}

// The snippets of its pages need every feature that is on by default.
#[cfg(any(
    all(doc, not(doctest)),
    all(doctest, feature = "encrypt", feature = "generate", feature = "web")
))]
pub mod guides;

pub use codec::{Change, Codec, CodecBuilder, Renewal, Start, Verified};
pub use error::{
    ConfigError, ContextError, DecodeError, EncodeError, InspectError, PayloadFault, RandomError,
    RenewError,
};
pub use keys::{Key, KeyError, KeyId, KeyRing, KeyRingError};
pub use policy::{Cutoff, Expiry};
pub use token::claims::Mode;
pub use token::inspect::{Unverified, inspect};
pub use token::session_id::SessionId;

#[doc(no_inline)]
pub use time;

#[cfg(test)]
extern crate self as hardtack;

/// The README's code runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
