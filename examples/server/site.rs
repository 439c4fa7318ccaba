//! The site's routes: sessions, log-in, preferences and log-out. The HTML is in `pages`.

use core::future::ready;
use core::time::Duration;
use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Form, FromRequestParts, RawQuery, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use hardtack::time::OffsetDateTime;
use hardtack::tower::{Candidate, Failure, Session, SessionError, SessionLayer, Verdict};
use hardtack::web::{ResponseError, SessionCookie};
use hardtack::{Codec, Cutoff, Expiry, KeyRing, SessionId, Verified};
use serde::{Deserialize, Serialize};

use crate::pages;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// The idle timeout of a session without "remember me".
const MAX_AGE: Duration = HOUR.saturating_mul(2);
/// The idle timeout of a session with "remember me".
const REMEMBERED: Duration = DAY.saturating_mul(30);
/// The absolute timeout of every session.
pub const ABSOLUTE_TIMEOUT: Duration = DAY.saturating_mul(90);

/// The source of the time: the system's clock, or a test's.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The session data in the cookie. It is signed but not encrypted, so anyone who has the cookie can
/// read it.
///
/// With `serde(default)`, adding or removing a field in a later release logs no one out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Visitor {
    /// The name of the logged-in user, if there is one.
    pub name: Option<String>,
    pub theme: Theme,
    pub accent: Accent,
    pub note: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accent {
    #[default]
    Sea,
    Moss,
    Brick,
}

pub struct Settings {
    /// Whether the cookie is `__Host-session` and `Secure`. Otherwise it is `session`, for plain
    /// HTTP.
    pub secure: bool,
    /// Whether the key lasts for this run only. If so, the pages show a warning.
    pub passing_key: bool,
    pub clock: Clock,
}

/// The server's state: keys, a clock, and one cut-off for each user who logged out everywhere. A
/// real site stores the cut-off in the user's row.
#[derive(Clone)]
pub struct Site {
    cookie: SessionCookie,
    cutoffs: Arc<Mutex<HashMap<String, Cutoff>>>,
    clock: Clock,
    pub passing_key: bool,
}

impl Site {
    pub fn new(keys: &KeyRing, settings: Settings) -> Result<Self, Box<dyn Error>> {
        let codec = Codec::signed("hardtack/example/session", keys, MAX_AGE)
            .max_requested_age(REMEMBERED)
            .absolute_timeout(ABSOLUTE_TIMEOUT)
            .build()?;
        let name = if settings.secure { "__Host-session" } else { "session" };
        let cookie = SessionCookie::builder(codec)
            .name(name)
            .secure(settings.secure)
            .id_source(SessionId::generate)
            .build()?;
        let Settings { passing_key, clock, .. } = settings;
        Ok(Self { cookie, cutoffs: Arc::default(), clock, passing_key })
    }

    pub fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    pub fn cookie_name(&self) -> &str {
        self.cookie.name()
    }

    fn cutoff_of(&self, visitor: &Visitor) -> Option<Cutoff> {
        self.cutoffs().get(visitor.name.as_ref()?).copied()
    }

