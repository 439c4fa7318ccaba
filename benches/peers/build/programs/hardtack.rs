use hardtack::web::{Session, SessionCookie};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    user: Option<u64>,
    name: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let keys = hardtack::KeyRing::from_env("SESSION_KEYS")?;
    let two_hours = std::time::Duration::from_secs(7200);
    let codec = hardtack::Codec::encrypted("shop/production/session", &keys, two_hours).build()?;
    let signed = hardtack::Codec::signed("shop/production/link", &keys, two_hours).build()?;
    println!("{}", signed.begin(&7)?);
    let cookie = SessionCookie::builder(codec).build()?;
    let mut headers = Default::default();
    let mut session: Session<Visitor> = cookie.read(&headers);
    session.user = Some(7);
    cookie.write(&session, "200".parse()?, &mut headers)?;
    println!("{headers:?}");
    Ok(())
}
