//! Taking the session.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hardtack::tower::{Handle, Session, SessionError};

use crate::support::*;

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

#[test]
fn a_handlers_future_holds_sixteen_bytes() {
    assert_eq!(size_of::<Session<Visitor>>(), 16);
    assert_eq!(size_of::<Handle<Visitor>>(), 8);
}

#[tokio::test]
async fn taken_twice_at_once_is_an_error_that_says_what_to_do() {
    async fn twice(_: Session<Visitor>, _: Session<Visitor>) {}
    let events = Events::default();
    let app = Router::new().route("/", any(twice)).layer(events.layer());
    let response = send(&app, get()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(events.take(), ["taken"]);
    let message = text(response).await;
    assert!(message.contains("drop it before `next.run`"), "{message}");
    assert!(message.contains("Visitor"), "{message}");
}

#[tokio::test]
async fn a_middleware_that_holds_the_session_gets_an_error_and_no_deadlock() {
    async fn holds(mut session: Session<Visitor>, request: Request, next: Next) -> Response {
        session.visits += 10;
        next.run(request).await
    }
    let app = Router::new().route("/", any(count)).layer(from_fn(holds)).layer(layer());
    let response = send(&app, get()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(saved(&response), None);
}

#[tokio::test]
async fn a_middleware_that_drops_the_session_before_next_run_shares_it() {
    async fn adds(mut session: Session<Visitor>, request: Request, next: Next) -> Response {
        session.visits += 10;
        drop(session);
        next.run(request).await
    }
    let app = Router::new().route("/", any(count)).layer(from_fn(adds)).layer(layer());
    let response = send(&app, get()).await;
    assert_eq!(saved(&response).unwrap().visits, 11);
}

#[tokio::test]
async fn a_middleware_may_take_the_session_after_the_handler() {
    async fn adds(request: Request, next: Next) -> Response {
        let extensions = request.extensions().clone();
        let response = next.run(request).await;
        Session::<Visitor>::take(&extensions).await.unwrap().visits += 10;
        response
    }
    let app = Router::new().route("/", any(count)).layer(from_fn(adds)).layer(layer());
    assert_eq!(saved(&send(&app, get()).await).unwrap().visits, 11);
}

#[tokio::test]
async fn without_a_layer_the_error_names_the_call_and_the_type() {
    let app = Router::new().route("/", any(count));
    let response = send(&app, get()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let message = text(response).await;
    let call = ".layer(SessionLayer::<tower::support::Visitor>::new(cookie))";
    assert!(message.contains(call), "{message}");
}

#[tokio::test]
async fn an_optional_session_is_none_only_without_a_layer() {
    async fn handler(session: Option<Session<Visitor>>) -> &'static str {
        if session.is_some() { "some" } else { "none" }
    }
    async fn handled(handle: Option<Handle<Visitor>>) -> &'static str {
        if handle.is_some() { "some" } else { "none" }
    }
    let app = Router::new().route("/", any(handler));
    assert_eq!(text(send(&app, get()).await).await, "none");
    assert_eq!(text(send(&app.clone().layer(layer()), get()).await).await, "some");
    assert_eq!(text(send(&Router::new().route("/", any(handled)), get()).await).await, "none");
    let app =
        Router::new().route("/", any(async |_: Session<Visitor>, _: Option<Session<Visitor>>| ()));
    assert_eq!(send(&app.layer(layer()), get()).await.status(), 500);
}

#[tokio::test]
async fn a_handle_reads_and_changes_the_session_without_holding_it() {
    async fn counts(handle: Handle<Visitor>, request: Request, next: Next) -> Response {
        handle.with(|session| session.visits += 10).unwrap();
        let response = next.run(request).await;
        handle.with(|session| session.visits += 100).unwrap();
        response
    }
    let app = Router::new().route("/", any(count)).layer(from_fn(counts)).layer(layer());
    let response = send(&app, get()).await;
    assert_eq!(saved(&response).unwrap().visits, 111);
    assert_eq!(text(response).await, "11");
}

#[tokio::test]
async fn a_handle_is_refused_while_the_session_is_taken_itself_included() {
    async fn handler(handle: Handle<Visitor>, session: Session<Visitor>) -> Response {
        let taken = handle.with(|_| ()).unwrap_err();
        assert_eq!(taken.kind(), "taken");
        let other = session.handle();
        drop(session);
        let nested = other.with(|_| handle.with(|_| ()).unwrap_err().kind());
        assert_eq!(nested.unwrap(), "taken");
        handle.with(|session| session.visits += 1).unwrap();
        StatusCode::OK.into_response()
    }
    let app = Router::new().route("/", any(handler)).layer(layer());
    assert_eq!(saved(&send(&app, get()).await).unwrap().visits, 1);
}

#[tokio::test]
async fn a_handle_that_is_not_used_says_nothing() {
    let app = Router::new().route("/", any(async |_: Handle<Visitor>| ())).layer(layer());
    assert!(is_untouched(&send(&app, from_ada()).await));
}

#[tokio::test]
async fn a_late_use_is_an_error_at_once() {
    let (send_handle, receive_handle) = tokio::sync::oneshot::channel();
    let send_handle = std::sync::Arc::new(std::sync::Mutex::new(Some(send_handle)));
    let app = Router::new()
        .route(
            "/",
            any(move |handle: Handle<Visitor>, parts: axum::http::request::Parts| async move {
                let extensions = parts.extensions;
                send_handle
                    .lock()
                    .unwrap()
                    .take()
                    .unwrap()
                    .send((handle, extensions))
                    .ok()
                    .unwrap();
            }),
        )
        .layer(layer());
    send(&app, get()).await;
    let (handle, extensions) = receive_handle.await.unwrap();
    assert!(matches!(handle.with(|_| ()), Err(SessionError::Late { .. })));
    assert!(matches!(Session::<Visitor>::take(&extensions).await, Err(SessionError::Late { .. })));
    assert!(matches!(Handle::<Visitor>::of(&extensions).await, Err(SessionError::Late { .. })));
}

#[tokio::test]
async fn debug_output_shows_no_data() {
    async fn handler(session: Session<Visitor>) -> String {
        format!("{session:?} {:?}", session.handle())
    }
    let app = Router::new().route("/", any(handler)).layer(layer());
    assert!(!text(send(&app, from_ada()).await).await.contains("Ada"));
    assert!(format!("{:?}", layer()).contains("__Host-session"));
}
