use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Visitor {
    user: Option<u64>,
    name: String,
    exp: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("SESSION_KEY")?.into_bytes();
    let token = std::env::var("COOKIE")?;
    let key = DecodingKey::from_secret(&secret);
    let mut session = decode::<Visitor>(&token, &key, &Validation::default())?.claims;
    session.user = Some(7);
    println!("{}", encode(&Header::default(), &session, &EncodingKey::from_secret(&secret))?);
    Ok(())
}
