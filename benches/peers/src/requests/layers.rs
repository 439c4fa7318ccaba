//! tower layers around a service that reads or changes its session.

use core::convert::Infallible;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use axum_core::extract::FromRequestParts as _;
use axum_session::{SessionConfig, SessionNullPool, SessionStore};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use tower::{Layer, Service, service_fn};
use tower_sessions_cookie_store::{CookieSessionConfig, CookieSessionManagerLayer};

use super::incoming::Incoming;
use super::{Act, Kind, Serve, Site, act, handle, ours, saw};
use crate::peer::{Mode, secrets};
use crate::session::Standard;

type Body = Empty<Bytes>;
type Answer = Result<Response<Body>, Infallible>;

const NAME: &str = "__Host-session";
/// The key of the session's entry, in libraries that keep a map of entries.
const ENTRY: &str = "session";

pub fn all() -> Vec<Site> {
    vec![
        site("hardtack", "", Mode::Signed, ours(Mode::Signed)),
        site("hardtack", "", Mode::Encrypted, ours(Mode::Encrypted)),
        site("seshcookie", ", JSON", Mode::Encrypted, seshcookie()),
        site("tower-sessions-cookie-store", ", signed", Mode::Signed, tower_sessions(Mode::Signed)),
        site(
            "tower-sessions-cookie-store",
            ", private",
            Mode::Encrypted,
            tower_sessions(Mode::Encrypted),
        ),
        site("axum_session", ", in the server's memory", Mode::Signed, axum_session()),
    ]
}

fn site(package: &str, rest: &str, mode: Mode, serve: Serve) -> Site {
    let name = match package {
        "hardtack" => "hardtack's layer".to_owned(),
        package => format!("{package} {}{rest}", crate::versions::of(package)),
    };
    let bare = serve_through(service_fn(async |_: Request<Body>| answer()));
    Site { name, mode, kind: Kind::Layer, serve, bare: Some(bare) }
}

fn answer() -> Answer {
    Ok(Response::default())
}

/// Each call has a request and a service of its own, as under hyper.
fn serve_through<S>(service: S) -> Serve
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + 'static,
{
    Box::new(move |incoming: &Incoming| {
        ready(service.clone().call(request(incoming))).into_parts().0.headers
    })
}

fn request(incoming: &Incoming) -> Request<Body> {
    let mut request = Request::new(Body::new());
    request.headers_mut().clone_from(&incoming.headers);
    request
}

/// No handler and no store here waits.
fn ready<T>(future: impl Future<Output = Result<T, Infallible>>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(value)) => value,
        Poll::Pending => unreachable!("nothing to wait for"),
    }
}

fn ours(mode: Mode) -> Serve {
    use hardtack::tower::{Session, SessionLayer};

    let layer = SessionLayer::<Standard>::new(ours::cookie(mode));
    serve_through(layer.layer(service_fn(async |request: Request<Body>| {
        let mut session = Session::<Standard>::take(request.extensions()).await.expect("a layer");
        ours::visit(&mut session);
        answer()
    })))
}

fn seshcookie() -> Serve {
    use seshcookie::{Session, SessionKeys, SessionLayer};

    let keys = SessionKeys::new(&secrets(1)[0][..32]).expect("32 bytes");
    let config = seshcookie::SessionConfig::default().cookie_name(NAME);
    let layer = SessionLayer::<Standard>::new(keys, config).expect("a valid layer");
    serve_through(layer.layer(service_fn(|request: Request<Body>| async move {
        let mut parts = request.into_parts().0;
        let session = Session::<Standard>::from_request_parts(&mut parts, &()).await;
        let session = session.expect("a layer");
        match act() {
            // `get` would clone the whole session, and `modify` marks it as changed.
            Act::Read => saw(session.get().await.map(|session| session.last_seen)),
            Act::Change => session.modify(handle).await,
        }
        answer()
    })))
}

fn tower_sessions(mode: Mode) -> Serve {
    let key = tower_sessions_cookie_store::Key::from(&secrets(1)[0]);
    let config = CookieSessionConfig::default().with_name(NAME);
    match mode {
        Mode::Signed => {
            let layer = CookieSessionManagerLayer::signed(key).with_config(config);
            serve_through(layer.layer(service_fn(with_tower_session)))
        }
        Mode::Encrypted => {
            let layer = CookieSessionManagerLayer::private(key).with_config(config);
            serve_through(layer.layer(service_fn(with_tower_session)))
        }
    }
}

async fn with_tower_session(request: Request<Body>) -> Answer {
    let session = request.extensions().get::<tower_sessions_cookie_store::Session>();
    let session = session.expect("a layer").clone();
    let mut data = session.get::<Standard>(ENTRY).await.expect("a session");
    handle(&mut data);
    if act() == Act::Change {
        session.insert(ENTRY, data).await.expect("a session");
    }
    answer()
}

/// axum_session, which keeps the data on the server and signs only the ID. It is measured to show the
/// cost, and is not an alternative. It starts a task for the layer, and computes its MAC in a thread of
/// the runtime's pool.
fn axum_session() -> Serve {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = Box::leak(Box::new(runtime.expect("a runtime")));
    let guard = runtime.enter();
    core::mem::forget(guard);
    let key = axum_session::Key::from(&secrets(1)[0]);
    let config = SessionConfig::default().with_key(key).with_ip_and_user_agent(false);
    let store = runtime.block_on(SessionStore::<SessionNullPool>::new(None, config));
    let layer = axum_session::SessionLayer::new(store.expect("a store"));
    let service = layer.layer(service_fn(|request: Request<Body>| async move {
        let session = request.extensions().get::<axum_session::Session<SessionNullPool>>();
        let session = session.expect("a layer");
        let mut data = session.get::<Standard>(ENTRY);
        handle(&mut data);
        if act() == Act::Change {
            session.set(ENTRY, data);
        }
        answer()
    }));
    Box::new(move |incoming: &Incoming| {
        let response = runtime.block_on(service.clone().call(request(incoming)));
        response.expect("a response").into_parts().0.headers
    })
}
