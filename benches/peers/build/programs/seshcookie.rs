use seshcookie::{SessionConfig, SessionKeys, SessionLayer};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Visitor {
    user: Option<u64>,
    name: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keys = SessionKeys::new(std::env::var("SESSION_KEY")?.as_bytes())?;
    let layer = SessionLayer::<Visitor>::new(keys, SessionConfig::default())?;
    let visitor = Visitor { user: Some(7), name: String::new() };
    let now = std::time::SystemTime::now();
    println!("{}", seshcookie::__testing::encode_cookie_for_layer(&layer, &visitor, now));
    Ok(())
}
