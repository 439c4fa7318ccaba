//! `hardtack keygen`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack::{Key, KeyId};
use serde_json::json;
use zeroize::Zeroizing;

use crate::arguments::Keygen;
use crate::input;
use crate::report::{Failure, Report};

const LENGTH: usize = 32;

/// A new random key.
pub struct NewKey {
    pub text: Zeroizing<String>,
    pub id: KeyId,
}

impl NewKey {
    pub fn generate() -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut())
            .map_err(|error| Failure::system(format!("no random bytes: {error}")))?;
        let text = Zeroizing::new(STANDARD.encode(bytes.as_ref()));
        let key = Key::from_base64(&text).map_err(Failure::system)?;
        Ok(Self { id: key.id(), text })
    }
}

pub fn run(options: &Keygen) -> Result<Report, Failure> {
    options.name.as_deref().map_or(Ok(()), input::check_name)?;
    let key = NewKey::generate()?;
    let json = json!({ "key": *key.text, "id": key.id.to_string() });
    Ok(Report::new(line(options.name.as_deref(), &key.text), &json))
}

/// Returns the value, or the line of an env file that sets it.
pub fn line(name: Option<&str>, value: &str) -> String {
    name.map_or_else(|| format!("{value}\n"), |name| format!("{name}={value}\n"))
}
