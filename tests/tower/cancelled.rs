//! Handlers that panic or are cancelled.

use core::future::{pending, ready};
use core::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hardtack::tower::{Handle, Session};
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::support::*;

async fn half_made(mut session: Session<Visitor>) {
    session.visits += 1;
    pending::<()>().await;
}

async fn logs_out_and_waits(mut session: Session<Visitor>) {
    session.flush();
    pending::<()>().await;
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn panics(mut session: Session<Visitor>) {
    session.visits += 1;
    panic!("the handler fails")
}

fn timeout(status: StatusCode) -> TimeoutLayer {
    TimeoutLayer::with_status_code(status, Duration::from_secs(1))
}

/// Responds with 200 if a handler inside it panics.
fn forgiving()
-> CatchPanicLayer<impl tower_http::catch_panic::ResponseForPanic<ResponseBody = axum::body::Body>>
{
    CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| StatusCode::OK.into_response())
}

#[tokio::test]
async fn a_handler_that_panicked_saves_nothing_whatever_the_status() {
    for catch in [true, false] {
        let events = Events::default();
        let app = Router::new().route("/", any(panics));
        let app = if catch { app.layer(CatchPanicLayer::new()) } else { app.layer(forgiving()) };
        let response = send(&app.layer(events.layer()), from_ada()).await;
        assert_eq!(response.headers().get(SET_COOKIE), None);
        assert_eq!(events.take(), ["abandoned"]);
    }
}

#[tokio::test]
async fn the_mark_of_a_panic_stays_whatever_middleware_takes_the_session_afterwards() {
    async fn afterwards(request: Request, next: Next) -> Response {
        let extensions = request.extensions().clone();
        let response = next.run(request).await;
        let mut session = Session::<Visitor>::take(&extensions).await.unwrap();
        session.notes.push("seen".to_owned());
        response
    }
    let app = Router::new().route("/", any(panics)).layer(forgiving()).layer(from_fn(afterwards));
    let response = send(&app.layer(layer()), from_ada()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(saved(&response), None);
}

#[tokio::test]
async fn a_handle_whose_closure_panics_marks_the_session_too() {
    async fn handler(handle: Handle<Visitor>) {
        handle
            .with(|session| {
                session.visits += 1;
                panic!("the closure fails")
            })
            .unwrap();
    }
    let app = Router::new().route("/", any(handler)).layer(forgiving()).layer(layer());
    assert_eq!(saved(&send(&app, from_ada()).await), None);
}

#[tokio::test]
async fn a_handler_that_logged_out_and_then_panicked_is_logged_out() {
    async fn handler(mut session: Session<Visitor>) {
        session.flush();
        session.visits += 1;
        panic!("the handler fails")
    }
    let app = Router::new().route("/", any(handler)).layer(forgiving()).layer(layer());
    let response = send(&app, from_ada()).await;
    assert_eq!(saved(&response), None);
    assert!(is_cleared(&response));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_outside_the_layer_saves_nothing() {
    let events = Events::default();
    let app = Router::new()
        .route("/", any(half_made))
        .layer(events.layer())
        .layer(timeout(StatusCode::OK));
    assert!(is_untouched(&send(&app, from_ada()).await));
    assert_eq!(events.take(), ["abandoned"]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_the_layer_saves_nothing_with_408_or_5xx() {
    for status in [StatusCode::REQUEST_TIMEOUT, StatusCode::GATEWAY_TIMEOUT] {
        let app = Router::new().route("/", any(half_made)).layer(timeout(status)).layer(layer());
        let response = send(&app, from_ada()).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get(SET_COOKIE), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_out_counts_though_the_handler_is_cut_off() {
    let app = Router::new()
        .route("/", any(logs_out_and_waits))
        .layer(timeout(StatusCode::REQUEST_TIMEOUT))
        .layer(layer());
    assert!(is_cleared(&send(&app, from_ada()).await));
}

/// Within one stack, the timeout's future still holds the handler's future when it responds.
#[tokio::test(start_paused = true)]
async fn a_cancelled_handler_in_one_stack_is_seen_whatever_the_status() {
    let events = Events::default();
    let service = ServiceBuilder::new()
        .layer(events.layer())
        .layer(timeout(StatusCode::OK))
        .service(tower::service_fn(async |request: Request| {
            let mut session = Session::<Visitor>::take(request.extensions()).await.unwrap();
            session.visits += 1;
            pending::<()>().await;
            drop(session);
            Ok::<_, core::convert::Infallible>(Response::new(axum::body::Body::empty()))
        }));
    let response = service.oneshot(from_ada()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers().get(SET_COOKIE), None);
    assert_eq!(events.take(), ["abandoned"]);
}

/// The layer cannot tell this from a handler that completed, as the module's documentation says.
#[tokio::test(start_paused = true)]
async fn a_handler_that_is_dropped_before_an_answer_below_500_is_saved() {
    async fn limit(request: Request, next: Next) -> Response {
        let limited = tokio::time::timeout(Duration::from_secs(1), next.run(request)).await;
        limited.unwrap_or_else(|_| StatusCode::OK.into_response())
    }
    let app = Router::new().route("/", any(half_made)).layer(from_fn(limit)).layer(layer());
    assert_eq!(saved(&send(&app, from_ada()).await).unwrap().visits, 1);
}

#[tokio::test]
async fn a_request_that_is_dropped_abandons_what_was_changed() {
    let events = Events::default();
    let app = Router::new().route("/", any(half_made)).layer(events.layer());
    let request = app.oneshot(from_ada());
    tokio::select! { biased; _ = request => panic!("the handler waits for ever"), () = ready(()) => {} }
    assert_eq!(events.take(), ["abandoned"]);
    let app = Router::new().route("/", any(async |_: Session<Visitor>| pending::<()>().await));
    let request = app.layer(events.layer()).oneshot(from_ada());
    tokio::select! { biased; _ = request => panic!("the handler waits for ever"), () = ready(()) => {} }
    assert!(events.take().is_empty());
}

#[tokio::test]
async fn a_service_that_fails_abandons_what_was_changed() {
    let events = Events::default();
    let service =
        ServiceBuilder::new().layer(events.layer()).service_fn(async |request: Request| {
            Session::<Visitor>::take(request.extensions()).await.unwrap().visits += 1;
            Err::<Response, _>("failed")
        });
    assert_eq!(service.oneshot(get()).await.unwrap_err(), "failed");
    assert_eq!(events.take(), ["abandoned"]);
}
