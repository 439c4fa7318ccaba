use cookie::{Cookie, CookieJar, Key};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    user: Option<u64>,
    name: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Key::try_from(std::env::var("SESSION_KEY")?.as_bytes())?;
    let mut jar = CookieJar::new();
    for cookie in Cookie::split_parse(std::env::var("COOKIE")?).flatten() {
        jar.add_original(cookie.into_owned());
    }
    let found = jar.private(&key).get("session").or(jar.signed(&key).get("link"));
    let mut session: Visitor =
        found.and_then(|cookie| serde_json::from_str(cookie.value()).ok()).unwrap_or_default();
    session.user = Some(7);
    let json = serde_json::to_string(&session)?;
    jar.private_mut(&key).add(Cookie::new("session", json.clone()));
    jar.signed_mut(&key).add(Cookie::new("link", json));
    jar.delta().for_each(|cookie| println!("{cookie}"));
    Ok(())
}
