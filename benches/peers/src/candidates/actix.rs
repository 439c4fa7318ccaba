//! actix-session's cookie store, called as its middleware calls it: the store makes JSON of a map of JSON texts,
//! the jar of actix-web's cookie crate signs or seals it, and the cookie goes out percent-encoded.

use std::collections::HashMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_session::storage::{CookieSessionStore, SessionKey, SessionStore};
use actix_web::cookie::{Cookie, CookieJar, Key, time::Duration};

use crate::peer::{Commitment, Facts, MAX_AGE, Mode, Peer, Rotation, Secret};
use crate::session::Session;

const NAME: &str = "session";
const ENTRY: &str = "session";

struct Store {
    store: CookieSessionStore,
    key: Key,
}

impl Store {
    fn new(secret: &Secret) -> Self {
        Self { store: CookieSessionStore::default(), key: Key::from(secret) }
    }

    fn save<T: Session>(&self, session: &T) -> Cookie<'static> {
        let json = serde_json::to_string(session).expect("JSON");
        let state = HashMap::from([(ENTRY.to_owned(), json)]);
        let key = ready(self.store.save(state, &Duration::seconds(MAX_AGE as i64))).expect("fits");
        Cookie::new(NAME, String::from(key))
    }

    fn load<T: Session>(&self, cookie: &Cookie<'_>) -> Option<T> {
        let key = SessionKey::try_from(cookie.value().to_owned()).ok()?;
        let state = ready(self.store.load(&key)).ok()??;
        serde_json::from_str(state.get(ENTRY)?).ok()
    }
}

/// The store's futures never wait.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the cookie store has nothing to wait for"),
    }
}

fn encoded(jar: &CookieJar) -> String {
    let cookie = jar.delta().next().expect("just added");
    cookie.encoded().to_string().split_off(NAME.len() + 1)
}

fn incoming(value: &str) -> Option<CookieJar> {
    let cookie = Cookie::parse_encoded(format!("{NAME}={value}")).ok()?;
    let mut jar = CookieJar::new();
    jar.add_original(cookie.into_owned());
    Some(jar)
}

const fn facts(name: &'static str, mode: Mode, commitment: Commitment) -> Facts {
    Facts {
        name,
        package: "actix-session",
        mode,
        time: false,
        commitment,
        rotation: Rotation::None,
    }
}

pub struct ActixSigned(Store);

impl Peer for ActixSigned {
    const FACTS: Facts = facts("actix-session, signed", Mode::Signed, Commitment::Yes);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Store::new(&keys[signer]))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.0.key).add(self.0.save(session));
        encoded(&jar)
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        self.0.load(&incoming(value)?.signed(&self.0.key).get(NAME)?)
    }
}

pub struct ActixPrivate(Store);

impl Peer for ActixPrivate {
    const FACTS: Facts = facts("actix-session, private", Mode::Encrypted, Commitment::No);

    fn new(keys: &[Secret], signer: usize) -> Self {
        Self(Store::new(&keys[signer]))
    }

    fn encode<T: Session>(&self, session: &T) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0.key).add(self.0.save(session));
        encoded(&jar)
    }

    fn decode<T: Session>(&self, value: &str) -> Option<T> {
        self.0.load(&incoming(value)?.private(&self.0.key).get(NAME)?)
    }
}
