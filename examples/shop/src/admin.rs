//! The page of the administrators.

use axum::extract::{Form, State};
use axum::response::Redirect;
use maud::Markup;
use serde::Deserialize;

use crate::error::Error;
use crate::log_in::Page;
use crate::notice::Notice;
use crate::pages;
use crate::shop::Shop;
use crate::visitor::Admin;

pub async fn show(State(shop): State<Shop>, Admin(mut member): Admin) -> Result<Markup, Error> {
    let now = shop.now();
    let mut users = Vec::new();
    for user in shop.accounts.all().await? {
        let sessions = shop.devices.of(user.id, now).await?.len();
        users.push((user, sessions));
    }
    Ok(pages::admin(&member.visit.greeting(), &users, member.is_confirmed))
}

#[derive(Deserialize)]
pub struct End {
    user: i64,
}

/// Ends all sessions of a user, who may be the administrator.
pub async fn end(
    State(shop): State<Shop>,
    Admin(mut member): Admin,
    Form(form): Form<End>,
) -> Result<Redirect, Error> {
    member.must_be_confirmed(Page::Admin)?;
    let cutoff = shop.cookie.codec().cutoff_at(shop.now());
    if !shop.accounts.end_sessions(form.user, cutoff).await? {
        return Err(Error::NotFound);
    }
    member.visit.session.notice = Some(Notice::UserEnded);
    Ok(Redirect::to("/admin"))
}
