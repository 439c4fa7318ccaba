//! crate docs placeholder
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod builder;
mod claims;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
mod clock;
mod codec;
mod cutoff;
mod derived;
mod error;
mod inspect;
mod key;
mod keyring;
mod policy;
mod session_id;
mod start;
mod token;
mod verified;
#[cfg(feature = "web")]
pub mod web;

pub use builder::CodecBuilder;
pub use claims::Mode;
pub use codec::Codec;
pub use cutoff::Cutoff;
pub use error::{
    ConfigError, ContextError, DecodeError, EncodeError, InspectError, KeyError, KeyRingError,
    PayloadFault, RandomError, RenewError,
};
pub use inspect::{Unverified, inspect};
pub use key::{Key, KeyId};
pub use keyring::KeyRing;
pub use policy::Expiry;
pub use session_id::SessionId;
pub use start::{Change, Start};
pub use verified::{Renewal, Verified};

#[doc(no_inline)]
pub use time;

#[cfg(test)]
extern crate self as hardtack;
