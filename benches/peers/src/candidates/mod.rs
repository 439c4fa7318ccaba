//! The libraries, each in the way its own documentation shows.

mod actix;
mod biscotti;
mod branca;
mod by_hand;
mod cookie;
mod fernet;
mod hardtack;
mod jwt;
mod paseto;
mod seshcookie;
mod signed_tokens;

pub use actix::{ActixPrivate, ActixSigned};
pub use biscotti::{BiscottiEncrypted, BiscottiSigned};
pub use branca::Branca;
pub use by_hand::{AesGcmByHand, HmacByHand};
pub use cookie::{PrivateJson, PrivateMessagePack, SignedJson, SignedMessagePack};
pub use fernet::Fernet;
pub use hardtack::{CIPHER, Compact, CompactEncrypted, Encrypted, Signed};
pub use jwt::JsonWebToken;
pub use paseto::{Pasetors, RustyPaseto};
pub use seshcookie::Seshcookie;
pub use signed_tokens::SignedTokens;
