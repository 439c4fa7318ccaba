//! Handlers that panic or are cut off.

use core::future::{pending, poll_fn, ready};
use core::task::Poll;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::web::to;
use actix_web::{App, Error, HttpResponse};
use hardtack_actix::{Handle, Session};

use crate::support::*;

async fn half_made(mut session: Session<Visitor>) -> &'static str {
    session.visits += 1;
    pending::<()>().await;
    drop(session);
    ""
}

async fn logs_out_and_waits(mut session: Session<Visitor>) -> &'static str {
    session.flush();
    pending::<()>().await;
    drop(session);
    ""
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn panics(mut session: Session<Visitor>) -> HttpResponse {
    session.visits += 1;
    panic!("the handler fails")
}

/// Returns a response with this status, outside any site.
fn answer(status: StatusCode) -> ServiceResponse<BoxBody> {
    TestRequest::default().to_srv_response(HttpResponse::new(status))
}

/// Responds with 200 if the service below panics.
async fn forgiving(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = pin!(next.call(request));
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| response.as_mut().poll(cx))) {
        Ok(Poll::Ready(response)) => {
            Poll::Ready(response.map(ServiceResponse::map_into_boxed_body))
        }
        Ok(Poll::Pending) => Poll::Pending,
        Err(_) => Poll::Ready(Ok(answer(StatusCode::OK))),
    })
    .await
}

/// Responds with this status at once, while the handler is still running.
async fn limit<const STATUS: u16>(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = pin!(next.call(request));
    tokio::select! {
        biased;
        response = response => response,
        () = ready(()) => Ok(answer(StatusCode::from_u16(STATUS).unwrap())),
    }
}

#[actix_web::test]
async fn a_handler_that_panicked_saves_nothing_whatever_the_status() {
    let events = Events::default();
    let app = App::new().route("/", to(panics)).wrap(from_fn(forgiving)).wrap(events.sessions());
    let reply = send(app, from_ada()).await;
    assert_eq!((reply.status.as_u16(), reply.all("set-cookie").len()), (200, 0));
    assert_eq!(events.take(), ["abandoned"]);
}

#[actix_web::test]
async fn the_mark_of_a_panic_stays_whatever_middleware_takes_the_session_afterwards() {
    async fn adds(
        session: Handle<Visitor>,
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        let response = next.call(request).await;
        session.with(|session| session.notes.push("seen".to_owned()))?;
        response
    }
    let app = App::new()
        .route("/", to(panics))
        .wrap(from_fn(forgiving))
        .wrap(from_fn(adds))
        .wrap(sessions());
    let reply = send(app, from_ada()).await;
    assert_eq!((reply.status.as_u16(), reply.saved()), (200, None));
}

#[actix_web::test]
async fn a_panic_that_nobody_catches_leaves_the_next_request_alone() {
    let handler = async |session: Session<Visitor>| session.user.clone().unwrap_or_default();
    let app = App::new().route("/panics", to(panics)).route("/", to(handler)).wrap(sessions());
    let service = init_service(app).await;
    let mut request = pin!(try_call_service(&service, from_ada().uri("/panics").to_request()));
    poll_fn(|cx| {
        assert!(catch_unwind(AssertUnwindSafe(|| request.as_mut().poll(cx).is_ready())).is_err());
        Poll::Ready(())
    })
    .await;
    let response = try_call_service(&service, from_ada().to_request()).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[actix_web::test]
async fn a_limit_inside_the_middleware_saves_nothing_with_408_or_5xx() {
    let app = || App::new().route("/", to(half_made));
    for (status, reply) in [
        (408, send(app().wrap(from_fn(limit::<408>)).wrap(sessions()), from_ada()).await),
        (504, send(app().wrap(from_fn(limit::<504>)).wrap(sessions()), from_ada()).await),
    ] {
        assert_eq!((reply.status.as_u16(), reply.all("set-cookie").len()), (status, 0));
    }
}

#[actix_web::test]
async fn a_log_out_counts_though_the_handler_is_cut_off() {
    let limited = from_fn(limit::<408>);
    let app = App::new().route("/", to(logs_out_and_waits)).wrap(limited).wrap(sessions());
    assert!(send(app, from_ada()).await.is_cleared());
}

#[actix_web::test]
async fn a_request_that_is_dropped_abandons_what_was_changed() {
    let events = Events::default();
    let request = send(App::new().route("/", to(half_made)).wrap(events.sessions()), from_ada());
    tokio::select! { biased; _ = request => panic!("it waits for ever"), () = ready(()) => {} }
    assert_eq!(events.take(), ["abandoned"]);
}
