//! The shop: its parts, its routes, and the layers around them.

use core::time::Duration;
use std::error::Error as StdError;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use hardtack::time::OffsetDateTime;
use hardtack::tower::{Event, SessionLayer};
use hardtack::web::SessionCookie;
use hardtack::{Codec, SessionId};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::accounts::Accounts;
use crate::attempts::Attempts;
use crate::connection::Redis;
use crate::database::Database;
use crate::devices::Devices;
use crate::ended::Ended;
use crate::error::Error;
use crate::passwords::Passwords;
use crate::settings::Settings;
use crate::visitor::Visitor;
use crate::{admin, cart, devices, forms, goods, headers, log_in, pages};

const DAY: Duration = Duration::from_hours(24);

/// The idle timeout of a session without "remember me".
pub const MAX_AGE: Duration = Duration::from_hours(2);
/// The idle timeout of a session with "remember me".
pub const REMEMBERED: Duration = DAY.saturating_mul(14);
/// The absolute timeout of every session.
pub const ABSOLUTE_TIMEOUT: Duration = DAY.saturating_mul(30);
/// The maximum length of a request's body in bytes. The shop's forms are far shorter.
const MAX_BODY: usize = 8 * 1024;
/// The time limit of a request.
const MAX_WAIT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Shop {
    pub cookie: SessionCookie,
    pub accounts: Accounts,
    pub devices: Devices,
    pub ended: Ended,
    pub attempts: Attempts,
    pub passwords: Passwords,
    clock_ahead: Duration,
}

impl Shop {
    pub fn open(settings: &Settings) -> Result<Self, Box<dyn StdError>> {
        let cookie = cookie(settings)?;
        let database = Database::open(&settings.database)?;
        let redis = Redis::connect(&settings.redis)?;
        let devices = Devices::new(database.clone());
        Ok(Self {
            accounts: Accounts::new(database),
            ended: Ended::new(redis.clone(), devices.clone(), cookie.codec().max_lifetime()),
            devices,
            attempts: Attempts::new(redis),
            passwords: Passwords::new()?,
            cookie,
            clock_ahead: settings.clock_ahead,
        })
    }

    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc().saturating_add(self.clock_ahead.try_into().unwrap_or_default())
    }
}

/// Encrypted, because the cart is private.
fn cookie(settings: &Settings) -> Result<SessionCookie, Box<dyn StdError>> {
    let codec = Codec::encrypted("hardtack/shop/session", &settings.keys, MAX_AGE)
        .max_requested_age(REMEMBERED)
        .absolute_timeout(ABSOLUTE_TIMEOUT)
        .build()?;
    let name = if settings.secure { "__Host-session" } else { "session" };
    let cookie = SessionCookie::builder(codec)
        .name(name)
        .secure(settings.secure)
        .id_source(SessionId::generate)
        .build()?;
    Ok(cookie)
}

pub fn router(shop: Shop) -> Router {
    let pages = Router::new()
        .route("/", get(goods::show))
        .route("/cart", get(cart::show))
        .route("/cart/add", post(cart::add))
        .route("/cart/set", post(cart::set))
        .route("/log-in", get(log_in::show).post(log_in::log_in))
        .route("/confirm", post(log_in::confirm))
        .route("/log-out", post(log_in::log_out))
        .route("/log-out-everywhere", post(log_in::log_out_everywhere))
        .route("/devices", get(devices::show))
        .route("/devices/end", post(devices::end))
        .route("/admin", get(admin::show))
        .route("/admin/end", post(admin::end))
        .fallback(async || Error::NotFound)
        // Inside the sessions, so that a handler that panicked saves nothing.
        .layer(CatchPanicLayer::new());
    with_sessions(pages, &shop)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(forms::refuse_other_sites())
        // Outside the sessions, so that a request that was given up saves nothing.
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, MAX_WAIT))
        .layer(map_response(headers::harden))
        .route("/style.css", get(pages::style))
        .route("/icon.svg", get(pages::icon))
        .with_state(shop)
}

/// Logs unusual events for the operator. Events contain neither tokens nor session data.
fn log(event: &Event) {
    if !matches!(event, Event::Saved | Event::Renewed | Event::Cleared) {
        eprintln!("{event}");
    }
}

/// Adds the layer that serves and saves the session of each request. If the check refuses a session,
/// the handler gets an empty one. If the check fails, the response is a 503.
fn with_sessions(pages: Router<Shop>, shop: &Shop) -> Router<Shop> {
    let (clock, judge) = (shop.clone(), shop.clone());
    let layer = SessionLayer::<Visitor>::new(shop.cookie.clone())
        .clock(move || clock.now())
        .check(move |candidate| judge.check(&candidate))
        .on_event(log)
        .on_error(|failure| Error::from(failure).into_response());
    pages.layer(layer)
}
