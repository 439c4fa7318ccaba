//! The session data, and extractors for visitors, members and administrators.

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

/// The session data in the cookie. The server stores none of it.
///
/// Permissions are not in the cookie, because they would remain there after they are withdrawn. With
/// `serde(default)`, a release that adds or removes a field logs nobody out.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    /// The ID of the user, once logged in.
    pub user: Option<i64>,
    pub cart: Cart,
    /// Shown once, on the next page.
    pub notice: Option<Notice>,
}

/// A visitor, logged in or not.
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
    /// Returns what every page shows about its visitor. Removes the notice from the session.
    pub fn greeting(&mut self) -> Greeting {
        Greeting {
            name: self.user.as_ref().map(|user| user.name.clone()),
            is_admin: self.user.as_ref().is_some_and(|user| user.is_admin),
            things: self.session.cart.len(),
            notice: self.session.notice.take(),
        }
    }
}

/// What every page shows about its visitor.
#[derive(Default)]
pub struct Greeting {
    pub name: Option<String>,
    pub is_admin: bool,
    pub things: u32,
    pub notice: Option<Notice>,
}

/// A visitor who is logged in. Others are redirected to the log-in page.
pub struct Member {
    pub visit: Visit,
    pub user: User,
    /// Whether the log-in was recent.
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

/// An administrator. Others get a 404.
pub struct Admin(pub Member);

impl FromRequestParts<Shop> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, shop).await?;
        if member.user.is_admin { Ok(Self(member)) } else { Err(Error::NotFound) }
    }
}
