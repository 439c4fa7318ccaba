//! The keys that sign and verify.

mod error;
mod key;
mod key_id;
mod list;
mod published;
mod ring;
mod role;

pub use error::{KeyError, KeyRingError};
pub use key::Key;
pub use key_id::KeyId;
pub use ring::KeyRing;
pub(crate) use ring::Slot;
pub use role::KeyRole;
