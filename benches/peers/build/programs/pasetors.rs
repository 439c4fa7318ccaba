use pasetors::Local;
use pasetors::keys::SymmetricKey;
use pasetors::token::UntrustedToken;
use pasetors::version4::{LocalToken, V4};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("SESSION_KEY")?.into_bytes();
    let key = SymmetricKey::<V4>::from(&secret)?;
    let token = std::env::var("COOKIE")?;
    let token = UntrustedToken::<Local, V4>::try_from(token.as_str())?;
    let session = LocalToken::decrypt(&key, &token, None, None)?;
    println!("{}", LocalToken::encrypt(&key, session.payload().as_bytes(), None, None)?);
    Ok(())
}
