use tower_sessions_cookie_store::{CookieSessionConfig, CookieSessionManagerLayer, Key};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Key::try_from(std::env::var("SESSION_KEY")?.as_bytes())?;
    let layer = CookieSessionManagerLayer::private(key).with_config(CookieSessionConfig::default());
    println!("{layer:?}");
    Ok(())
}
