//! hardtack, called directly. Its layer is among the other layers.

use core::time::Duration;

use hardtack::web::{Session, SessionCookie};
use hardtack::{Codec, Key, KeyRing};
use http::{HeaderMap, StatusCode};

use super::incoming::Incoming;
use super::{Act, Kind, Site, act, saw};
use crate::peer::{MAX_AGE, Mode, secrets};
use crate::session::{Session as _, Standard};

pub fn all() -> [Site; 2] {
    [Mode::Signed, Mode::Encrypted].map(direct)
}

pub fn cookie(mode: Mode) -> SessionCookie {
    let keys = KeyRing::new(Key::from_bytes(&secrets(1)[0][..32]).expect("32 bytes"));
    let codec = match mode {
        Mode::Signed => Codec::signed,
        Mode::Encrypted => Codec::encrypted,
    };
    let codec = codec("shop/production/session", &keys, Duration::from_secs(MAX_AGE));
    let codec = codec.build().expect("a valid policy");
    SessionCookie::builder(codec).build().expect("a valid cookie")
}

/// The handler: does the same as `handle` with hardtack's own session.
pub fn visit(session: &mut Session<Standard>) {
    match act() {
        Act::Read => saw((session.user_id > 0).then_some(session.last_seen)),
        Act::Change if session.user_id > 0 => session.last_seen += 1,
        Act::Change => **session = Standard::sample(),
    }
}

fn direct(mode: Mode) -> Site {
    let cookie = cookie(mode);
    let serve = move |incoming: &Incoming| {
        let mut session = cookie.read::<Standard>(&incoming.headers);
        visit(&mut session);
        let mut headers = HeaderMap::new();
        cookie.write(&session, StatusCode::OK, &mut headers).expect("it fits");
        headers
    };
    Site {
        name: "hardtack".to_owned(),
        mode,
        kind: Kind::Direct,
        serve: Box::new(serve),
        bare: None,
    }
}
