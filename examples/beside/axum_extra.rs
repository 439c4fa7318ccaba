//! The smallest site with axum-extra: log in (`user=Ada`, and `remember=on` for 30 days) and log out.
use axum::{Form, Router, response::Redirect, routing::get, routing::post};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use std::collections::HashMap;

async fn home(jar: SignedCookieJar) -> String {
    jar.get("__Host-user").map_or_else(|| "nobody".to_owned(), |user| user.value().to_owned())
}

fn cookie(user: String) -> Cookie<'static> {
    let cookie = Cookie::build(("__Host-user", user)).http_only(true).secure(true);
    cookie.same_site(SameSite::Lax).path("/").build()
}

async fn log_in(
    jar: SignedCookieJar,
    Form(form): Form<HashMap<String, String>>,
) -> (SignedCookieJar, Redirect) {
    let mut user = cookie(form.get("user").cloned().unwrap_or_default());
    if form.contains_key("remember") {
        user.set_max_age(time::Duration::days(30));
    }
    (jar.add(user), Redirect::to("/"))
}

async fn log_out(jar: SignedCookieJar) -> SignedCookieJar {
    jar.remove(cookie(String::new()))
}

pub fn site(key: Key) -> Router {
    let site = Router::new().route("/", get(home).post(log_in)).route("/logout", post(log_out));
    site.with_state(key)
}

#[tokio::main]
pub async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let key = Key::try_from(std::env::var("SESSION_KEY")?.as_bytes())?;
    Ok(axum::serve(listener, site(key)).await?)
}
