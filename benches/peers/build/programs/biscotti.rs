use biscotti::config::{CryptoAlgorithm, CryptoRule};
use biscotti::{Key, Processor, ProcessorConfig, ResponseCookie};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    user: Option<u64>,
    name: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("SESSION_KEY")?.into_bytes();
    let rule = |name: &str, algorithm| CryptoRule {
        cookie_names: vec![name.to_owned()],
        algorithm,
        key: Key::from(secret.clone()),
        fallbacks: Vec::new(),
    };
    let mut config = ProcessorConfig::default();
    config.crypto_rules.push(rule("session", CryptoAlgorithm::Encryption));
    config.crypto_rules.push(rule("link", CryptoAlgorithm::Signing));
    let processor = Processor::from(config);
    let value = std::env::var("COOKIE")?;
    let found = processor.process_incoming("session", &value)?;
    let mut session: Visitor = serde_json::from_str(found.value())?;
    session.user = Some(7);
    let json = serde_json::to_string(&session)?;
    for name in ["session", "link"] {
        println!("{}", processor.process_outgoing(ResponseCookie::new(name, json.clone())));
    }
    Ok(())
}
