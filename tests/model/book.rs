//! The model's record of every token that a server sent, and the rules for which of them a server
//! must accept.

use std::collections::{HashMap, HashSet};

use hardtack::{KeyId, SessionId};
use serde::{Deserialize, Serialize};

pub const MAX_AGE: i64 = 7200;
pub const ABSOLUTE_TIMEOUT: i64 = 5 * MAX_AGE;
pub const LEEWAY: i64 = 60;
pub const OVERLAP: i64 = 3600;

/// The session's data: its owner, the logged-in user, and a number that handlers increment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Data {
    pub owner: u8,
    pub user: Option<u8>,
    pub count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Issued {
    pub data: Data,
    pub id: SessionId,
    pub key: KeyId,
    pub started_at: i64,
    pub issued_at: i64,
}

impl Issued {
    pub fn expires_at(&self) -> i64 {
        (self.issued_at + MAX_AGE).min(self.started_at + ABSOLUTE_TIMEOUT)
    }
}

/// The keys that a server's ring accepts, each with the last issue time of its tokens.
pub type Accepted = Vec<(KeyId, i64)>;

#[derive(Default)]
pub struct Book {
    tokens: HashMap<String, Issued>,
    pub revoked: HashSet<SessionId>,
}

/// The expected result of reading a request's cookies.
#[derive(Debug, PartialEq)]
pub enum Expected {
    Nothing,
    Session(Issued),
    Ambiguous,
}

impl Book {
    pub fn enter(&mut self, token: &str, issued: Issued) {
        self.tokens.insert(token.to_owned(), issued);
    }

    pub fn knows_id(&self, id: SessionId) -> bool {
        self.tokens.values().any(|issued| issued.id == id)
    }

    /// Returns the session of a token, if a server with these keys must accept it at `now` on its
    /// own clock.
    pub fn good(&self, token: &str, keys: &Accepted, now: i64) -> Option<Issued> {
        let issued = *self.tokens.get(token)?;
        let key = keys.iter().any(|(key, until)| *key == issued.key && issued.issued_at <= *until);
        let lives = issued.issued_at <= now + LEEWAY && now < issued.expires_at();
        (key && lives && !self.revoked.contains(&issued.id)).then_some(issued)
    }

    pub fn expect(&self, tokens: &[String], keys: &Accepted, now: i64) -> Expected {
        let mut newest: Option<Issued> = None;
        for issued in tokens.iter().filter_map(|token| self.good(token, keys, now)) {
            match newest {
                Some(best) if best.id != issued.id => return Expected::Ambiguous,
                Some(best) if best.issued_at >= issued.issued_at => {}
                _ => newest = Some(issued),
            }
        }
        newest.map_or(Expected::Nothing, Expected::Session)
    }
}
