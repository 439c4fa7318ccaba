//! The sessions: one field, the standard one, and 2 KB.

use hardtack::Codec;
use hardtack::time::OffsetDateTime;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::standard::{Borrowed, Standard, standard};

pub trait Session: Serialize + DeserializeOwned {
    const NAME: &'static str;

    fn sample() -> Self;

    /// Whether it decodes into the struct that borrows.
    fn decode_borrowed(
        codec: &Codec,
        token: &str,
        scratch: &mut Vec<u8>,
        now: OffsetDateTime,
    ) -> bool;
}

macro_rules! session {
    ($owned:ty, $borrowed:ty, $name:literal, $sample:expr) => {
        impl Session for $owned {
            const NAME: &'static str = $name;

            fn sample() -> Self {
                $sample
            }

            fn decode_borrowed(
                codec: &Codec,
                token: &str,
                scratch: &mut Vec<u8>,
                now: OffsetDateTime,
            ) -> bool {
                codec.decode_borrowed_at::<$borrowed>(token, scratch, now).is_ok()
            }
        }
    };
}

#[derive(Serialize, Deserialize)]
pub struct Minimal {
    user_id: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Large {
    account: Standard,
    projects: Vec<String>,
    seen: Vec<u32>,
    access_token: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, not looked at")]
pub struct LargeBorrowed<'a> {
    #[serde(borrow)]
    account: Borrowed<'a>,
    #[serde(borrow)]
    projects: Vec<&'a str>,
    seen: Vec<u32>,
    access_token: &'a str,
}

impl Large {
    fn new() -> Self {
        Self {
            account: standard(),
            projects: (1..=12).map(|n| format!("project-{n}:editor")).collect(),
            seen: (1..=40).map(|n| n * 1009).collect(),
            access_token: "0123456789abcdefghijklmnopqrstuv".repeat(45),
        }
    }
}

session!(Minimal, Minimal, "minimal", Self { user_id: 8_123_456_789 });
session!(Standard, Borrowed<'_>, "standard", standard());
session!(Large, LargeBorrowed<'_>, "large", Self::new());
