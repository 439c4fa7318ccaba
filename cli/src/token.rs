//! The header of a token, as text and as JSON.

use core::fmt::Write as _;

use hardtack::{Expiry, Mode, Unverified};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{clock, span};

/// In bytes; FORMAT.md, "Token".
const SIGNATURE_LEN: usize = 24;
const TAG_LEN: usize = 16;

/// The fields of a header.
pub struct Fields<'t> {
    token: &'t Unverified,
    now: OffsetDateTime,
}

impl<'t> Fields<'t> {
    pub fn new(token: &'t Unverified, now: OffsetDateTime) -> Self {
        Self { token, now }
    }

    pub fn text(&self) -> String {
        let token = self.token;
        let id = token.unverified_session_id().map_or("none".to_owned(), |id| id.to_string());
        let shown = |instant| clock::shown(instant, self.now);
        let mut text = String::new();
        for (name, value) in [
            ("version", token.unverified_version().to_string()),
            ("mode", mode(token.unverified_mode()).to_owned()),
            ("key ID", token.unverified_key_id().to_string()),
            ("session ID", id),
            ("began", shown(token.unverified_started_at())),
            ("issued", shown(token.unverified_issued_at())),
            ("expiry", self.expiry_text()),
            ("length", self.lengths_text()),
        ] {
            let _ = writeln!(text, "  {name:<11} {value}");
        }
        text
    }

    fn expiry_text(&self) -> String {
        match self.token.unverified_expiry() {
            Expiry::After(age) => format!("{} after it was issued", span::shown(age.as_secs())),
            Expiry::At(instant) => format!("at {}", clock::shown(instant, self.now)),
            Expiry::BrowserClose => "when the browser closes, or the codec's max_age".to_owned(),
            _ => "the codec's max_age".to_owned(),
        }
    }

    fn lengths_text(&self) -> String {
        let token = self.token;
        let tag = if self.tag_len() > 0 { format!(", tag {TAG_LEN}") } else { String::new() };
        format!(
            "{} characters; in bytes: header {}, signature {SIGNATURE_LEN}, payload {}{tag}",
            token.token_len(),
            token.unverified_header_len(),
            token.unverified_payload_len()
        )
    }

    fn tag_len(&self) -> usize {
        if self.token.unverified_mode() == Mode::Encrypted { TAG_LEN } else { 0 }
    }

    pub fn json(&self) -> Value {
        let token = self.token;
        json!({
            "version": token.unverified_version(),
            "mode": mode(token.unverified_mode()),
            "key_id": token.unverified_key_id().to_string(),
            "session_id": token.unverified_session_id().map(|id| id.to_string()),
            "started_at": clock::utc(token.unverified_started_at()),
            "issued_at": clock::utc(token.unverified_issued_at()),
            "expiry": self.expiry_json(),
            "characters": token.token_len(),
            "bytes": {
                "header": token.unverified_header_len(),
                "signature": SIGNATURE_LEN,
                "payload": token.unverified_payload_len(),
                "tag": self.tag_len(),
            },
        })
    }

    fn expiry_json(&self) -> Value {
        match self.token.unverified_expiry() {
            Expiry::After(age) => json!({ "kind": "after", "seconds": age.as_secs() }),
            Expiry::At(instant) => json!({ "kind": "at", "instant": clock::utc(instant) }),
            Expiry::BrowserClose => json!({ "kind": "browser_close" }),
            _ => json!({ "kind": "policy" }),
        }
    }
}

fn mode(mode: Mode) -> &'static str {
    if mode == Mode::Encrypted { "encrypted" } else { "signed" }
}