    fn cutoffs(&self) -> MutexGuard<'_, HashMap<String, Cutoff>> {
        self.cutoffs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn router(site: Site) -> Router {
    let pages = Router::new()
        .route("/", get(home))
        .route("/login", post(log_in))
        .route("/preferences", post(save_preferences))
        .route("/logout", post(log_out))
        .route("/logout-everywhere", post(log_out_everywhere));
    with_sessions(pages, &site)
        .route("/api/me", get(me))
        .layer(from_fn(refuse_other_sites))
        .layer(map_response(harden))
        .route("/style.css", get(style))
        .with_state(site)
}

/// Adds the layer that provides and saves the session of each request for a page.
pub fn with_sessions(pages: Router<Site>, site: &Site) -> Router<Site> {
    let (judge, host, clock) = (site.clone(), site.clone(), Arc::clone(&site.clock));
    let layer = SessionLayer::<Visitor>::new(site.cookie.clone())
        .clock(move || clock())
        .check(move |candidate| ready(Ok(judge.verdict(&candidate))))
        // For the operator. To the visitor, a rejected cookie is the same as a missing one.
        .on_event(|event| eprintln!("{event}"))
        .on_error(move |failure| host.not_saved(failure));
    pages.layer(layer)
}

impl Site {
    /// Checks whether the user logged out everywhere after this session began. A real site queries
    /// its database here.
    fn verdict(&self, candidate: &Candidate<'_, Visitor>) -> Verdict {
        match self.cutoff_of(candidate) {
            Some(cutoff) if !candidate.started_since(cutoff) => {
                Verdict::Refuse("logged out everywhere")
            }
            _ => Verdict::Accept,
        }
    }

    /// Responds that nothing was saved. The browser keeps its cookie.
    fn not_saved(&self, failure: Failure) -> Response {
        let (status, title, text) = match failure {
            Failure::NotSaved(ResponseError::TooLong { .. }) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too long",
                "A cookie holds 4096 characters, and this session would need more. Nothing was changed.",
            ),
            failure => (
                failure.status(),
                "Sorry",
                "The server could not save your session. Nothing was changed.",
            ),
        };
        (status, Html(pages::message(self, title, text))).into_response()
    }
}

/// A request's session, and the time of the request.
pub struct Visit {
    pub site: Site,
    pub now: OffsetDateTime,
    pub session: Session<Visitor>,
    /// The length of the session's cookie in characters, for the page that shows it.
    pub cookie_len: usize,
}

impl FromRequestParts<Site> for Visit {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, SessionError> {
        let session = Session::take(&parts.extensions).await?;
        let cookie_len = token(&parts.headers, site.cookie.name()).map_or(0, str::len);
        Ok(Self { site: site.clone(), now: site.now(), session, cookie_len })
    }
}

async fn home(visit: Visit, RawQuery(query): RawQuery) -> Html<String> {
    Html(match &visit.session.name {
        Some(name) => pages::home(&visit, name),
        None => pages::log_in(&visit, notice(query.as_deref())),
    })
}

/// Returns a fixed text, never the query itself. Otherwise a link could display any text on the
/// site.
fn notice(query: Option<&str>) -> Option<&'static str> {
    match query? {
        "logged-out" => Some("You are logged out."),
        "logged-out-everywhere" => Some("You are logged out, here and everywhere else."),
        _ => None,
    }
}

#[derive(Deserialize)]
struct LogIn {
    #[serde(default)]
    name: String,
    /// Browsers do not send a checkbox that is not checked.
    remember: Option<String>,
}

async fn log_in(mut visit: Visit, Form(form): Form<LogIn>) -> Response {
    // A real site checks a password or a passkey here, before it begins the session.
    let Some(name) = acceptable(&form.name) else {
        let page = pages::log_in(&visit, Some("Please enter a name of 1 to 64 characters."));
        return (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response();
    };
    begin(&mut visit, name);
    let remembered = form.remember.is_some();
    let expiry = if remembered { Expiry::After(REMEMBERED) } else { Expiry::BrowserClose };
    match visit.session.set_expiry(expiry) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => visit.site.not_saved(Failure::NotSaved(error.into())),
    }
}

/// Begins a new session with a new ID. Carries over only the appearance of the page, because the
/// note belongs to the previous visitor.
fn begin(visit: &mut Visit, name: &str) {
    let Visitor { theme, accent, .. } = **visit.session;
    let visitor = Visitor { name: Some(name.to_owned()), theme, accent, ..Visitor::default() };
    match visit.site.cutoff_of(&visitor) {
        // Just after "log out everywhere", the session begins at the cut-off, slightly in the
        // future.
        Some(cutoff) => visit.session.log_in_after(cutoff, visitor),
        None => visit.session.log_in(visitor),
    }
}

