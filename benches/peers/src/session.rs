//! The three sessions that every library carries.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a library must carry: made here, read back, compared.
pub trait Session: Serialize + DeserializeOwned + PartialEq + 'static {
    const SIZE: Size;
    fn sample() -> Self;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Minimal,
    Standard,
    Large,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Minimal, Self::Standard, Self::Large];

    pub fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Standard => "standard",
            Self::Large => "large",
        }
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Minimal {
    user_id: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    pub user_id: u64,
    name: String,
    roles: Vec<String>,
    csrf: String,
    theme: String,
    cart: Vec<u32>,
    logged_in: bool,
    pub last_seen: i64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Large {
    user_id: u64,
    name: String,
    roles: Vec<String>,
    csrf: String,
    theme: String,
    cart: Vec<u32>,
    logged_in: bool,
    last_seen: i64,
    access_token: String,
    draft: String,
}

impl Session for Minimal {
    const SIZE: Size = Size::Minimal;

    fn sample() -> Self {
        Self { user_id: 8_123_456_789 }
    }
}

impl Session for Standard {
    const SIZE: Size = Size::Standard;

    fn sample() -> Self {
        Self {
            user_id: 8_123_456_789,
            name: "Ada Lovelace".into(),
            roles: vec!["admin".into(), "editor".into()],
            csrf: "f3Zk9QpL0sVxT7uBnYc2RmWdE5aHgJ8i".into(),
            theme: "dark".into(),
            cart: vec![101, 2020, 30303],
            logged_in: true,
            last_seen: 1_790_000_000,
        }
    }
}

impl Session for Large {
    const SIZE: Size = Size::Large;

    fn sample() -> Self {
        let Standard { user_id, name, csrf, theme, logged_in, last_seen, .. } = Standard::sample();
        let roles = (1..=12).map(|n| format!("project-{n}:editor")).collect();
        let cart = (1..=40).map(|n| n * 1009).collect();
        let (access_token, draft) = (opaque(1220), DRAFT.into());
        Self { user_id, name, roles, csrf, theme, cart, logged_in, last_seen, access_token, draft }
    }
}

const DRAFT: &str = "Dear Charles, the Analytical Engine weaves algebraical patterns just as the \
    Jacquard loom weaves flowers and leaves. Please find my notes on Menabrea's memoir enclosed; \
    note G has the table for the numbers of Bernoulli. I should be glad of your remarks before Friday.";

/// `length` characters of base64url that no compressor can guess: what another service's token looks like.
fn opaque(length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        // xorshift64: the same text in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(ALPHABET[(state >> 58) as usize])
    };
    (0..length).map(|_| next()).collect()
}
