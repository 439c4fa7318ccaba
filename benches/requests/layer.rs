//! The same requests through the tower layer, and through a service without it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hardtack::time::OffsetDateTime;
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::SessionCookie;
use http::{HeaderMap, Request, Response};
use tower::{Layer as _, Service, service_fn};

use super::standard::Standard;

type Answer = Response<()>;

/// A layer with a clock that does not move.
pub fn layer(cookie: &SessionCookie, now: OffsetDateTime) -> SessionLayer<Standard> {
    SessionLayer::with_clock(cookie.clone(), move || now)
}

pub fn without_layer() -> impl Fn(&HeaderMap) -> HeaderMap {
    serve(service_fn(untouched))
}

pub fn untouched_by(layer: &SessionLayer<Standard>) -> impl Fn(&HeaderMap) -> HeaderMap + use<> {
    serve(layer.layer(service_fn(untouched)))
}

pub fn touched_by(layer: &SessionLayer<Standard>) -> impl Fn(&HeaderMap) -> HeaderMap + use<> {
    serve(layer.layer(service_fn(async |request: Request<()>| {
        let session = Session::<Standard>::take(request.extensions()).await.expect("a layer");
        std::hint::black_box(session.user_id);
        Ok::<_, Infallible>(Answer::default())
    })))
}

pub fn changed_by(layer: &SessionLayer<Standard>) -> impl Fn(&HeaderMap) -> HeaderMap + use<> {
    serve(layer.layer(service_fn(async |request: Request<()>| {
        let mut session = Session::<Standard>::take(request.extensions()).await.expect("a layer");
        session.last_seen += 1;
        Ok::<_, Infallible>(Answer::default())
    })))
}

fn untouched(_: Request<()>) -> Ready<Result<Answer, Infallible>> {
    ready(Ok(Answer::default()))
}

/// Each call has a request and a service of its own, as under hyper.
fn serve<S>(service: S) -> impl Fn(&HeaderMap) -> HeaderMap
where
    S: Service<Request<()>, Response = Answer, Error = Infallible> + Clone,
{
    move |headers| {
        let mut request = Request::new(());
        request.headers_mut().clone_from(headers);
        let response = pin!(service.clone().call(request));
        match response.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(response)) => response.into_parts().0.headers,
            Poll::Pending => panic!("nothing here waits"),
        }
    }
}
