//! Logging in and out.

use core::mem::take;

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use hardtack::time::{Duration, OffsetDateTime};
use hardtack::tower::Session;
use hardtack::{Expiry, SessionId};
use serde::Deserialize;

use crate::accounts::User;
use crate::cart::Cart;
use crate::devices::{Device, Place};
use crate::error::Error;
use crate::notice::Notice;
use crate::pages;
use crate::shop::{MAX_AGE, REMEMBERED, Shop};
use crate::visitor::{Member, Visit, Visitor};

/// How long after a log-in the user can end sessions without giving the password again.
const CONFIRMED: Duration = Duration::minutes(10);

/// Returns true if the log-in was recent. Each log-in begins a session, so the session's start is the
/// time of the log-in.
pub fn is_recent(start: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
    start.is_some_and(|start| start.saturating_add(CONFIRMED) > now)
}

/// A page that asks for the password again.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    Devices,
    Admin,
}

impl Page {
    pub fn name(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Admin => "admin",
        }
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Devices => "/devices",
            Self::Admin => "/admin",
        }
    }
}

pub async fn show(mut visit: Visit) -> Response {
    if visit.user.is_some() {
        return Redirect::to("/devices").into_response();
    }
    pages::log_in(&visit.greeting(), None).into_response()
}

#[derive(Deserialize)]
pub struct LogIn {
    name: String,
    password: String,
    /// Browsers do not send a checkbox that is not checked.
    remember: Option<String>,
}

/// Responds to a wrong name and to a wrong password in the same way, and after the same time.
pub async fn log_in(
    State(shop): State<Shop>,
    mut visit: Visit,
    place: Place,
    Form(form): Form<LogIn>,
) -> Result<Response, Error> {
    let name = form.name.trim().to_owned();
    let Some(user) = shop.authenticate(&place, &name, form.password).await? else {
        let page = pages::log_in(&visit.greeting(), Some("The name or the password is wrong."));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let is_remembered = form.remember.is_some();
    let expiry = if is_remembered { Expiry::After(REMEMBERED) } else { Expiry::BrowserClose };
    shop.begin(&mut visit.session, &user, expiry, place, Notice::LoggedIn).await?;
    Ok(Redirect::to("/").into_response())
}

#[derive(Deserialize)]
pub struct Confirm {
    password: String,
    page: Page,
}

/// Verifies the password again. That is another log-in, so a new session replaces the old one.
pub async fn confirm(
    State(shop): State<Shop>,
    mut member: Member,
    place: Place,
    Form(form): Form<Confirm>,
) -> Result<Response, Error> {
    let name = member.user.name.clone();
    let Some(user) = shop.authenticate(&place, &name, form.password).await? else {
        let page = pages::confirm(&member.visit.greeting(), form.page);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let session = &mut member.visit.session;
    let expiry = session.expiry();
    shop.begin(session, &user, expiry, place, Notice::Confirmed).await?;
    Ok(Redirect::to(form.page.path()).into_response())
}

impl Shop {
    async fn authenticate(
        &self,
        place: &Place,
        name: &str,
        password: String,
    ) -> Result<Option<User>, Error> {
        self.attempts.count(place.address, name).await?;
        let found = self.accounts.find_by_name(name.to_owned()).await?;
        let (user, hash) = found.unzip();
        if !self.passwords.verify(password, hash).await? {
            return Ok(None);
        }
        self.attempts.forget(place.address, name).await?;
        Ok(user)
    }

    /// Begins the session of a user who has just given the password. Carries over the cart, unless it
    /// belongs to another user.
    async fn begin(
        &self,
        session: &mut Session<Visitor>,
        user: &User,
        expiry: Expiry,
        place: Place,
        notice: Notice,
    ) -> Result<(), Error> {
        let previous = session.user.zip(session.id());
        let is_same = session.user.is_none_or(|previous| previous == user.id);
        let cart = if is_same { take(&mut session.cart) } else { Cart::default() };
        let visitor = Visitor { user: Some(user.id), cart, notice: Some(notice) };
        session.log_in_after(user.cutoff, visitor);
        session.set_expiry(expiry).map_err(Error::internal)?;
        let id = session.id().ok_or_else(|| Error::internal("a session without an ID"))?;
        self.devices.add(user.id, self.device(id, user, expiry, place)).await?;
        match previous {
            Some((user, id)) => self.end_session(user, id).await.map(drop),
            None => Ok(()),
        }
    }

    fn device(&self, id: SessionId, user: &User, expiry: Expiry, place: Place) -> Device {
        let now = self.now();
        // Just after "log out everywhere", the session begins at the cut-off, slightly in the future.
        let began_at = now.max(user.cutoff.instant());
        let is_remembered = matches!(expiry, Expiry::After(_));
        let idle_timeout = if is_remembered { REMEMBERED } else { MAX_AGE };
        Device { id, began_at, seen_at: now, idle_timeout, place }
    }
}

/// Ends the session before it deletes the cookie. If that fails, the visitor can try again.
pub async fn log_out(State(shop): State<Shop>, mut visit: Visit) -> Result<Redirect, Error> {
    if let Some((user, id)) = visit.session.user.zip(visit.session.id()) {
        shop.end_session(user, id).await?;
    }
    visit.session.flush();
    visit.session.notice = Some(Notice::LoggedOut);
    Ok(Redirect::to("/"))
}

/// Ends every session of this user, including all copies.
pub async fn log_out_everywhere(
    State(shop): State<Shop>,
    mut member: Member,
) -> Result<Redirect, Error> {
    member.must_be_confirmed(Page::Devices)?;
    let cutoff = shop.cookie.codec().cutoff_at(shop.now());
    shop.accounts.end_sessions(member.user.id, cutoff).await?;
    member.visit.session.flush();
    member.visit.session.notice = Some(Notice::LoggedOutEverywhere);
    Ok(Redirect::to("/"))
}