fn acceptable(name: &str) -> Option<&str> {
    let name = name.trim();
    let length = name.chars().count();
    ((1..=64).contains(&length) && !name.contains(char::is_control)).then_some(name)
}

#[derive(Deserialize)]
struct Preferences {
    theme: Theme,
    accent: Accent,
    #[serde(default)]
    note: String,
}

async fn save_preferences(mut visit: Visit, Form(form): Form<Preferences>) -> Redirect {
    let Preferences { theme, accent, note } = form;
    let name = visit.session.name.take();
    **visit.session = Visitor { name, theme, accent, note };
    // Redirect, so that a reload does not send the form again.
    Redirect::to("/")
}

/// Deletes the cookie in this browser. A copy of it is still accepted until it expires, because the
/// server stores no sessions that it could delete.
async fn log_out(mut session: Session<Visitor>) -> Redirect {
    session.flush();
    Redirect::to("/?logged-out")
}

/// Ends every session of this user, including this one and any copies.
async fn log_out_everywhere(mut visit: Visit) -> Redirect {
    if let Some(name) = visit.session.name.take() {
        let cutoff = visit.site.cookie.codec().cutoff_at(visit.now);
        visit.site.cutoffs().insert(name, cutoff);
    }
    visit.session.flush();
    Redirect::to("/?logged-out-everywhere")
}

#[derive(Serialize)]
struct Me<'a> {
    name: &'a str,
    session_id: Option<String>,
    started_at: i64,
    issued_at: i64,
    expires_at: i64,
    renewal_is_due: bool,
}

/// Reads the same session with the codec alone, for programs without `http::HeaderMap`.
async fn me(State(site): State<Site>, headers: HeaderMap) -> Response {
    let now = site.now();
    let Some(session) = decode(&site, &headers, now) else {
        return json(StatusCode::UNAUTHORIZED, &"nobody is logged in");
    };
    let me = Me {
        name: session.data().name.as_deref().unwrap_or_default(),
        session_id: session.id().map(|id| id.to_string()),
        started_at: session.started_at().unix_timestamp(),
        issued_at: session.issued_at().unix_timestamp(),
        expires_at: session.expires_at().unix_timestamp(),
        renewal_is_due: session.renewal(now).is_some(),
    };
    json(StatusCode::OK, &me)
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    match serde_json::to_string(value) {
        Ok(text) => (status, kind, text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn decode(site: &Site, headers: &HeaderMap, now: OffsetDateTime) -> Option<Verified<Visitor>> {
    let token = token(headers, site.cookie.name())?;
    let session: Verified<Visitor> = site.cookie.codec().decode_at(token, now).ok()?;
    session.data().name.as_ref()?;
    if let Some(cutoff) = site.cutoff_of(session.data()) {
        session.started_since(cutoff).ok()?;
    }
    Some(session)
}

/// Returns the first cookie of that name. `SessionCookie` tries all of them, because an attacker
/// may have planted one. Here the first is enough, because a forged one is refused.
fn token<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|cookies| cookies.split(';')).find_map(|cookie| {
        let (found, value) = cookie.trim_matches([' ', '\t']).split_once('=')?;
        (found == name).then_some(value)
    })
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=600"),
    ];
    (headers, include_str!("style.css"))
}

/// Refuses forms that were sent from other sites. `SameSite=Lax` already keeps the cookie out of
/// them. This also checks the headers in which browsers report the origin of a form.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_from_here(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This form was sent from another site.\n").into_response()
    }
}

/// A client without either header is not a browser, so it cannot misuse a visitor's cookie.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or(""));
    match (text(header::HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
        (None, None) => true,
    }
}

/// Prevents caches from storing pages with user data. Forbids scripts as well, because the site has
/// none.
async fn harden(mut response: Response) -> Response {
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                  frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
