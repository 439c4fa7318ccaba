//! A Worker in which users log in (`user=Ada`, and `remember=on` for 30 days) and log out, in this
//! browser or everywhere.

mod everywhere;

use std::error::Error;
use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Form, Router, body::Body, http::Response, response::Redirect};
use everywhere::{Cutoffs, log_out_everywhere};
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::{Map, SessionCookie};
use hardtack::{Codec, Expiry, KeyRing, time::OffsetDateTime};
use tower_service::Service;
use worker::{Context, Date, Env, HttpRequest, event};

const DAY: Duration = Duration::from_secs(86_400);

async fn home(session: Session<Map>) -> String {
    user(&session).unwrap_or_else(|| "nobody".to_owned())
}

#[worker::send]
async fn log_in(
    State(cutoffs): State<Cutoffs>,
    mut session: Session<Map>,
    Form(form): Form<Map>,
) -> Result<Redirect, String> {
    // A real site checks a password or a passkey here. Only after that:
    let user = user(&form).ok_or("no user")?;
    session.log_in_after(cutoffs.of(&user).await?, Map::from_iter([("user", user)]));
    let expiry = form.get("remember").map_or(Expiry::Policy, |_| Expiry::After(30 * DAY));
    session.set_expiry(expiry).map(|()| Redirect::to("/")).map_err(|error| error.to_string())
}

async fn log_out(mut session: Session<Map>) -> Redirect {
    session.flush();
    Redirect::to("/")
}

fn site(env: &Env) -> Result<Router, Box<dyn Error>> {
    let keys = KeyRing::from_base64_list(&env.secret("SESSION_KEYS")?.to_string())?;
    let codec = Codec::encrypted("shop/production/session", &keys, DAY / 12)
        .max_requested_age(30 * DAY)
        .build()?;
    let cutoffs = Cutoffs::new(env.kv("CUTOFFS")?, codec.clone());
    let cookie = SessionCookie::builder(codec).build()?;
    let layer = SessionLayer::<Map>::with_clock(cookie, now).check(cutoffs.check());
    let routes = Router::new().route("/", get(home)).route("/login", post(log_in));
    let routes =
        routes.route("/logout", post(log_out)).route("/everywhere", post(log_out_everywhere));
    Ok(routes.layer(layer).with_state(cutoffs))
}

fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::from_millis(Date::now().as_millis())
}

fn user(data: &Map) -> Option<String> {
    data.get_as("user").ok().flatten()
}

#[event(fetch)]
async fn fetch(
    request: HttpRequest,
    env: Env,
    _: Context,
) -> Result<Response<Body>, Box<dyn Error>> {
    Ok(site(&env)?.call(request).await?)
}
