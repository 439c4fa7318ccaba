//! A message that is shown once, on the page after a redirect.

use core::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use crate::goods;

/// The session stores the name of a message, not its text. That keeps the cookie short.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Notice {
    LoggedIn,
    Confirmed,
    ConfirmFirst,
    LoggedOut,
    LoggedOutEverywhere,
    DeviceEnded,
    UserEnded,
    /// The item's number.
    Added(u16),
    CartIsFull,
}

impl Display for Notice {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LoggedIn => "Welcome aboard.",
            Self::Confirmed => "Thank you. For the next ten minutes you need not confirm again.",
            Self::ConfirmFirst => "Please give your password once more before you end a session.",
            Self::LoggedOut => "You are logged out.",
            Self::LoggedOutEverywhere => "You are logged out, here and everywhere else.",
            Self::DeviceEnded => "That session is ended.",
            Self::UserEnded => "All sessions of that user are ended.",
            Self::Added(item) => {
                let name = goods::find(*item).map_or("It", |item| item.name);
                return write!(f, "{name}: now in your cart.");
            }
            Self::CartIsFull => "There is no more room in your cart.",
        })
    }
}
