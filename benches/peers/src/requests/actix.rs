//! actix-session's middleware around a service that reads or changes its session.

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_session::{SessionExt as _, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform as _, fn_service};
use actix_web::test::TestRequest;
use actix_web::{Error, HttpResponse};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};

use super::incoming::Incoming;
use super::{Act, Kind, Serve, Site, act, handle};
use crate::peer::{Mode, secrets};
use crate::session::Standard;

const ENTRY: &str = "session";

pub fn all() -> [Site; 2] {
    [
        site(", signed", Mode::Signed, CookieContentSecurity::Signed),
        site(", private", Mode::Encrypted, CookieContentSecurity::Private),
    ]
}

fn site(rest: &str, mode: Mode, security: CookieContentSecurity) -> Site {
    let name = format!("actix-session {}{rest}", crate::versions::of("actix-session"));
    let bare = serve_through(fn_service(async |request: ServiceRequest| answer(request)));
    Site { name, mode, kind: Kind::Layer, serve: with_session(security), bare: Some(bare) }
}

fn with_session(security: CookieContentSecurity) -> Serve {
    let key = Key::from(&secrets(1)[0]);
    let middleware = SessionMiddleware::builder(CookieSessionStore::default(), key)
        .cookie_name("__Host-session".to_owned())
        .cookie_content_security(security)
        .build();
    let service = fn_service(async |request: ServiceRequest| {
        let session = request.get_session();
        let mut data = session.get::<Standard>(ENTRY).ok().flatten();
        handle(&mut data);
        if act() == Act::Change {
            session.insert(ENTRY, data)?;
        }
        answer(request)
    });
    serve_through(ready(middleware.new_transform(service)).expect("a middleware"))
}

fn answer(request: ServiceRequest) -> Result<ServiceResponse, Error> {
    Ok(request.into_response(HttpResponse::Ok().finish()))
}

fn serve_through<S>(service: S) -> Serve
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    let service = Rc::new(service);
    Box::new(move |incoming: &Incoming| {
        let request = TestRequest::default().insert_header(("cookie", incoming.text()));
        let response = ready(service.call(request.to_srv_request())).expect("a response");
        translated(response.headers().get("set-cookie"))
    })
}

/// actix-web's headers are those of an older crate http.
fn translated(cookie: Option<&actix_web::http::header::HeaderValue>) -> HeaderMap {
    let value = cookie.and_then(|cookie| HeaderValue::from_bytes(cookie.as_bytes()).ok());
    value.map(|value| (SET_COOKIE, value)).into_iter().collect()
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing to wait for"),
    }
}
