//! Who makes a request: anybody, a member, an administrator.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hardtack::tower::Session;
use serde::{Deserialize, Serialize};

use crate::accounts::User;
use crate::cart::Cart;
use crate::error::Error;
use crate::log_in;
use crate::notice::Notice;
use crate::shop::Shop;

/// What is in the cookie. The server stores none of it.
///
/// Permissions are not in the cookie, because they would remain there after they are withdrawn. With
/// `serde(default)`, a release that adds or removes a field logs nobody out.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    /// The number of the account, once logged in.
    pub user: Option<i64>,
    pub cart: Cart,
    /// Shown on the next page, once.
    pub notice: Option<Notice>,
}

/// Anybody.
pub struct Visit {
    pub session: Session<Visitor>,
    /// The user's row as it is now.
    pub user: Option<User>,
}

impl FromRequestParts<Shop> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Error> {
        let session = Session::<Visitor>::take(&parts.extensions).await?;
        let user = match session.user {
            Some(id) => shop.accounts.find(id).await?,
            None => None,
        };
        Ok(Self { session, user })
    }
}

impl Visit {
    /// What every page shows of its visitor. The notice is taken out of the session.
    pub fn greeting(&mut self) -> Greeting {
        Greeting {
            name: self.user.as_ref().map(|user| user.name.clone()),
            is_admin: self.user.as_ref().is_some_and(|user| user.is_admin),
            things: self.session.cart.len(),
            notice: self.session.notice.take(),
        }
    }
}

/// What every page shows of its visitor.
#[derive(Default)]
pub struct Greeting {
    pub name: Option<String>,
    pub is_admin: bool,
    pub things: u32,
    pub notice: Option<Notice>,
}

/// Somebody who is logged in. Others are sent to the log-in.
pub struct Member {
    pub visit: Visit,
    pub user: User,
    /// Whether the password was given a short while ago.
    pub is_confirmed: bool,
}

impl FromRequestParts<Shop> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Error> {
        let visit = Visit::from_request_parts(parts, shop).await?;
        let user = visit.user.clone().ok_or(Error::LoggedOut)?;
        let is_confirmed = log_in::is_recent(visit.session.started_at(), shop.now());
        Ok(Self { visit, user, is_confirmed })
    }
}

impl Member {
    /// Sends a member whose log-in is not recent back to `page`, which asks for the password.
    pub fn must_be_confirmed(&mut self, page: log_in::Page) -> Result<(), Error> {
        if self.is_confirmed {
            return Ok(());
        }
        self.visit.session.notice = Some(Notice::ConfirmFirst);
        Err(Error::Unconfirmed(page))
    }
}

/// An administrator. To others these pages do not exist.
pub struct Admin(pub Member);

impl FromRequestParts<Shop> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, shop).await?;
        if member.user.is_admin { Ok(Self(member)) } else { Err(Error::NotFound) }
    }
}
